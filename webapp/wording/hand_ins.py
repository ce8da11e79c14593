"""Where a statement stands, told to its speaker: a heading, what it means, what to do next."""

from dataclasses import dataclass

from flask_babel import gettext as _

from pipeline.domain.limits import Limit
from pipeline.domain.standings import Standing
from webapp.wording.measured import length_words
from webapp.wording.standings import tone_of


@dataclass(frozen=True)
class Told:
    """A heading, a sentence, and the name of a colour."""

    heading: str
    sentence: str
    tone: str


def told_standing(standing: Standing) -> Told:
    """What a speaker is told of a standing."""
    heading, sentence = _words()[standing]
    return Told(heading, sentence, "good" if standing is Standing.TO_REVIEW else tone_of(standing))


def limit_words(limit: Limit) -> str:
    """`5 to 7 minutes`; any other limit by its two lengths."""
    if limit.min_seconds % 60 == 0 and limit.max_seconds % 60 == 0:
        minutes = {"shortest": int(limit.min_seconds // 60), "longest": int(limit.max_seconds // 60)}
        return str(_("%(shortest)d to %(longest)d minutes", **minutes))
    if limit.max_seconds < 60:
        seconds = {"shortest": int(limit.min_seconds), "longest": int(limit.max_seconds)}
        return str(_("%(shortest)d to %(longest)d seconds", **seconds))
    lengths = {"shortest": length_words(limit.min_seconds), "longest": length_words(limit.max_seconds)}
    return str(_("from %(shortest)s to %(longest)s", **lengths))


def _words() -> dict[Standing, tuple[str, str]]:
    waiting = (
        _("We are waiting for your recording"),
        _("Choose your video file below. You can replace it with a better one later."),
    )
    trouble = (
        _("We have your recording"),
        _(
            "Something went wrong on our side while we worked on it. It is not your fault and nothing is lost. "
            "The organiser was told."
        ),
    )
    return {
        Standing.NO_LINK: waiting,
        Standing.INVITED: waiting,
        Standing.CHECKING: (
            _("Your recording has arrived and is being checked"),
            _("This takes a few seconds, for a long recording up to a minute. The answer appears here."),
        ),
        Standing.CHECK_FAILED: trouble,
        Standing.REFUSED: (
            _("Your recording cannot be used as it is"),
            _("Below is what we found and what you can do."),
        ),
        Standing.PREPARING: (
            _("We have your recording, and it passed the first check"),
            _(
                "Its pictures are being checked while it is prepared for watching. This takes some minutes. You can "
                "close this page; if there is something for you to do, you will read it here."
            ),
        ),
        Standing.PREPARE_FAILED: trouble,
        Standing.TO_REVIEW: (
            _("Your recording is accepted"),
            _("It passed all checks. The organiser will watch it next."),
        ),
        Standing.SENT_BACK: (
            _("The organiser asks you for another recording"),
            _("Please read what they wrote, then choose a new file below."),
        ),
        Standing.APPROVED: (
            _("The organiser has approved your recording"),
            _("It is ready to be published. You do not need to do anything more."),
        ),
        Standing.PUBLISHED: (
            _("Your statement is published"),
            _("Permanent missions can watch it now on the page of the country."),
        ),
        Standing.WITHDRAWN: (
            _("You have withdrawn your statement"),
            _("It is not shown to anybody any more. If you change your mind, write to the organiser."),
        ),
        Standing.TAKEN_DOWN: (
            _("Your statement is not published at the moment"),
            _("It is no longer on the page of the country. The organiser can tell you more."),
        ),
    }
