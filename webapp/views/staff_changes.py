"""Staff: what every change on the review screen has in common: the version that the person saw, and what is said."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Statement
from pipeline.services.events import Actor
from pipeline.services.reviews import find_statement
from pipeline.services.statements import hold_statement
from webapp.access import current_staff
from webapp.database import current_db, roll_back_request
from webapp.forms import VersionedForm
from webapp.views.staff_statement import show_review

Change = Callable[[Session, Statement, Actor, datetime], object]
Kept = Callable[[int], Mapping[str, Any]]
"""Forms with what a person had typed, for the version of the statement that is shown next."""


def change_statement(
    statement_id: int,
    change: Change,
    *,
    done: str,
    anchor: str = "",
    keep: Kept = lambda _version: {},
) -> ResponseReturnValue:
    """Make a change to the statement that the form's `version` names, and lead back to its review.

    Where it is another one by now nothing is changed, and what was typed is still there.
    """
    form = VersionedForm()
    if form.version.data is None or not VersionedForm.validate_on_submit(form):
        abort(400)
    db = current_db()
    if find_statement(db, statement_id) is None:
        abort(404)
    try:
        statement = hold_statement(db, statement_id, form.version.data)
        change(db, statement, current_staff().actor, datetime.now(UTC))
        db.flush()
    except (ChangeNotAllowed, StaleDataError):
        return _say_changed(statement_id, keep)
    flash(done, "good")
    return redirect(url_for("staff.review", statement_id=statement_id, _anchor=anchor or None), 303)


def _say_changed(statement_id: int, keep: Kept) -> ResponseReturnValue:
    roll_back_request()
    flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
    statement = find_statement(current_db(), statement_id) or abort(404)
    return show_review(statement_id, **keep(statement.version)), 409
