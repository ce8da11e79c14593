"""Publishing as people do it: what is in the way, what is asked, what will be visible to whom; then a deliberate yes.

The yes names what was seen and what was asked; both are kept in the event of the release. Making the release is in
`pipeline.services.releases`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.fingerprints import digest
from pipeline.domain.papers import PaperState
from pipeline.domain.publishing import Fate, Question
from pipeline.domain.sheets import TrackMark, wanted_languages
from pipeline.records.tables import Comment, Country, Release, Speaker, Statement
from pipeline.services.events import Actor
from pipeline.services.panel_contents import (
    INCLUDED_STATES,
    PanelContents,
    PublishProblem,
    is_for_missions_only,
    read_panels,
)
from pipeline.services.previews import PreviewAnswer, preview_of
from pipeline.services.release_voices import left_out_voices, shown_voices
from pipeline.services.releases import find_same_release, lock_country, publish_country
from pipeline.services.statement_contents import spoken_language
from pipeline.services.tracks import current_tracks, mark_of
from pipeline.services.visible_items import VisibleItem, visible_items


class NotConfirmed(WrongUsage):
    """Something that has to be confirmed was not; `questions` says what."""

    def __init__(self, questions: Collection[Question]) -> None:
        super().__init__("Confirm everything that is asked before publishing: " + ", ".join(sorted(questions)) + ".")
        self.questions = tuple(questions)


@dataclass(frozen=True)
class Asked:
    """One question, and the statements it is about. `details` has a word on each, where there is one to say."""

    question: Question
    details: dict[int, str]


@dataclass(frozen=True)
class CheckedStatement:
    """One statement of the panel: what becomes of it, and what of it is visible to whom."""

    statement_id: int
    position: int
    organisation: str
    fate: Fate
    problem: PublishProblem | None
    items: tuple[VisibleItem, ...]


@dataclass(frozen=True)
class PublishCheck:
    """What publishing a country now would mean. `seen` stands for all of it: who confirms names it.

    `audiences` are those that a release is made for. `is_out`: just this is out already, or on its way.
    """

    country_id: int
    audiences: tuple[Audience, ...]
    statements: tuple[CheckedStatement, ...]
    problems: tuple[PublishProblem, ...]
    asked: tuple[Asked, ...]
    is_out: bool
    seen: str

    @property
    def can_be_published(self) -> bool:
        """Whether nothing is in the way."""
        return not self.problems

    def with_fate(self, fate: Fate) -> tuple[CheckedStatement, ...]:
        """The statements of which this becomes, in panel order."""
        return tuple(statement for statement in self.statements if statement.fate is fate)

    def organisation(self, statement_id: int) -> str:
        """Whose statement it is."""
        return next(one.organisation for one in self.statements if one.statement_id == statement_id)


def read_publish_check(db: Session, country: Country) -> PublishCheck:
    """What publishing a country now would mean, with a constant number of queries."""
    panels = read_panels(db, country)
    shown = {entry.statement_id for contents in panels.values() for entry in contents.entries}
    problems = tuple(dict.fromkeys(problem for contents in panels.values() for problem in contents.problems))
    in_the_way = {problem.statement_id: problem for problem in problems}
    checked = tuple(_checked(speaker, in_the_way) for speaker in country.speakers)
    goes_out = [speaker.statement for speaker in country.speakers if speaker.statement.id in shown]
    asked = tuple(_questions(db, country, goes_out))
    return PublishCheck(
        country_id=country.id,
        statements=checked,
        problems=problems,
        audiences=tuple(panels),
        asked=asked,
        is_out=bool(shown) and all(find_same_release(db, country, one, to) for to, one in panels.items()),
        seen=_seen(panels, checked, asked),
    )


def confirm_publication(
    db: Session, country: Country, *, seen: str, confirmed: Collection[str], actor: Actor, now: datetime
) -> Release:
    """Publish what a person saw and confirmed.

    Raises `ChangeNotAllowed` where things are no longer as they were seen or something is in the way, `NotConfirmed`
    where a question was left open.
    """
    lock_country(db, country.id)
    check = read_publish_check(db, country)
    if check.seen != seen:
        raise ChangeNotAllowed("This changed while you looked, so nothing was published. Look again.")
    open_questions = [asked.question for asked in check.asked if asked.question not in confirmed]
    if open_questions:
        raise NotConfirmed(open_questions)
    facts = {asked.question.value: sorted(asked.details) for asked in check.asked}
    return publish_country(db, country, actor=actor, now=now, confirmed={**facts, "seen": seen})


def _checked(speaker: Speaker, in_the_way: dict[int | None, PublishProblem]) -> CheckedStatement:
    statement, problem = speaker.statement, in_the_way.get(speaker.statement.id)
    is_left_out = statement.state not in INCLUDED_STATES
    return CheckedStatement(
        statement_id=statement.id,
        position=speaker.position,
        organisation=speaker.organisation,
        fate=_fate(problem, is_left_out=is_left_out, is_for_missions=is_for_missions_only(statement)),
        problem=problem,
        items=() if is_left_out else visible_items(statement),
    )


def _fate(problem: PublishProblem | None, *, is_left_out: bool, is_for_missions: bool) -> Fate:
    if problem:
        return Fate.IN_THE_WAY
    shown = Fate.SHOWN_TO_MISSIONS if is_for_missions else Fate.SHOWN
    return Fate.LEFT_OUT if is_left_out else shown


def _questions(db: Session, country: Country, goes_out: list[Statement]) -> Iterator[Asked]:
    comments = _open_comments(db, [statement.id for statement in goes_out])
    found: dict[Question, dict[int, str]] = {
        Question.SUBTITLES_MISSING: {one.id: words for one in goes_out if (words := _missing_languages(one))},
        Question.SUBTITLES_UNREVIEWED: _marked(goes_out, TrackMark.UNREVIEWED),
        Question.SUBTITLES_STALE: _marked(goes_out, TrackMark.STALE),
        Question.VOICES_UNREVIEWED: _marked_voices(goes_out, TrackMark.UNREVIEWED),
        Question.VOICES_STALE: _marked_voices(goes_out, TrackMark.STALE),
        Question.VOICES_LEFT_OUT: _left_out_voices(goes_out),
        Question.COMMENTS_OPEN: {statement_id: str(count) for statement_id, count in comments.items()},
        Question.PREVIEW_WRONG: {one.id: "" for one in goes_out if _is_said_to_be_wrong(one)},
        Question.PAPERS_WAITING: {one.id: "" for one in goes_out if _has_waiting_papers(one)},
        Question.MISSIONS_ONLY: {},
        Question.LEFT_OUT: {},
    }
    shown = {statement.id for statement in goes_out}
    for speaker in country.speakers if goes_out else ():
        if speaker.statement.id not in shown:
            found[Question.LEFT_OUT][speaker.statement.id] = ""
        elif is_for_missions_only(speaker.statement):
            found[Question.MISSIONS_ONLY][speaker.statement.id] = ""
    return (Asked(question, details) for question, details in found.items() if details)


def _missing_languages(statement: Statement) -> str:
    of_session = statement.speaker.country.pre_session.subtitle_languages
    wanted = wanted_languages(of_session, spoken_language(statement))
    there = current_tracks(statement.current_recording) if statement.current_recording else {}
    return " ".join(language for language in wanted if language not in there)


def _marked(statements: list[Statement], mark: TrackMark) -> dict[int, str]:
    """The languages of each statement's subtitles that would go out with this mark."""
    found = {}
    for statement in statements:
        tracks = current_tracks(statement.current_recording) if statement.current_recording else {}
        languages = [language for language, track in tracks.items() if mark_of(track) is mark]
        if languages:
            found[statement.id] = " ".join(languages)
    return found


