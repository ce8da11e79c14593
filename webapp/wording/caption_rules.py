"""What is wrong with a subtitle, in the reader's language: for the server's pages and as texts for the editor's."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from pipeline.captions.complaints import CaptionRule, Complaint, rounded


def complaint_words(complaint: Complaint) -> str:
    """What is wrong with one subtitle and what to do."""
    values = {name: _shown(name, value) for name, value in complaint.values.items()}
    return rule_texts()[complaint.rule.value].format(**values)


def rule_texts() -> Mapping[str, str]:
    """The sentence about each rule, by its code, with {names} for values."""
    texts: Mapping[CaptionRule, str] = {
        CaptionRule.EMPTY: _("There is no text. Write it, or remove the subtitle."),
        CaptionRule.TOO_MANY_LINES: _("{lines} lines, at most {limit}. Break the lines anew, or split the subtitle."),
        CaptionRule.LINE_TOO_LONG: _(
            "Line {line} has {characters} characters, at most {limit}. Break the lines anew, split the subtitle or"
            " shorten it."
        ),
        CaptionRule.BAD_BREAK: _("The line breaks after “{word}”, which belongs to what follows. Better: {better}"),
        CaptionRule.UNBALANCED: _("One line is much longer than the other. Better: {better}"),
        CaptionRule.FAST: _(
            "{speed} characters a second are fast to read, better at most {limit}. Shorten the text or show it longer."
        ),
        CaptionRule.TOO_FAST: _(
            "{speed} characters a second are too fast to read, at most {limit}. Shorten the text or show it longer."
        ),
        CaptionRule.SHORT: _(
            "Shown for {seconds} s, better at least {limit} s. Let it end later, or join it with its neighbour."
        ),
        CaptionRule.TOO_SHORT: _(
            "Shown for {seconds} s only, at least {limit} s. Let it end later, or join it with its neighbour."
        ),
        CaptionRule.TOO_LONG: _("Shown for {seconds} s, at most {limit} s. Split it, or let it end earlier."),
        CaptionRule.BACKWARDS: _("It does not end after its start. Set its times anew."),
        CaptionRule.OVERLAP: _("It starts {seconds} s before the end of the one before. Let that end earlier."),
        CaptionRule.SMALL_GAP: _(
            "It starts {seconds} s after the one before; {limit} s between them show that it is another. Let the one"
            " before end earlier."
        ),
        CaptionRule.PAST_END: _("It ends {seconds} s after the recording. Let it end earlier."),
        CaptionRule.NUMBER_MISSING: _("“{number}” is in the words spoken and not here. Compare the numbers."),
        CaptionRule.NUMBER_ADDED: _("“{number}” is here and not in the words spoken. Compare the numbers."),
        CaptionRule.NAME_MISSING: _("“{name}” is in the words spoken and not here. Compare how the name is written."),
    }
    return {rule.value: text for rule, text in texts.items()}


def _shown(name: str, value: Any) -> str:
    return format_decimal(rounded(name, value)) if isinstance(value, float) else str(value)
