"""What a speaker says of the preview: right, or wrong in their own words; of exactly the package that was watched."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.fingerprints import digest
from pipeline.records.tables import Recording, Statement
from pipeline.services.events import Actor, record_event
from pipeline.services.recordings import lock_statement

MAX_PREVIEW_WORDS = 2000


class PreviewAnswer(StrEnum):
    """What a speaker can say."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True)
class Previewed:
    """What was said of the package that counts now."""

    answer: PreviewAnswer
    words: str


@dataclass(frozen=True)
class Preview:
    """Whether there is something to watch, and what was said of it."""

    is_ready: bool
    said: Previewed | None


def preview_of(recording: Recording | None) -> Preview:
    """How the preview of a recording stands."""
    return Preview(can_be_previewed(recording), previewed(recording))


def can_be_previewed(recording: Recording | None) -> bool:
    """Whether there is something to watch."""
    return recording is not None and recording.package is not None and recording.package_prefix is not None


def package_mark(recording: Recording) -> str:
    """Tells one package from another without saying where it lies."""
    return digest(recording.package_prefix or "")


def previewed(recording: Recording | None) -> Previewed | None:
    """The answer that holds; None as long as nothing was said of this package, whatever was said of one before."""
    if recording is None or not recording.preview_answer or recording.preview_prefix != recording.package_prefix:
        return None
    return Previewed(PreviewAnswer(recording.preview_answer), recording.preview_words)


def answer_preview(
    db: Session, statement: Statement, mark: str, said: Previewed, *, actor: Actor, now: datetime
) -> None:
    """Keep what the speaker says of the package with this mark.

    Raises `ChangeNotAllowed` when another one counts by now, `WrongUsage` for words that are missing or too many.
    """
    lock_statement(db, statement.id)
    recording = statement.current_recording
    if recording is None or not can_be_previewed(recording) or package_mark(recording) != mark:
        raise ChangeNotAllowed("The recording was prepared anew while you watched. Please look at the preview again.")
    words = said.words.strip()
    if len(words) > MAX_PREVIEW_WORDS:
        raise WrongUsage(f"Please say it in at most {MAX_PREVIEW_WORDS} signs.")
    if said.answer is PreviewAnswer.WRONG and not words:
        raise WrongUsage("Please write what is wrong.")
    recording.preview_answer = said.answer.value
    recording.preview_words = words if said.answer is PreviewAnswer.WRONG else ""
    recording.preview_prefix = recording.package_prefix or ""
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
