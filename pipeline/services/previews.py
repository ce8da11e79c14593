"""What a speaker says of the preview: right, or wrong in their own words; of exactly what was shown.

That is the package, its subtitles, and the words beside it. When any of it changes, the answer holds no more.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.contents import tidy_words
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.fingerprints import digest
from pipeline.records.tables import Recording, Statement
from pipeline.services.events import Actor, record_event
from pipeline.services.recordings import lock_statement
from pipeline.services.shown_parts import words_now
from pipeline.services.tracks import current_tracks

MAX_PREVIEW_WORDS = 2000


class PreviewAnswer(StrEnum):
    """What a speaker can say."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True)
class Previewed:
    """What was said, right or wrong."""

    answer: PreviewAnswer
    words: str


@dataclass(frozen=True)
class Preview:
    """Whether there is something to watch, what was said of it, and what was said of something else before."""

    is_ready: bool
    said: Previewed | None
    earlier: Previewed | None = None


def preview_of(recording: Recording | None) -> Preview:
    """How the preview of a recording stands."""
    if recording is None:
        return Preview(is_ready=False, said=None)
    answer = _answer(recording)
    holds = answer is not None and recording.preview_mark == preview_mark(recording)
    return Preview(can_be_previewed(recording), answer if holds else None, None if holds else answer)


def can_be_previewed(recording: Recording | None) -> bool:
    """Whether there is something to watch."""
    return recording is not None and recording.package is not None and recording.package_prefix is not None


def preview_mark(recording: Recording) -> str:
    """Tells what is shown of a recording now from anything else, without saying any of it."""
    shown = words_now(recording.statement, Audience.MISSIONS)
    papers = [[paper.name, paper.title] for paper in shown.papers]
    tracks = {language: track.revision for language, track in current_tracks(recording).items()}
    return digest([recording.package_prefix, {**vars(shown), "papers": papers}, tracks])


def _answer(recording: Recording) -> Previewed | None:
    if not recording.preview_answer:
        return None
    return Previewed(PreviewAnswer(recording.preview_answer), recording.preview_words)


def answer_preview(
    db: Session, statement: Statement, mark: str, said: Previewed, *, actor: Actor, now: datetime
) -> None:
    """Keep what the speaker says of what was shown with this mark.

    Raises `ChangeNotAllowed` when something else is shown by now, `WrongUsage` for words that are missing or too many.
    """
    lock_statement(db, statement.id)
    recording = statement.current_recording
    if recording is None or not can_be_previewed(recording) or preview_mark(recording) != mark:
        raise ChangeNotAllowed("Something changed while you watched. Please look at the preview again.")
    words = tidy_words(said.words)
    if len(words) > MAX_PREVIEW_WORDS:
        raise WrongUsage(f"Please say it in at most {MAX_PREVIEW_WORDS} signs.")
    if said.answer is PreviewAnswer.WRONG and not words:
        raise WrongUsage("Please write what is wrong.")
    recording.preview_answer = said.answer.value
    recording.preview_words = words if said.answer is PreviewAnswer.WRONG else ""
    recording.preview_mark = mark
    db.flush()
    record_event(
        db,
        "recording.previewed",
        subject_kind="recording",
        subject_id=recording.id,
        actor=actor,
        now=now,
        answer=said.answer.value,
    )
