"""What speakers are asked about consent, in words whose version is `CONSENT_WORDS_VERSION`: change both together."""

from dataclasses import dataclass

from flask_babel import gettext as _

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.services.hand_ins import HandIn


@dataclass(frozen=True)
class Choice:
    """One answer that can be given."""

    audience: Audience
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    """One item with what can be answered."""

    item: ConsentItem
    words: str
    hint: str
    choices: tuple[Choice, ...]


def consent_questions(hand_in: HandIn) -> list[Question]:
    """The questions, with the answers that count now."""
    return [_ask_about_recording(hand_in), _ask_about_name(hand_in)]


def may_be_published_words(hand_in: HandIn) -> str:
    """What follows from the answers, while it stands in the way of publishing; empty when nothing does."""
    if hand_in.may_be_published:
        return ""
    if ConsentItem.RECORDING in hand_in.audiences:
        return str(_("You said no to publishing. You can hand in your recording, but it will not be published."))
    return str(
        _("You have not answered yet whether we may publish. Without your yes, your recording will not be published.")
    )


def _ask_about_recording(hand_in: HandIn) -> Question:
    return Question(
        ConsentItem.RECORDING,
        _("May we publish your recording?"),
        _("Published means: anybody who has the address of the country's page can watch it, diplomats and the public."),
        _choices(hand_in, ConsentItem.RECORDING, _("Yes, publish it"), _("No, do not publish it")),
    )


def _ask_about_name(hand_in: HandIn) -> Question:
    return Question(
        ConsentItem.NAME,
        _("May your name be shown with it?"),
        _("If not, only your organisation is named. Your face and your voice can still be recognised in the video."),
        _choices(hand_in, ConsentItem.NAME, _("Yes, show my name"), _("No, show only my organisation")),
    )


def _choices(hand_in: HandIn, item: ConsentItem, yes: str, no: str) -> tuple[Choice, ...]:
    chosen = hand_in.audiences.get(item)
    offered = ((Audience.PUBLIC, yes), (Audience.NOBODY, no))
    return tuple(Choice(audience, words, chosen is audience) for audience, words in offered)
