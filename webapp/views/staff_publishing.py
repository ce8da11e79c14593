"""Staff: publishing one country: what is in the way, what is asked, what will be visible to whom, and the yes to it."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from pipeline.domain.consents import Audience
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.publishing import Fate, Question
from pipeline.services.boards import load_board
from pipeline.services.publish_checks import NotConfirmed, PublishCheck, confirm_publication, read_publish_check
from pipeline.services.takedowns import stop_publication
from webapp.access import current_staff, reader, staff
from webapp.database import current_db, roll_back_request
from webapp.views.staff import blueprint
from webapp.views.staff_country import country_address, find_country
from webapp.wording import publishing

_WORDS = {
    "item_words": publishing.item_words,
    "problem_words": publishing.problem_words,
    "question_details": publishing.question_details,
    "question_words": publishing.question_words,
    "visibility_tone": publishing.visibility_tone,
    "visibility_words": publishing.visibility_words,
}


@blueprint.get("/<slug>/<code>/publish")
@reader
def publication(slug: str, code: str) -> ResponseReturnValue:
    """What publishing this country now would mean, item by item."""
    return _show(slug, code)


@blueprint.post("/<slug>/<code>/publish")
@staff
def publish(slug: str, code: str) -> ResponseReturnValue:
    """Publish what was seen and confirmed."""
    seen, confirmed = request.form.get("seen", ""), request.form.getlist("confirmed")
    country = find_country(slug, code)
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        confirm_publication(current_db(), country, seen=seen, confirmed=confirmed, actor=actor, now=now)
    except NotConfirmed as error:
        roll_back_request()
        return _show(slug, code, ticked=confirmed, forgotten=error.questions), 422
    except (ChangeNotAllowed, StaleDataError):
        roll_back_request()
        flash(_("This changed while you looked, so nothing was published. Look again below."), "bad")
        return _show(slug, code, ticked=confirmed), 409
    flash(_("Publishing has begun. The page below follows it."), "good")
    return redirect(country_address(slug, code), 303)


@blueprint.post("/<slug>/<code>/stop-publishing")
@staff
def stop_publishing(slug: str, code: str) -> ResponseReturnValue:
    """Stop a publication that is not out yet."""
    release_id = request.form.get("release_id", type=int)
    if release_id is None:
        abort(400)
    country = find_country(slug, code)
    try:
        stop_publication(current_db(), country, release_id, actor=current_staff().actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("It could not be stopped any more. Look below what is out."), "bad")
    else:
        flash(_("Stopped. Nothing new was published."), "good")
    return redirect(country_address(slug, code), 303)


def _show(slug: str, code: str, *, ticked: Collection[str] = (), forgotten: Collection[Question] = ()) -> str:
    board = load_board(current_db(), slug, now=datetime.now(UTC), only_country=code) or abort(404)
    line = board.country(code) or abort(404)
    check = read_publish_check(current_db(), find_country(slug, code))
    return render_template(
        "staff/publication.html",
        board=board,
        country=line,
        check=check,
        ticked=ticked,
        forgotten=forgotten,
        **_parts(check),
        **_WORDS,
    )


def _parts(check: PublishCheck) -> dict[str, Any]:
    return {
        "goes_out": {
            Audience.PUBLIC.value: check.with_fate(Fate.SHOWN),
            Audience.MISSIONS.value: check.with_fate(Fate.SHOWN_TO_MISSIONS),
        },
        "in_the_way": check.with_fate(Fate.IN_THE_WAY),
        "of_panel": [problem for problem in check.problems if problem.statement_id is None],
    }
