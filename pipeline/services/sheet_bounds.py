"""What subtitles are made for: recording, trim, text or source, each by digest; where one is another they are stale."""

from collections.abc import Mapping
from typing import Any

from pipeline.captions.cues import milliseconds
from pipeline.domain.fingerprints import changed_inputs, digest
from pipeline.domain.sheets import SheetKind
from pipeline.records.tables import Recording, Sheet
from pipeline.services.statement_contents import newest_content, spoken_language, written

RECORDING, TRIM, TEXT, SOURCE = "recording", "trim", "text", "source"
"""Names of what subtitles can be bound to."""


def kind_in(recording: Recording, language: str) -> SheetKind:
    """What subtitles of a recording in a language are."""
    is_spoken = language == spoken_language(recording.statement)
    return SheetKind.TRANSCRIPT if is_spoken else SheetKind.INTERPRETATION


def bound_now(recording: Recording, kind: SheetKind, source: Sheet | None = None) -> dict[str, str]:
    """Digests of what subtitles made now would be made for, by name.

    A transcript is of the text that was handed in, an interpretation of the words of its source.
    """
    values: dict[str, Any] = {
        RECORDING: [recording.id, recording.sha256],
        TRIM: recording.trim.to_json() if recording.trim else None,
    }
    text = statement_text(recording)
    if kind is SheetKind.TRANSCRIPT and text:
        values[TEXT] = text
    if source is not None:
        values[SOURCE] = source_words(source)
    return {name: digest(value) for name, value in values.items()}


def what_is_another(bound: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Names of what is another than when subtitles were made, in a fixed order.

    Subtitles that were made of no text or source are not out of date because there is one now, nor are they because
    a text was taken back.
    """
    return tuple(name for name in changed_inputs(bound, now) if name in bound and name in now)


def statement_text(recording: Recording) -> str:
    """The text that was handed in with the statement; empty where there is none."""
    return written(newest_content(recording.statement)).text


def source_words(source: Sheet) -> list[list[str]]:
    """The words of a sheet in reading order, by the names of its cues: what an interpretation is made from."""
    shown = (cue for cue in source.cues if not cue.is_deleted)
    return [[cue.key, cue.text] for cue in sorted(shown, key=lambda cue: (cue.start_ms, cue.end_ms, cue.id))]


def whole_ms(recording: Recording) -> int | None:
    """How long all of a recording is, whatever part is shown; None as long as nobody measured it."""
    measured = (recording.report or {}).get("duration_seconds", recording.duration_seconds)
    return None if measured is None else milliseconds(float(measured))
