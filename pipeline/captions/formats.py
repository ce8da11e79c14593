"""The formats in which subtitles go out, by the ending of their files."""

from collections.abc import Sequence
from enum import StrEnum

from pipeline.captions.bilingual import Column, write_bilingual
from pipeline.captions.cues import Cue
from pipeline.captions.subrip import write_subrip
from pipeline.captions.substation_writing import write_substation
from pipeline.captions.transcripts import write_timed_transcript, write_transcript
from pipeline.captions.ttml_writing import write_ttml
from pipeline.captions.webvtt import write_webvtt

READ_ENDINGS = (".vtt", ".srt", ".ttml", ".xml", ".dfxp", ".ass", ".ssa")
"""Endings of the files that are read; what a file is, its content tells."""


class CaptionFormat(StrEnum):
    """A format of one language's subtitles, or of two beside each other."""

    VTT = "vtt"
    SRT = "srt"
    TTML = "ttml"
    ASS = "ass"
    TRANSCRIPT = "txt"
    TIMED_TRANSCRIPT = "timed.txt"
    BILINGUAL = "docx"

    @property
    def content_type(self) -> str:
        """Its media type."""
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    CaptionFormat.VTT: "text/vtt; charset=utf-8",
    CaptionFormat.SRT: "application/x-subrip; charset=utf-8",
    CaptionFormat.TTML: "application/ttml+xml; charset=utf-8",
    CaptionFormat.ASS: "text/x-ssa; charset=utf-8",
    CaptionFormat.TRANSCRIPT: "text/plain; charset=utf-8",
    CaptionFormat.TIMED_TRANSCRIPT: "text/plain; charset=utf-8",
    CaptionFormat.BILINGUAL: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def write_captions(form: CaptionFormat, cues: Sequence[Cue], language: str, *, source: Column | None = None) -> bytes:
    """The cues in a format. `source` are the words spoken, which a bilingual document has beside; else it has none."""
    if form is CaptionFormat.BILINGUAL:
        return write_bilingual(source or Column(cues, language), Column(cues, language))
    return _write_text(form, cues, language).encode()


def _write_text(form: CaptionFormat, cues: Sequence[Cue], language: str) -> str:
    match form:
        case CaptionFormat.VTT:
            return write_webvtt(cues)
        case CaptionFormat.SRT:
            return write_subrip(cues)
        case CaptionFormat.TTML:
            return write_ttml(cues, language)
        case CaptionFormat.ASS:
            return write_substation(cues)
        case CaptionFormat.TIMED_TRANSCRIPT:
            return write_timed_transcript(cues, language)
        case _:
            return write_transcript(cues, language)
