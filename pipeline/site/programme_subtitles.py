"""The subtitles of a whole programme as one file for each language, for players that know no manifests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.captions.cues import Cue
from pipeline.captions.webvtt import write_webvtt
from pipeline.site.programme import Chapter

Subtitles = Mapping[str, Sequence[Cue]]


def write_programme_subtitles(statements: Sequence[tuple[Chapter, Subtitles]]) -> dict[str, bytes]:
    """Language to WebVTT on the programme's timeline; a statement without the language leaves its stretch empty."""
    languages = sorted({language for _, subtitles in statements for language in subtitles})
    return {language: write_webvtt(_shifted(statements, language)).encode() for language in languages}


def _shifted(statements: Sequence[tuple[Chapter, Subtitles]], language: str) -> list[Cue]:
    return [
        replace(cue, start_seconds=cue.start_seconds + starts, end_seconds=cue.end_seconds + starts)
        for chapter, subtitles in statements
        for starts in [chapter.statement_starts_seconds]
        for cue in subtitles.get(language, ())
    ]
