"""Staff: let speakers in. A personal link is mailed, or shown in one answer to be copied, and never shown again."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pipeline.domain.mails import Letter, MailKind
from pipeline.records.tables import Country, PreSession, Statement
from pipeline.services.deadlines import last_day_of, link_end
from pipeline.services.links import issue_link, link_address
from pipeline.services.mail_requests import invite_speakers
from pipeline.services.mails import queue_mail, reader_language_of
from pipeline.services.reviews import find_statement
from webapp.access import current_staff, staff
from webapp.database import current_db
from webapp.mail_rules import sending_rules
from webapp.views.staff import blueprint
from webapp.wording.mails import TranslatedMails


@blueprint.post("/statements/<int:statement_id>/link")
@staff
def issue(statement_id: int) -> ResponseReturnValue:
    """Make a new link; the ones before it stop to work."""
    db, rules, now = current_db(), sending_rules(), datetime.now(UTC)
    statement = find_statement(db, statement_id) or abort(404)
    until = link_end(statement, rules.times, now=now)
    token = issue_link(db, statement=statement, expires_at=until, actor=current_staff().actor, now=now)
    letter = _invitation(statement, link_address(rules.public_url, token, reader_language_of(statement)), until)
    return render_template(
        "staff/link.html",
        statement=statement,
        link=letter.link,
        until=until,
        message=TranslatedMails().write(letter).text,
        message_language=letter.language,
    )


@blueprint.post("/statements/<int:statement_id>/invite")
@staff
def invite(statement_id: int) -> ResponseReturnValue:
    """Mail an invitation with a link; links before it stay good."""
    db = current_db()
    statement = find_statement(db, statement_id) or abort(404)
    actor, now = current_staff().actor, datetime.now(UTC)
    sent = queue_mail(db, statement, MailKind.INVITATION, now=now, actor=actor)
    if sent is None:
        flash(_("This speaker has no e-mail address. Issue a link and send it yourself."), "bad")
        return redirect(url_for("staff.review", statement_id=statement_id), 303)
    flash(_("The invitation is on its way."), "good")
    return redirect(url_for("staff.mail", mail_id=sent.id), 303)


@blueprint.post("/<slug>/<code>/invite")
@staff
def invite_panel(slug: str, code: str) -> ResponseReturnValue:
    """Mail invitations to everybody on a panel who was not let in yet."""
    db = current_db()
    wanted = db.query(Country).join(PreSession).where(PreSession.slug == slug, Country.code == code)
    country = wanted.one_or_none() or abort(404)
    count = invite_speakers(db, country, actor=current_staff().actor, now=datetime.now(UTC))
    if count:
        flash(ngettext("%(num)d invitation is on its way.", "%(num)d invitations are on their way.", count), "good")
    else:
        flash(_("Everybody with an e-mail address has been invited already."), "warn")
    return redirect(url_for("staff.country", slug=slug, code=code), 303)


def _invitation(statement: Statement, link: str, until: datetime) -> Letter:
    language = reader_language_of(statement)
    return Letter(
        kind=MailKind.INVITATION,
        language=language,
        name=statement.speaker.name,
        ask_address=f"{sending_rules().public_url}/link/?lang={language}",
        link=link,
        link_until=until.date(),
        hand_in_until=last_day_of(statement),
    )
