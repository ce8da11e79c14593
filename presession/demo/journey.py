"""The demonstration from invitations to published countries, told as the people in it live it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.domain.jobs import JobState
from pipeline.domain.pre_sessions import PreSessionPlan
from pipeline.domain.standings import WAITS_FOR, Standing, Waiting
from presession.demo.desk import BoardNow, Desk
from presession.demo.failures import DemoFailed
from presession.demo.samples import Sample
from presession.demo.speaking import hand_in
from presession.demo.story import FIRST_TAKES, FOR_MISSIONS, NAMELESS, READERS, SECOND_TAKES, Take
from presession.demo.subtitles import write_subtitles, write_text
from presession.demo.texts import DemoStatement

Say = Callable[[str], None]
MakeSample = Callable[[Take, DemoStatement], Sample]

_LOOK_EVERY_SECONDS = 1.0
_STANDSTILL_SECONDS = 300.0


@dataclass
class Part:
    """One speaker's part: the statement, its row in the portal, the link, and the newest recording."""

    statement: DemoStatement
    statement_id: int
    link: str
    take: Take | None = None
    sample: Sample | None = None
    later_takes: list[Take] = field(default_factory=list)
    is_settled: bool = False


class Journey:
    """One run of the demonstration against a running portal."""

    def __init__(self, *, plan: PreSessionPlan, portal_url: str, desk: Desk, make_sample: MakeSample, say: Say) -> None:
        self._plan = plan
        self._portal_url = portal_url
        self._desk = desk
        self._make_sample = make_sample
        self._say = say
        self._published: set[str] = set()
        self.parts: list[Part] = []

    def run(self, statements: tuple[DemoStatement, ...]) -> None:
        """Take every statement through the product; raises `DemoFailed` where something does not hold."""
        self._invite(statements)
        for take in FIRST_TAKES:
            self._hand_in(self._part(take.statement), take)
            self._work_through(self._desk.look_at_board())
        for board in self._boards():
            self._work_through(board)
            if self._is_all_published(board):
                return

    def _invite(self, statements: tuple[DemoStatement, ...]) -> None:
        for country in self._plan.countries:
            panel = [statement for statement in statements if statement.country_code == country.code]
            for statement, statement_id in zip(panel, self._desk.statement_ids(country.code), strict=True):
                link = self._desk.issue_link(country.code, statement_id)
                later = [take for take in SECOND_TAKES if take.statement == statement.name]
                self.parts.append(Part(statement, statement_id, link, later_takes=later))
        self._say(f"Staff issued {len(self.parts)} personal links")

    def _part(self, name: str) -> Part:
        return next(part for part in self.parts if part.statement.name == name)

    def _hand_in(self, part: Part, take: Take) -> None:
        statement = part.statement
        sample = self._make_sample(take, statement)
        resumed_at = hand_in(
            self._portal_url,
            part.link,
            sample.path,
            language=statement.language,
            shows_name=statement.name not in NAMELESS,
            is_public=statement.name not in FOR_MISSIONS,
            text=write_text(statement, sample, statement.language) if statement.name in READERS else "",
            is_interrupted=take.is_interrupted,
        )
        part.take, part.sample = take, sample
        resumed = f", line dropped, resumed at {resumed_at // 1024} kB" if resumed_at else ""
        self._say(f"{_who(part)} handed in {_what(take, sample)}{resumed}")

    def _boards(self) -> Iterator[BoardNow]:
        """The board again and again, until it stands still for too long."""
        last, changed_at = None, time.monotonic()
        while True:
            board = self._desk.look_at_board()
            if board.raw != last:
                last, changed_at = board.raw, time.monotonic()
            elif time.monotonic() - changed_at > _STANDSTILL_SECONDS:
                raise DemoFailed(f"Nothing changed for {_STANDSTILL_SECONDS:g} s: {self._where_it_stands(board)}")
            yield board
            time.sleep(_LOOK_EVERY_SECONDS)

    def _work_through(self, board: BoardNow) -> None:
        """Do whatever now waits for staff, or for a speaker who was asked for another recording."""
        for part in self.parts:
            if part.take is not None and not part.is_settled:
                self._settle(part, part.take, board.standings[part.statement_id])
        for country in self._plan.countries:
            panel = [part for part in self.parts if part.statement.country_code == country.code]
            if country.code not in self._published and all(part.is_settled for part in panel):
                self._desk.publish(country.code)
                self._published.add(country.code)
                self._say(f"Staff publish {country.code}")

    def _settle(self, part: Part, take: Take, standing: Standing) -> None:
        if standing is Standing.TO_REVIEW:
            self._review(part, take)
        elif standing is Standing.REFUSED and take.is_too_long:
            self._say(f"{_who(part)} is told that the recording is too long")
            self._after_sent_back(part)
        elif WAITS_FOR[standing] is not Waiting.MACHINE:
            raise DemoFailed(f"{_who(part)}: the recording stands at “{standing.value}”.")

    def _review(self, part: Part, take: Take) -> None:
        self._desk.watch(part.statement_id)
        if take.send_back_reason:
            self._desk.send_back(part.statement_id, take.send_back_reason)
            self._say(f"Staff send {_whose(part)} recording back")
            self._after_sent_back(part)
            return
        assert part.sample is not None  # noqa: S101 - handed in before
        if part.statement.name not in READERS:
            self._add_files(part, part.sample)
        elif self._desk.is_timed(part.statement_id):
            self._translate(part, part.sample)
        else:
            return  # the text is being timed
        self._desk.approve(part.statement_id)
        self._say(
            f"Staff approve {_whose(part)} recording, with subtitles in {len(self._plan.subtitle_languages)} languages"
        )
        part.is_settled = True

    def _add_files(self, part: Part, sample: Sample) -> None:
        for language in self._plan.subtitle_languages:
            self._desk.add_subtitles(part.statement_id, language, write_subtitles(part.statement, sample, language))

    def _translate(self, part: Part, sample: Sample) -> None:
        """Translations follow the text that was read; where a line of them is too fast to read, files come instead."""
        for language in self._plan.subtitle_languages:
            if language != part.statement.language:
                self._desk.give_translation(part.statement_id, language, write_text(part.statement, sample, language))
        if self._desk.hand_in_subtitles(part.statement_id):
            self._say(f"The text that {_who(part)} read was timed by the recording; its translations follow it")
        else:
            self._add_files(part, sample)

    def _after_sent_back(self, part: Part) -> None:
        if part.later_takes:
            self._hand_in(part, part.later_takes.pop(0))
        else:
            part.is_settled = True

    def _is_all_published(self, board: BoardNow) -> bool:
        for code in self._published:
            if board.publications.get(code) in {JobState.FAILED, JobState.CANCELLED}:
                raise DemoFailed(f"{code} could not be published; see the worker's log.")
        done = [code for code in self._published if board.publications.get(code) == JobState.DONE]
        return len(done) == len(self._plan.countries)

    def _where_it_stands(self, board: BoardNow) -> str:
        waiting = [part for part in self.parts if not part.is_settled]
        return ", ".join(f"{_who(part)} “{board.standings[part.statement_id].value}”" for part in waiting)


def _who(part: Part) -> str:
    return f"{part.statement.speaker.name} ({part.statement.country_code})"


def _whose(part: Part) -> str:
    return f"{part.statement.speaker.name}'s"


def _what(take: Take, sample: Sample) -> str:
    form = take.form
    sound = "" if form.has_sound else ", no sound"
    megabytes = sample.path.stat().st_size / 1e6
    return f"{form.width}x{form.height} {form.container} ({megabytes:.1f} MB{sound})"
