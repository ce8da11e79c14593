"""Subtitles of a sample recording: its phrases' times are known, and its text is written in three languages."""

import textwrap

from pipeline.captions.cues import Cue
from pipeline.captions.webvtt import write_webvtt
from presession.demo.samples import Sample
from presession.demo.texts import DemoStatement

_LINE_LENGTH = 42


def write_subtitles(statement: DemoStatement, sample: Sample, language: str) -> str:
    """A WebVTT file of what is said, in one of the statement's languages."""
    return write_webvtt(
        Cue(
            start_seconds=phrase.start_seconds,
            end_seconds=phrase.end_seconds,
            text="\n".join(textwrap.wrap(statement.phrases[phrase.index][language], _LINE_LENGTH)),
        )
        for phrase in sample.phrases
    )


def write_text(statement: DemoStatement, sample: Sample, language: str) -> str:
    """What is said, in one of the statement's languages, as a text with a paragraph for each phrase."""
    return "\n\n".join(statement.phrases[phrase.index][language] for phrase in sample.phrases)
