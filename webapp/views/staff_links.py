"""Staff: issue a speaker's personal link. It is shown in this one answer and cannot be shown again."""

from datetime import UTC, datetime, timedelta

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from pipeline.domain.languages import INTERFACE_LANGUAGES
from pipeline.records.tables import Statement
from pipeline.services.links import issue_link
from pipeline.services.reviews import find_statement
from webapp.access import current_staff, staff
from webapp.database import current_db
from webapp.i18n import written_in
from webapp.portal import portal
from webapp.views.staff import blueprint


@blueprint.post("/statements/<int:statement_id>/link")
@staff
def issue(statement_id: int) -> ResponseReturnValue:
    """Make a new link; the ones before it stop to work."""
    db = current_db()
    statement = find_statement(db, statement_id) or abort(404)
    now = datetime.now(UTC)
    days = portal().settings.links.expire_days
    token = issue_link(db, statement=statement, expire_days=days, actor=current_staff().actor, now=now)
    language = _language_of(statement)
    link = f"{_public_url()}/s/{token}?lang={language}"
    until = now + timedelta(days=days)
    with written_in(language):
        message = render_template("staff/invitation.txt", statement=statement, link=link, until=until)
    return render_template(
        "staff/link.html", statement=statement, link=link, until=until, message=message, message_language=language
    )


def _language_of(statement: Statement) -> str:
    spoken = statement.speaker.language
    return spoken if spoken in INTERFACE_LANGUAGES else INTERFACE_LANGUAGES[0]


def _public_url() -> str:
    configured = portal().settings.web.public_url.rstrip("/")
    return configured or request.url_root.rstrip("/")
