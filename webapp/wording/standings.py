"""Standings and what goes with them on a staff screen, in words, with the colour in which a badge shows them."""

from flask_babel import gettext as _

from pipeline.domain.consents import Audience
from pipeline.domain.pre_sessions import SpeakerKind
from pipeline.domain.standings import Standing
from pipeline.services.board_lines import Obstacle, Show, SpeakerLine

_TONES = {
    Standing.NO_LINK: "calm",
    Standing.INVITED: "calm",
    Standing.CHECKING: "main",
    Standing.CHECK_FAILED: "bad",
    Standing.REFUSED: "warn",
    Standing.PREPARING: "main",
    Standing.PREPARE_FAILED: "bad",
    Standing.TO_REVIEW: "warn",
    Standing.SENT_BACK: "warn",
    Standing.APPROVED: "good",
    Standing.PUBLISHED: "good",
    Standing.WITHDRAWN: "calm",
    Standing.TAKEN_DOWN: "calm",
}


def tone_of(standing: Standing) -> str:
    """The name of a badge's colour."""
    return _TONES[standing]


def standing_words(standing: Standing, progress: float | None = None) -> str:
    """A standing in a few words, with how far the work is where that is known."""
    if progress is not None and standing is Standing.PREPARING:
        return _("Being prepared: %(percent)d %%", percent=int(progress * 100))
    if progress is not None and standing is Standing.CHECKING:
        return _("Being checked: %(percent)d %%", percent=int(progress * 100))
    return _words()[standing]


def line_words(line: SpeakerLine) -> str:
    """A speaker's standing in a few words."""
    return standing_words(line.standing, line.progress)


def obstacle_words(obstacle: Obstacle) -> str:
    """Why a statement that is approved cannot be published, and what can be done."""
    words = {
        Obstacle.NOT_APPROVED: _("It is not approved."),
        Obstacle.MISSIONS_ONLY: _(
            "The speaker agreed to showing it to missions only, so it is not on the public page."
        ),
        Obstacle.NEWER_RECORDING: _("There is another recording than the approved one. Watch and approve it."),
        Obstacle.NOT_READY: _("The recording is not prepared for watching. Wait, or try it again."),
        Obstacle.CONSENT_MISSING: _(
            "The speaker has not said yet whether it may be published. Ask them, or take the approval back to leave "
            "it out."
        ),
        Obstacle.CONSENT_REFUSED: _(
            "The speaker does not want it to be published. Take the approval back to leave it out."
        ),
        Obstacle.ALIAS_MISSING: _("The speaker wants to be shown under another name and has not said which. Ask them."),
        Obstacle.SECOND_LOOK: _("Another person has to look at it and approve it as well."),
        Obstacle.APPROVAL_STALE: _("It is not what was approved any more. Look at what changed, and approve it again."),
    }
    return words[obstacle]


def show_words(show: Show) -> str:
    """A filter of the board."""
    words = {
        Show.ALL: _("All"),
        Show.STAFF: _("Waiting for us"),
        Show.SPEAKER: _("Waiting for the speaker"),
        Show.LATE: _("Last day near or past"),
        Show.MACHINE: _("Being prepared"),
        Show.SUBTITLES: _("Subtitles missing"),
        Show.CONSENT: _("Answers missing"),
        Show.READY: _("Ready to publish"),
        Show.PUBLISHED: _("Published"),
    }
    return words[show]


def kind_words(kind: SpeakerKind) -> str:
    """What kind of body a speaker stands for."""
    words = {
        SpeakerKind.CSO: _("Civil-society organisation"),
        SpeakerKind.NHRI: _("National human rights institution"),
        SpeakerKind.COALITION: _("Coalition"),
    }
    return words[kind]


def consent_words(audience: Audience | None) -> str:
    """A speaker's answer about one item."""
    if audience is None:
        return _("not answered yet")
    words = {
        Audience.PUBLIC: _("may be shown to everybody"),
        Audience.MISSIONS: _("may be shown to missions only"),
        Audience.NOBODY: _("may not be shown"),
    }
    return words[audience]


def _words() -> dict[Standing, str]:
    return {
        Standing.NO_LINK: _("No link sent yet"),
        Standing.INVITED: _("Invited"),
        Standing.CHECKING: _("Being checked"),
        Standing.CHECK_FAILED: _("Check failed"),
        Standing.REFUSED: _("Refused by the check"),
        Standing.PREPARING: _("Being prepared"),
        Standing.PREPARE_FAILED: _("Preparation failed"),
        Standing.TO_REVIEW: _("To review"),
        Standing.SENT_BACK: _("Sent back"),
        Standing.APPROVED: _("Approved"),
        Standing.PUBLISHED: _("Published"),
        Standing.WITHDRAWN: _("Withdrawn"),
        Standing.TAKEN_DOWN: _("Taken down"),
    }
