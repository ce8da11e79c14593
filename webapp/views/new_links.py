"""Asking for a new personal link. Who asks learns nothing of who takes part: neither by the answer nor by its time."""

import time
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField
from wtforms.validators import Email, InputRequired, Length

from pipeline.services.jobs import jobs_to_send
from pipeline.services.mail_requests import request_links
from webapp.access import public
from webapp.database import commit_request, current_db
from webapp.security import limiter

blueprint = Blueprint("new_links", __name__, url_prefix="/link")

ANSWER_SECONDS = 1.0
"""Every request is answered after so long: writing a mail into the records takes a small part of it."""

_WRITE_ONE = _l("Please write an e-mail address, like name@example.org.")


class AskForm(FlaskForm):  # type: ignore[misc]
    """The address that the link was sent to."""

    email = EmailField(
        _l("Your e-mail address"),
        [InputRequired(_WRITE_ONE), Length(max=254, message=_WRITE_ONE), Email(_WRITE_ONE)],
        filters=[lambda typed: (typed or "").strip()],
    )


@blueprint.get("/")
@public
def ask() -> ResponseReturnValue:
    """The form."""
    return render_template("speaker/link_ask.html", form=AskForm())


@blueprint.post("/")
@public
@limiter.limit("60 per 10 minutes")
def request_new() -> ResponseReturnValue:
    """Have a link mailed where there is somebody to get one; the answer is the same where there is nobody.

    How often a speaker is mailed is bounded with the mails: nobody can ask so often in a speaker's name that the
    speaker is turned away. Many may share one line, so that the bound on lines is a wide one.
    """
    began = time.monotonic()
    form = AskForm()
    if not form.validate_on_submit():
        return render_template("speaker/link_ask.html", form=form), 422
    db = current_db()
    request_links(db, form.email.data, now=datetime.now(UTC))
    db.flush()
    jobs_to_send(
        db
    )  # Taken, not sent: a slow broker would tell by time what the answer does not. The sweep sends them.
    commit_request()
    time.sleep(max(0.0, began + ANSWER_SECONDS - time.monotonic()))
    return redirect(url_for("new_links.asked"), 303)


@blueprint.get("/asked")
@public
def asked() -> ResponseReturnValue:
    """What happens next."""
    return render_template("speaker/link_asked.html")
