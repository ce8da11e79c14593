"""Staff: remind speakers of what is missing, one with a button on the board or many from a list with ticks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pipeline.services.board_lines import SpeakerLine
from pipeline.services.reminders import Reminded, remind_speaker
from pipeline.services.reviews import find_statement
from webapp.access import current_staff, staff
from webapp.database import current_db
from webapp.views.staff import blueprint
from webapp.views.staff_sessions import asked_show, board_address, find_board
from webapp.wording.staff_board import reminded_words

_GONE = frozenset({Reminded.CHANGED, Reminded.NOTHING_MISSING})


@blueprint.post("/statements/<int:statement_id>/remind")
@staff
def remind(statement_id: int) -> ResponseReturnValue:
    """Remind one speaker; who was reminded within a day has to be ticked on the list."""
    statement = find_statement(current_db(), statement_id) or abort(404)
    slug, organisation = statement.speaker.country.pre_session.slug, statement.speaker.organisation
    outcome = _remind(statement_id, is_asked_again=False)
    flash(reminded_words(outcome, organisation), "good" if outcome is Reminded.QUEUED else "warn")
    if outcome in _GONE:
        return _list(slug), 409
    if outcome is Reminded.LATELY:
        return redirect(url_for("staff.reminders", slug=slug, _anchor=f"statement-{statement_id}"), 303)
    return redirect(board_address(slug, asked_show(request.form), anchor=f"statement-{statement_id}"), 303)


@blueprint.get("/<slug>/reminders")
@staff
def reminders(slug: str) -> ResponseReturnValue:
    """Everybody of whom something is missing, with what, and when they were reminded last."""
    return _list(slug)


@blueprint.post("/<slug>/reminders")
@staff
def remind_many(slug: str) -> ResponseReturnValue:
    """Remind those who are ticked; the answer says who was not, and why."""
    wanted = request.form.getlist("statement_id", type=int)
    names = {line.row.statement_id: line.row.organisation for line in _lines(slug)}
    outcomes = {one: _remind(one, is_asked_again=True) for one in wanted if one in names}
    _tell(outcomes, names)
    if _GONE.intersection(outcomes.values()):
        return _list(slug), 409
    return redirect(url_for("staff.reminders", slug=slug), 303)


def _remind(statement_id: int, *, is_asked_again: bool) -> Reminded:
    return remind_speaker(
        current_db(),
        statement_id,
        seen=request.form.get(f"seen-{statement_id}", 0, type=int),
        is_asked_again=is_asked_again,
        actor=current_staff().actor,
        now=datetime.now(UTC),
    )


def _tell(outcomes: Mapping[int, Reminded], names: Mapping[int, str]) -> None:
    sent = sum(outcome is Reminded.QUEUED for outcome in outcomes.values())
    if sent:
        flash(ngettext("%(num)d reminder is on its way.", "%(num)d reminders are on their way.", sent), "good")
    if not outcomes:
        flash(_("Nobody was ticked, so nobody was reminded."), "warn")
    for statement_id, outcome in outcomes.items():
        if outcome is not Reminded.QUEUED:
            flash(reminded_words(outcome, names[statement_id]), "warn")


def _lines(slug: str) -> Sequence[SpeakerLine]:
    return [line for country in find_board(slug).countries for line in country.speakers]


def _list(slug: str) -> str:
    return render_template("staff/board_reminders.html", board=find_board(slug))
