"""The speaker's page: what it says in every standing and language, consent, the plain form, and its weight."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.findings import Finding, FindingCode, Verdict
from pipeline.domain.statements import StatementState
from pipeline.records.tables import PreSession, Recording, Statement, Upload
from pipeline.services.consents import audience_of
from tests.fixtures.clock import NOW
from tests.fixtures.panels import hand_in
from tests.fixtures.portal import InvitedSpeaker, PortalProcess, begin, csrf_token, patch

JSON = {"Accept": "application/json"}


def judge(invited: InvitedSpeaker, verdict: Verdict, *findings: Finding, **changes: object) -> None:
    """Hand in, and have intake find something."""
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        recording = hand_in(db, statement)
        recording.verdict = verdict
        recording.findings = [finding.to_json() for finding in findings]
        statement.state = StatementState.SENT_BACK if verdict is Verdict.REFUSED else StatementState.IN_REVIEW
        for name, value in changes.items():
            setattr(statement, name, value)


def page_of(client: httpx.Client, language: str = "en") -> str:
    """The page in a language, as plain text of what it holds."""
    answer = client.get("/speaker/", headers={"Cookie": f"{cookies(client)}; language={language}"})
    assert answer.status_code == 200, answer.text
    return answer.text


def cookies(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items() if name != "language")


def test_it_says_whose_statement_it_is_and_how_long_it_may_be(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        pre_session = db.get_one(PreSession, statement.speaker.country.pre_session_id)
        pre_session.min_seconds, pre_session.max_seconds = 300, 420
    page = page_of(visitor)
    for words in ("Statement on Malawi", "Speaker 1", "Organisation 1", "Session for tests", "5 to 7 minutes"):
        assert words in page


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("state", list(StatementState))
def test_every_state_is_told_in_every_language(
    invited: InvitedSpeaker, visitor: httpx.Client, state: StatementState, language: str
) -> None:
    judge(invited, Verdict.ACCEPTED, state=state)
    page = page_of(visitor, language)
    assert f'<html lang="{language}"' in page
    assert re.search(r'class="standing standing-\w+">\s*<h2>[^<]{10,}</h2>\s*<p>[^<]{10,}</p>', page)
    can_hand_in = state not in {StatementState.PUBLISHED, StatementState.WITHDRAWN, StatementState.TAKEN_DOWN}
    assert ('hidden>\n  <h2 id="hand-in-title">' not in page) is can_hand_in


def test_a_refusal_tells_what_was_found_and_what_to_do(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    too_long = Finding(FindingCode.TOO_LONG, {"duration_seconds": 500, "max_seconds": 60, "by_seconds": 440})
    judge(invited, Verdict.REFUSED, Finding(FindingCode.PORTRAIT, {"width": 3, "height": 4}), too_long)
    page = page_of(visitor)
    assert "Your recording cannot be used as it is" in page
    assert "8:20" in page
    assert page.index("too long") < page.index("upright")  # what refuses comes first


def test_warnings_are_shown_as_what_does_not_stop_it(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    judge(invited, Verdict.ACCEPTED, Finding(FindingCode.PORTRAIT, {"width": 3, "height": 4}))
    page = page_of(visitor)
    assert "it passed the first check" in page
    assert "It does not stop your recording" in page


def test_what_the_pictures_refuse_is_told_beside_what_staff_wrote(
    invited: InvitedSpeaker, visitor: httpx.Client
) -> None:
    damaged = Finding(FindingCode.DAMAGED, {"stream": "video", "share": 0.4, "errors": 9, "lost_seconds": 2.0})
    dark = Finding(FindingCode.DARK, {"share": 0.9})
    judge(invited, Verdict.REFUSED, dark, damaged, sent_back_reason="Please say your name.")
    page = page_of(visitor)
    assert "Please say your name." in page
    assert page.index("About 40 % of your recording is damaged") < page.index("very dark")
    assert "You can do better with the next recording" in page


def test_only_a_prepared_recording_is_called_accepted(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    judge(invited, Verdict.ACCEPTED)
    assert visitor.get("/speaker/status.json").json()["has_news_soon"]
    with invited.portal.database.begin() as db:
        db.get_one(Statement, invited.statement_id).current_recording.package_prefix = "packages/x/"
    assert "Your recording is accepted" in page_of(visitor)
    assert not visitor.get("/speaker/status.json").json()["has_news_soon"]


def test_what_staff_wrote_is_shown_as_text(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    reason = "Please start with <b>your name</b>.\nThank you."
    judge(invited, Verdict.ACCEPTED, state=StatementState.SENT_BACK, sent_back_reason=reason)
    page = page_of(visitor)
    assert "Please start with &lt;b&gt;your name&lt;/b&gt;.\nThank you." in page


def test_the_state_is_told_again_while_the_page_is_open(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    before = visitor.get("/speaker/status.json").json()
    assert (before["state"], before["can_receive"], before["unfinished"]) == ("invited", True, None)
    patch(visitor, begin(visitor, 4), 0, b"abcd")
    after = visitor.get("/speaker/status.json").json()
    assert (after["state"], after["has_news_soon"]) == ("received", True)
    assert "being checked" in after["panel"]


def test_an_unfinished_upload_is_told_with_what_a_file_is_known_by(
    invited: InvitedSpeaker, visitor: httpx.Client
) -> None:
    path = begin(visitor, 10)
    patch(visitor, path, 0, b"abc")
    unfinished = visitor.get("/speaker/status.json").json()["unfinished"]
    assert unfinished == {
        "address": path,
        "length_bytes": 10,
        "offset_bytes": 3,
        "head_bytes": 3,
        "head_sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    }
    with invited.portal.database.begin() as db:
        db.query(Upload).filter_by(statement_id=invited.statement_id).update({"expires_at": datetime.now(UTC)})
    assert visitor.get("/speaker/status.json").json()["unfinished"] is None


class TestConsent:
    def answer(self, visitor: httpx.Client, **answers: str) -> httpx.Response:
        token = csrf_token(visitor.get("/speaker/").text)
        return visitor.post("/speaker/consent", data={"csrf_token": token, **answers}, headers=JSON)

    def audience(self, invited: InvitedSpeaker, item: ConsentItem) -> Audience:
        with invited.portal.database.read() as db:
            return audience_of(db.get_one(Statement, invited.statement_id), item)

    def test_answers_are_kept_and_can_be_changed(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        assert "You have not answered yet" in visitor.get("/speaker/").text
        assert self.answer(visitor, recording="public").json()["notice"] == ""
        assert self.audience(invited, ConsentItem.RECORDING) is Audience.PUBLIC
        assert self.audience(invited, ConsentItem.NAME) is Audience.NOBODY
        assert "You said no" in self.answer(visitor, recording="nobody", name="public").json()["notice"]
        assert self.audience(invited, ConsentItem.RECORDING) is Audience.NOBODY
        assert re.search(r'name="name" value="public" checked', visitor.get("/speaker/").text)

    def test_other_answers_are_refused(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        assert self.answer(visitor, recording="everybody").status_code == 422
        assert self.audience(invited, ConsentItem.RECORDING) is Audience.NOBODY

    def test_a_form_of_another_site_is_refused(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        assert visitor.post("/speaker/consent", data={"recording": "public"}).status_code == 400
        assert self.audience(invited, ConsentItem.RECORDING) is Audience.NOBODY


class TestPlainForm:
    def send(self, visitor: httpx.Client, data: bytes | None, *, token: str | None = None) -> httpx.Response:
        given = token if token is not None else csrf_token(visitor.get("/speaker/").text)
        file = ("", b"", "application/octet-stream") if data is None else ("my name.mp4", data, "video/mp4")
        return visitor.post("/speaker/recording", data={"csrf_token": given}, files={"recording": file})

    def test_a_file_becomes_a_recording(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        assert self.send(visitor, b"a whole file").status_code == 303
        assert invited.original() == b"a whole file"
        assert "Your recording has arrived." in visitor.get("/speaker/").text
        assert invited.portal.spool.names() == [] or all(
            invited.portal.spool.size_bytes(name) != 12 for name in invited.portal.spool.names()
        )

    def test_no_file_is_said(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        assert self.send(visitor, None).status_code == 303
        assert "Please choose a file first." in visitor.get("/speaker/").text
        assert invited.recordings() == []

    def test_a_form_of_another_site_leaves_nothing(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        before = invited.portal.spool.names()
        assert self.send(visitor, b"evil", token="wrong").status_code == 400
        assert invited.recordings() == []
        assert invited.portal.spool.names() == before

    def test_without_a_visit_nothing_is_taken(self, portal_process: PortalProcess) -> None:
        with httpx.Client(base_url=portal_process.url) as stranger:
            answer = stranger.post("/speaker/recording", files={"recording": ("a.mp4", b"x", "video/mp4")})
            assert answer.status_code == 403

    def test_a_body_that_breaks_off_leaves_nothing(self, invited: InvitedSpeaker, visitor: httpx.Client) -> None:
        before = invited.portal.spool.names()
        body = b'--B\r\nContent-Disposition: form-data; name="recording"; filename="a"\r\n\r\nhalf of it'
        headers = {"Content-Type": "multipart/form-data; boundary=B"}
        assert visitor.post("/speaker/recording", content=body, headers=headers).status_code == 400
        assert invited.recordings() == []
        assert invited.portal.spool.names() == before


def test_withdrawing_asks_first(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    asked = visitor.get("/speaker/withdraw")
    with invited.portal.database.read() as db:
        assert db.get_one(Statement, invited.statement_id).state is StatementState.INVITED
    answer = visitor.post("/speaker/withdraw", data={"csrf_token": csrf_token(asked.text)})
    assert answer.status_code == 303
    assert "You have withdrawn your statement" in visitor.get("/speaker/").text
    assert visitor.get("/speaker/withdraw").status_code == 302


def test_a_speaker_sees_nothing_of_others(
    portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker], visitor: httpx.Client
) -> None:
    other = invite(portal_process, name="Somebody Else", organisation="Another Organisation")
    with closing(other.visit()) as client:
        assert "Somebody Else" in client.get("/speaker/").text
    for path in ("/speaker/", "/speaker/status.json", "/speaker/withdraw"):
        assert "Somebody Else" not in visitor.get(path).text


def test_the_page_with_all_it_loads_weighs_little(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        for attempt in range(1, 6):
            db.add(
                Recording(
                    statement_id=statement.id,
                    attempt=attempt,
                    received_at=NOW,
                    original_key=f"originals/{attempt:032x}",
                    size_bytes=1,
                    sha256="0" * 64,
                )
            )
    page = visitor.get("/speaker/")
    assets = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    assert any("built/upload.js" in asset for asset in assets)
    weight = len(page.content) + sum(len(visitor.get(asset).content) for asset in assets)
    assert weight <= 150_000, weight
