"""Standings and what goes with them on a staff screen, in words, with the colour in which a badge shows them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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

_STANDINGS = {
    Standing.NO_LINK: _l("No link sent yet"),
    Standing.INVITED: _l("Invited"),
    Standing.CHECKING: _l("Being checked"),
    Standing.CHECK_FAILED: _l("Check failed"),
    Standing.REFUSED: _l("Refused by the check"),
    Standing.PREPARING: _l("Being prepared"),
    Standing.PREPARE_FAILED: _l("Preparation failed"),
    Standing.TO_REVIEW: _l("To review"),
    Standing.SENT_BACK: _l("Sent back"),
    Standing.APPROVED: _l("Approved"),
    Standing.PUBLISHED: _l("Published"),
    Standing.WITHDRAWN: _l("Withdrawn"),
    Standing.TAKEN_DOWN: _l("Taken down"),
}

_FILTERS = {
    Show.ALL: _l("All"),
    Show.STAFF: _l("Waiting for us"),
    Show.SPEAKER: _l("Waiting for the speaker"),
    Show.LATE: _l("Last day near or past"),
    Show.MACHINE: _l("Being prepared"),
    Show.SUBTITLES: _l("Subtitles missing"),
    Show.CONSENT: _l("Answers missing"),
    Show.READY: _l("Ready to publish"),
    Show.PUBLISHED: _l("Published"),
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
    return str(_STANDINGS[standing])


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
    return str(_FILTERS[show])


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
