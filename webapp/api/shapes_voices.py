"""Spoken interpretation as scripts read and change it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from pipeline.domain.voices import Under, VoiceFault, VoiceState
from pipeline.records.tables import Voice as VoiceRow
from pipeline.services.voices import fit_of_voice, starts_seconds, state_of_voice
from webapp.api.shapes import Language, Sent

Level = Literal["none", "low"]


class Voice(BaseModel):
    """One voice. `version` counts what changes how it sounds; If-Match names it for a decision.

    `starts_seconds` is where its file begins on what is shown, `lost_seconds` how much of it is cut off at both ends,
    `loudness_lufs` how loud it came out and `original_lufs` how loud the original is.
    """

    id: int
    recording_id: int
    language: str
    revision: int
    version: int
    state: VoiceState
    fault: VoiceFault | None
    under: Under
    starts_seconds: float
    seconds: float | None
    lost_seconds: float | None
    loudness_lufs: float | None
    original_lufs: float | None
    is_own: bool
    created_at: datetime
    approved_at: datetime | None

    @classmethod
    def of(cls, row: VoiceRow) -> Self:
        """From the records."""
        computed = {"state", "starts_seconds", "seconds", "lost_seconds", "loudness_lufs", "original_lufs"}
        fit = fit_of_voice(row)
        return cls(
            **{name: getattr(row, name) for name in cls.model_fields.keys() - computed},
            state=state_of_voice(row),
            starts_seconds=starts_seconds(row),
            seconds=row.report.get("seconds"),
            lost_seconds=None if fit is None else fit.lost_before + fit.lost_after,
            loudness_lufs=row.report.get("loudness_lufs"),
            original_lufs=row.report.get("original_lufs"),
        )


class Voices(BaseModel):
    """The voices of a recording, by language."""

    items: list[Voice]


class VoiceSent(Sent):
    """A sound file (WAV, MP3, M4A, OGG, FLAC, WebM, or a film) as base64, up to about 5 MB, in one language.

    `speaker_agrees` says that whoever speaks agrees to its publication; `is_own` that it is the account's own voice.
    """

    language: Language
    sound: Annotated[str, Field(min_length=4, max_length=8_000_000)]
    speaker_agrees: Literal[True]
    under: Level = "low"
    is_own: bool = False


class VoiceChange(Sent):
    """Where a voice begins and how the original is heard below it; what is left out stays."""

    starts_seconds: Annotated[float, Field(ge=-600, le=600)] | None = None
    under: Level | None = None


class VoiceApproval(Sent):
    """An approval; for a speaker who is not shown by name somebody has to have heard that the voice keeps it."""

    does_not_say_the_name: bool = False
