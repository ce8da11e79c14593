"""What a speaker at risk can have hidden: the choices, what came of them, and what no program can hide."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from pipeline.domain.protection import Hidden, Protection
from pipeline.domain.statements import StatementState
from pipeline.services.hand_ins import HandIn
from pipeline.services.protection import hidden_of, protection_of
from webapp.wording.measured import length_words

_OFTEN = 0.8
"""Of the time; a face that is found more rarely makes a picture that is hard to watch."""


class PictureChoice(StrEnum):
    """What is done to the picture."""

    AS_IT_IS = "as_it_is"
    FACES = "faces"
    WHOLE = "whole"


@dataclass(frozen=True)
class PictureOption:
    """One choice with what it means."""

    value: PictureChoice
    words: str
    hint: str
    is_chosen: bool


@dataclass(frozen=True)
class ProtectionPart:
    """The part of the page; `said` is what came of the choice, `is_warning` when something should be done."""

    pictures: tuple[PictureOption, ...]
    alters_voice: bool
    is_any: bool
    said: str
    is_warning: bool
    follows: str
    limits: tuple[str, ...]


def protection_part(hand_in: HandIn) -> ProtectionPart:
    """What the page shows of one statement."""
    protection = protection_of(hand_in.statement)
    hidden = hidden_of(hand_in.recording)
    return ProtectionPart(
        pictures=_pictures(protection),
        alters_voice=protection.alters_voice,
        is_any=protection.is_any,
        said=_said(hand_in, protection, hidden),
        is_warning=_was_seen(hand_in, protection) or (hidden is not None and hidden.face_share < _OFTEN),
        follows=_follows(hand_in),
        limits=_limits(),
    )


def protection_from(picture: str, *, alters_voice: bool) -> Protection:
    """The choice as a form sends it; raises `ValueError` for a picture that was not offered."""
    choice = PictureChoice(picture)
    return Protection(
        blurs_faces=choice is PictureChoice.FACES,
        blurs_picture=choice is PictureChoice.WHOLE,
        alters_voice=alters_voice,
    )


def saved_words(hand_in: HandIn) -> str:
    """What a speaker is told once a choice is kept."""
    if hand_in.is_being_worked_on:
        return _("Your choice is saved. Your recording is being prepared again. Watch the preview when it is ready.")
    return _("Your choice is saved.")


def _pictures(protection: Protection) -> tuple[PictureOption, ...]:
    chosen = PictureChoice.AS_IT_IS
    if protection.hides_face:
        chosen = PictureChoice.WHOLE if protection.blurs_picture else PictureChoice.FACES
    offered = (
        (PictureChoice.AS_IT_IS, _("Show the picture as it is"), ""),
        (
            PictureChoice.FACES,
            _("Blur my face"),
            _("A program looks for your face. Where it finds no face, it blurs the whole picture."),
        ),
        (
            PictureChoice.WHOLE,
            _("Blur the whole picture"),
            _("Only colours and movement are left. This is the safest choice."),
        ),
    )
    return tuple(PictureOption(value, words, hint, value is chosen) for value, words, hint in offered)


def _said(hand_in: HandIn, protection: Protection, hidden: Hidden | None) -> str:
    if _was_seen(hand_in, protection):
        return _("The organiser may already have seen your recording as it is. You can still change this.")
    if not protection.is_any or hand_in.recording is None:
        return ""
    if not hand_in.recording.package_prefix:
        return _being_done(hand_in)
    return (
        _found(hidden) if hidden else _("This is done. Watch the preview to the end before you say that it is right.")
    )


def _being_done(hand_in: HandIn) -> str:
    if hand_in.is_being_worked_on:
        return _("Your recording is being protected now. Nobody else sees or hears it until this is done.")
    return _("Nobody sees your recording until this is done.")


def _found(hidden: Hidden) -> str:
    if not hidden.wholly_seconds:
        return _("We found a face all the time and blurred it. Watch the preview to the end to be sure.")
    length = length_words(hidden.wholly_seconds)
    if hidden.face_share >= _OFTEN:
        return _(
            "We blurred your face. For %(length)s we could not follow it, so the whole picture is blurred there. "
            "Watch the preview to the end to be sure.",
            length=length,
        )
    return _(
        "For %(length)s we could not follow your face, so the whole picture is blurred there. "
        "It is better to blur the whole picture, or to record again: look at the camera, with light on your face.",
        length=length,
    )


def _was_seen(hand_in: HandIn, protection: Protection) -> bool:
    return not protection.is_any and bool(hand_in.recording and hand_in.recording.package_prefix)


def _follows(hand_in: HandIn) -> str:
    """What a change does to what people have decided."""
    if hand_in.is_published:
        return _("If you change this, your statement goes off the page of the country until it is approved again.")
    if hand_in.statement.state is StatementState.APPROVED:
        return _("If you change this, your recording must be approved again.")
    return ""


def _limits() -> tuple[str, ...]:
    return (
        _("The room behind you, your clothes, hands and jewellery, unless the whole picture is blurred."),
        _(
            "Other faces: those of people beside you may not be found, and one in a picture behind you may be taken "
            "for yours. Sit alone, with nothing of that kind behind you."
        ),
        _("How you speak: your words, your accent and your pauses. People who know you may still recognise you."),
        _("Your own voice from everybody: an expert with good tools may find out something about it."),
        _("What you say about yourself, your family and where you live."),
        _(
            "The file that you send. It stays closed, and the organiser's pages do not show it. "
            "The people who run the computers could open it."
        ),
    )