def _marked_voices(statements: list[Statement], mark: TrackMark) -> dict[int, str]:
    """The languages of each statement's spoken interpretations that would go out with this mark."""
    found = {}
    for statement in statements:
        recording = statement.current_recording
        voices = shown_voices(recording, Audience.MISSIONS) if recording else ()
        if languages := [voice.language for voice in voices if voice.mark is mark]:
            found[statement.id] = " ".join(languages)
    return found


def _left_out_voices(statements: list[Statement]) -> dict[int, str]:
    """The languages of spoken interpretations that are there and would not go out."""
    recorded = ((one.id, one.current_recording) for one in statements)
    return {
        statement_id: " ".join(languages)
        for statement_id, recording in recorded
        if recording is not None and (languages := left_out_voices(recording))
    }


def _open_comments(db: Session, statement_ids: list[int]) -> dict[int, int]:
    counted = (
        select(Comment.statement_id, func.count())
        .where(Comment.statement_id.in_(statement_ids), Comment.resolved_at.is_(None))
        .group_by(Comment.statement_id)
    )
    return {statement_id: count for statement_id, count in db.execute(counted)}


def _is_said_to_be_wrong(statement: Statement) -> bool:
    said = preview_of(statement.current_recording).said
    return said is not None and said.answer is PreviewAnswer.WRONG


def _has_waiting_papers(statement: Statement) -> bool:
    return any(paper.state is PaperState.RECEIVED for paper in statement.papers)


def _seen(
    panels: Mapping[Audience, PanelContents], checked: tuple[CheckedStatement, ...], asked: tuple[Asked, ...]
) -> str:
    return digest(
        [
            [[audience.value, contents.fingerprint] for audience, contents in panels.items()],
            [[problem.code, problem.statement_id] for contents in panels.values() for problem in contents.problems],
            [
                [one.statement_id, one.position, one.fate, [[*vars(item).values()] for item in one.items]]
                for one in checked
            ],
            [[one.question, sorted(one.details.items())] for one in asked],
        ]
    )
