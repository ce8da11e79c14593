"""The organiser's desk in the demonstration: every step goes through the pages and forms that staff use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.domain.standings import Standing
from presession.demo.pages import Form, Page
from presession.demo.visitor import AnswerUnexpected, Visitor

_LINK_FORM = re.compile(r"/staff/statements/(\d+)/link$")
_REVOKE_FORM = re.compile(r"/missions/(\d+)/revoke$")


@dataclass(frozen=True)
class BoardNow:
    """The board at one moment: standings by statement, state of the newest publication by country code."""

    standings: Mapping[int, Standing]
    publications: Mapping[str, str]
    raw: Any


class Desk:
    """A signed-in member of staff."""

    def __init__(self, visitor: Visitor, slug: str) -> None:
        self._visitor = visitor
        self._slug = slug

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the form; raises `AnswerUnexpected` when the portal refuses."""
        form = self._visitor.open("/sign-in").form("/sign-in")
        self._visitor.send(form, email=email, password=password)

    def statement_ids(self, country_code: str) -> list[int]:
        """The statements of a country in the order of its panel."""
        matches = (_LINK_FORM.search(form.action) for form in self._country(country_code).forms)
        return [int(match[1]) for match in matches if match]

    def issue_link(self, country_code: str, statement_id: int) -> str:
        """Issue a speaker's personal link; the page shows it once."""
        form = self._country(country_code).form(f"/staff/statements/{statement_id}/link")
        return self._visitor.send(form).value("link")

    def look_at_board(self) -> BoardNow:
        """What the board's script sees every few seconds."""
        live = self._visitor.read_json(f"/staff/{self._slug}/live.json")
        return BoardNow(
            standings={
                int(row["key"].removeprefix("statement-")): Standing(row["standing"]) for row in live["statements"]
            },
            publications={row["key"].removeprefix("country-"): row["standing"] for row in live["countries"]},
            raw=live,
        )

    def watch(self, statement_id: int) -> None:
        """Open the review screen and load what its player loads first."""
        page = self._review(statement_id)
        if not page.sources:
            raise AnswerUnexpected("The review screen of a finished recording has no player.")
        if not self._visitor.fetch(page.sources[0]).startswith(b"#EXTM3U"):
            raise AnswerUnexpected("The review screen's player is given something else than a manifest.")

    def add_subtitles(self, statement_id: int, language: str, webvtt: str) -> None:
        """Upload a subtitle file through the form."""
        form = self._review(statement_id).form(f"/staff/statements/{statement_id}/subtitles")
        file = (f"subtitles-{language}.vtt", webvtt.encode(), "text/vtt")
        self._visitor.send(form, files={"file": file}, language=language)

    def is_timed(self, statement_id: int) -> bool:
        """Whether the speaker's text has its times: there is something to hand in."""
        return bool(self._drafts(statement_id))

    def give_translation(self, statement_id: int, language: str, text: str) -> None:
        """Give a translation as a text to the lines of the words spoken."""
        address = f"/staff/statements/{statement_id}/subtitles/{language}/"
        self._visitor.send(self._visitor.open(address).form(f"{address}beginning/text"), text=text)

    def hand_in_subtitles(self, statement_id: int) -> bool:
        """Hand in all that is being written, the words spoken first; False where something has to be mended before."""
        for _draft in self._drafts(statement_id):
            self._visitor.send(self._drafts(statement_id)[0], decision="submit")
        return not self._drafts(statement_id)

    def approve(self, statement_id: int) -> None:
        """Approve the recording shown."""
        self._visitor.send(self._review(statement_id).form(f"/staff/statements/{statement_id}/approve"))

    def send_back(self, statement_id: int, reason: str) -> None:
        """Ask the speaker for another recording."""
        form = self._review(statement_id).form(f"/staff/statements/{statement_id}/send-back")
        self._visitor.send(form, reason=reason)

    def publish(self, country_code: str) -> None:
        """Look at what everybody will see, say yes to what is asked, and publish a country."""
        address = f"/staff/{self._slug}/{country_code}/publish"
        form = self._visitor.open(address).form(address)
        self._visitor.send(form, ticked=form.choices)

    def issue_mission_link(self, mission: str, country_code: str) -> str:
        """Make a link by which a mission watches a country; the page shows it once."""
        address = self._missions
        form = self._visitor.open(address).form(address)
        return self._visitor.send(form, missions=mission, country=country_code).value("link-1")

    def revoke_newest_mission_link(self) -> None:
        """Have the link that was made last open nothing any more."""
        forms = self._visitor.open(self._missions).forms
        self._visitor.send(max((form for form in forms if _REVOKE_FORM.search(form.action)), key=_link_number))

    @property
    def _missions(self) -> str:
        return f"/staff/{self._slug}/missions/"

    def _drafts(self, statement_id: int) -> list[Form]:
        return [form for form in self._review(statement_id).forms if "submit" in form.buttons.get("decision", ())]

    def _country(self, country_code: str) -> Page:
        return self._visitor.open(f"/staff/{self._slug}/{country_code}/")

    def _review(self, statement_id: int) -> Page:
        return self._visitor.open(f"/staff/statements/{statement_id}/")


def _link_number(form: Form) -> int:
    found = _REVOKE_FORM.search(form.action)
    return int(found[1]) if found else 0
