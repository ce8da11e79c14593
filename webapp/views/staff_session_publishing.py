"""Staff: publishing all of a session at once: what it would mean for each country, the yes to it, how far it is."""

from collections.abc import Collection
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.publishing import Question
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import PreSession
from pipeline.services.boards import load_board
from pipeline.services.publish_checks import NotConfirmed
from pipeline.services.session_publication import CountryFate, publish_session, read_session_check
from webapp.access import current_staff, reader, staff
from webapp.database import current_db, roll_back_request
from webapp.views.staff import blueprint
from webapp.wording import publishing, staff_releases

_WORDS = {
    "fate_words": staff_releases.fate_words,
    "fate_tone": staff_releases.fate_tone,
    "problem_words": publishing.problem_words,
    "question_words": publishing.question_words,
}


@blueprint.get("/<slug>/publish")
@reader
def session_publication(slug: str) -> ResponseReturnValue:
    """What publishing every country of a session now would mean, and how far those are that are being published."""
    return _show(_session(slug))


@blueprint.post("/<slug>/publish")
@staff
def publish_all(slug: str) -> ResponseReturnValue:
    """Publish every country that can be, as it was seen and confirmed."""
    seen, confirmed = request.form.get("seen", ""), request.form.getlist("confirmed")
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        begun = publish_session(current_db(), _session(slug), seen=seen, confirmed=confirmed, actor=actor, now=now)
    except NotConfirmed as error:
        roll_back_request()
        return _show(_session(slug), ticked=confirmed, forgotten=error.questions), 422
    except (ChangeNotAllowed, StaleDataError):
        roll_back_request()
        flash(_("This changed while you looked, so nothing was published. Look again below."), "bad")
        return _show(_session(slug), ticked=confirmed), 409
    flash(_("Publishing has begun for %(num)d countries. This page follows it.", num=len(begun)), "good")
    return redirect(url_for("staff.session_publication", slug=slug), 303)


def _session(slug: str) -> PreSession:
    return find_pre_session(current_db(), slug) or abort(404)


def _show(pre_session: PreSession, *, ticked: Collection[str] = (), forgotten: Collection[Question] = ()) -> str:
    board = load_board(current_db(), pre_session.slug, now=datetime.now(UTC)) or abort(404)
    return render_template(
        "staff/session_publication.html",
        board=board,
        lines={country.code: country for country in board.countries},
        check=read_session_check(current_db(), pre_session),
        goes_out=CountryFate.GOES_OUT,
        ticked=ticked,
        forgotten=forgotten,
        **_WORDS,
    )
