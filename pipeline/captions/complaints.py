"""What can be wrong with subtitles that can be read: codes with values, and the English sentence for each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pipeline.captions.rules import read_rules


class Weight(StrEnum):
    """How much a complaint weighs: what is warned about can stand, what stops has to be mended."""

    WARN = "warn"
    STOP = "stop"


class CaptionRule(StrEnum):
    """The rules by name; `SENTENCES` shows which values come with a complaint about each."""

    EMPTY = "empty"
    TOO_MANY_LINES = "too_many_lines"
    LINE_TOO_LONG = "line_too_long"
    BAD_BREAK = "bad_break"
    UNBALANCED = "unbalanced"
    FAST = "fast"
    TOO_FAST = "too_fast"
    SHORT = "short"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    BACKWARDS = "backwards"
    OVERLAP = "overlap"
    SMALL_GAP = "small_gap"
    PAST_END = "past_end"
    NUMBER_MISSING = "number_missing"
    NUMBER_ADDED = "number_added"
    NAME_MISSING = "name_missing"


@dataclass(frozen=True)
class Complaint:
    """One rule that one cue breaks; `cue` counts from 0 in reading order."""

    rule: CaptionRule
    cue: int
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def weight(self) -> Weight:
        """Whether it stops or warns."""
        return Weight(read_rules()["severity"][self.rule.value])

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, in English."""
        return SENTENCES[self.rule].format(**{name: _shown(name, value) for name, value in self.values.items()})


def rounded(name: str, value: float) -> float:
    """A value as people are told it: speed to tenths and never less than it is, all else to thousandths."""
    return math.ceil(value * 10) / 10 if name == "speed" else round(value, 3)


def _shown(name: str, value: Any) -> str:
    return f"{rounded(name, value):g}" if isinstance(value, float) else str(value)


SENTENCES: Mapping[CaptionRule, str] = {
    CaptionRule.EMPTY: "There is no text. Write it, or remove the subtitle.",
    CaptionRule.TOO_MANY_LINES: "{lines} lines, at most {limit}. Break the lines anew, or split the subtitle.",
    CaptionRule.LINE_TOO_LONG: "Line {line} has {characters} characters, at most {limit}. Break the lines anew,"
    " split the subtitle or shorten it.",
    CaptionRule.BAD_BREAK: "The line breaks after “{word}”, which belongs to what follows. Better: {better}",
    CaptionRule.UNBALANCED: "One line is much longer than the other. Better: {better}",
    CaptionRule.FAST: "{speed} characters a second are fast to read, better at most {limit}. Shorten the text or"
    " show it longer.",
    CaptionRule.TOO_FAST: "{speed} characters a second are too fast to read, at most {limit}. Shorten the text or"
    " show it longer.",
    CaptionRule.SHORT: "Shown for {seconds} s, better at least {limit} s. Let it end later, or join it with its"
    " neighbour.",
    CaptionRule.TOO_SHORT: "Shown for {seconds} s only, at least {limit} s. Let it end later, or join it with its"
    " neighbour.",
    CaptionRule.TOO_LONG: "Shown for {seconds} s, at most {limit} s. Split it, or let it end earlier.",
    CaptionRule.BACKWARDS: "It does not end after its start. Set its times anew.",
    CaptionRule.OVERLAP: "It starts {seconds} s before the end of the one before. Let that end earlier.",
    CaptionRule.SMALL_GAP: "It starts {seconds} s after the one before; {limit} s between them show that it is"
    " another. Let the one before end earlier.",
    CaptionRule.PAST_END: "It ends {seconds} s after the recording. Let it end earlier.",
    CaptionRule.NUMBER_MISSING: "“{number}” is in the words spoken and not here. Compare the numbers.",
    CaptionRule.NUMBER_ADDED: "“{number}” is here and not in the words spoken. Compare the numbers.",
    CaptionRule.NAME_MISSING: "“{name}” is in the words spoken and not here. Compare how the name is written.",
}
"""Seconds, characters and limits are numbers; `line` counts from 1; `better` is the text with other lines, parted by
“/”; `word` is the word before the break."""
