"""What speakers are asked about consent, in words whose version is `CONSENT_WORDS_VERSION`: change both together."""

from dataclasses import dataclass

from flask_babel import gettext as _

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.services.hand_ins import HandIn


@dataclass(frozen=True)
class Choice:
    """One answer that can be given."""

    value: str
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
    return [
        _question(hand_in, item, *asked, answers)
        for item, asked, answers in (
            (ConsentItem.RECORDING, _about_recording(), (_("Yes, publish it"), _("No, do not publish it"))),
            (ConsentItem.NAME, _about_name(), (_("Yes, show my name"), _("No, show only my organisation"))),
            (ConsentItem.TEXT, _about_text(), (_("Yes, publish my text"), _("No, do not publish my text"))),
            (ConsentItem.PAPERS, _about_papers(), (_("Yes, publish my papers"), _("No, do not publish my papers"))),
        )
    ]


def name_choices(hand_in: HandIn) -> list[Choice]:
    """How the speaker can be named where the name may be shown."""
    speaker, chosen = hand_in.speaker, hand_in.statement.name_form
    offered = {
        NameForm.FULL: _("With my name: %(name)s, %(organisation)s", **_of(speaker.name, speaker.organisation)),
        NameForm.ORGANISATION: _("With my organisation only: %(organisation)s", organisation=speaker.organisation),
        NameForm.ALIAS: _(
            "With another name, and my organisation: %(organisation)s", organisation=speaker.organisation
        ),
    }
    return [Choice(form.value, words, form is chosen) for form, words in offered.items()]


def refused_name_words(code: str) -> str:
    """Why the other name was not kept, and what to do."""
    words = {
        "empty": _("Please write the other name below. Your choice is saved as soon as it is there."),
        "too_long": _("This name is too long. Please write a shorter one."),
        "own_name": _("This name says your own name. Please choose one that does not."),
    }
    return words[code]


def may_be_published_words(hand_in: HandIn) -> str:
    """What follows from the answers, while it stands in the way of publishing; empty when nothing does."""
    answer = hand_in.audiences.get(ConsentItem.RECORDING)
    if answer is None:
        unanswered = _(
            "You have not answered yet whether we may publish. Without your yes, your recording will not be published."
        )
        return str(unanswered)
    if answer is Audience.NOBODY:
        return str(_("You said no to publishing. You can hand in your recording, but it will not be published."))
    return ""


def _about_recording() -> tuple[str, str]:
    return (
        _("May we publish your recording?"),
        _("Published means: anybody who has the address of the country's page can watch it, diplomats and the public."),
    )


def _about_name() -> tuple[str, str]:
    return (
        _("May your name be shown with it?"),
        _(
            "This is about the name that you chose above. If you say no, only your organisation is named. "
            "Your face and your voice can still be recognised in the video."
        ),
    )


def _about_text() -> tuple[str, str]:
    return (
        _("May we publish your written text and your recommendations?"),
        _("They stand beside your recording, and can be copied and searched for."),
    )


def _about_papers() -> tuple[str, str]:
    return (
        _("May we publish the papers that you send?"),
        _("We first remove the name of the author and other hidden data from each file. What you wrote in it stays."),
    )


def _question(hand_in: HandIn, item: ConsentItem, words: str, hint: str, answers: tuple[str, str]) -> Question:
    chosen = hand_in.audiences.get(item)
    offered = {Audience.PUBLIC: answers[0], Audience.MISSIONS: _only_missions(item), Audience.NOBODY: answers[1]}
    choices = tuple(Choice(audience.value, said, audience is chosen) for audience, said in offered.items())
    return Question(item, words, hint, choices)


def _only_missions(item: ConsentItem) -> str:
    words = {
        ConsentItem.RECORDING: _("Show it to permanent missions only: it is not on the public page"),
        ConsentItem.NAME: _("Tell my name to permanent missions only"),
        ConsentItem.TEXT: _("Give my text to permanent missions only"),
        ConsentItem.PAPERS: _("Give my papers to permanent missions only"),
    }
    return words[item]


def _of(name: str, organisation: str) -> dict[str, str]:
    return {"name": name, "organisation": organisation}
