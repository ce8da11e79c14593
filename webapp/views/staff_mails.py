"""Staff: the outbox. Each mail can be read as its reader will see it, held, let go, dropped, or sent again."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.languages import is_right_to_left
from pipeline.domain.mails import WITH_LINK, MailAction, MailState, WrittenMail
from pipeline.services import mails
from pipeline.services.mail_lists import PAGE_LENGTH, MailLine, count_mails, find_mail, list_mails
from pipeline.services.mail_sending import HIDDEN_TOKEN, letter_of
from webapp.access import current_staff, reader, staff
from webapp.database import current_db, roll_back_request
from webapp.mail_rules import sending_rules
from webapp.portal import portal
from webapp.views.staff import blueprint
from webapp.wording.mails import TranslatedMails
from webapp.wording.staff_mails import (
    mail_action_words,
    mail_kind_words,
    mail_state_tone,
    mail_state_words,
    not_sent_words,
)

_CHANGES: Mapping[MailAction, Callable[..., None]] = {
    MailAction.HOLD: mails.hold_mail,
    MailAction.RELEASE: mails.release_mail,
    MailAction.DROP: mails.drop_mail,
    MailAction.SEND_AGAIN: mails.send_mail_again,
}

_WORDS = {
    "mail_action_words": mail_action_words,
    "mail_kind_words": mail_kind_words,
    "mail_state_tone": mail_state_tone,
    "mail_state_words": mail_state_words,
    "not_sent_words": not_sent_words,
}


@blueprint.get("/mails/")
@reader
def outbox() -> ResponseReturnValue:
    """A page of mails; `state` filters, `before` turns the page."""
    db = current_db()
    asked = request.args.get("state", "")
    state = MailState(asked) if asked in list(MailState) else None
    return render_template(
        "staff/mails.html",
        mails=list_mails(db, state=state, before_id=request.args.get("before", type=int)),
        counts=count_mails(db),
        chosen=state,
        MailState=MailState,
        page_length=PAGE_LENGTH,
        settings=portal().settings.mails,
        **_WORDS,
    )


@blueprint.get("/mails/<int:mail_id>/")
@reader
def mail(mail_id: int) -> ResponseReturnValue:
    """One mail as its reader will see it; of its personal link everything but the secret."""
    line = find_mail(current_db(), mail_id) or abort(404)
    written, language = _written(line)
    return render_template(
        "staff/mail.html",
        line=line,
        written=written,
        language=language,
        direction="rtl" if is_right_to_left(language) else "ltr",
        sender=portal().settings.mails.sender,
        with_link=WITH_LINK,
        **_WORDS,
    )


@blueprint.post("/mails/<int:mail_id>/<action>")
@staff
def change_mail(mail_id: int, action: str) -> ResponseReturnValue:
    """Hold, let go, drop or send again."""
    line = find_mail(current_db(), mail_id) or abort(404)
    change = _CHANGES.get(MailAction(action)) if action in list(MailAction) else None
    if change is None:
        abort(404)
    try:
        change(current_db(), line.mail, actor=current_staff().actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
    else:
        flash(_done_words(MailAction(action)), "good")
    return redirect(url_for("staff.mail", mail_id=mail_id), 303)


def _written(line: MailLine) -> tuple[WrittenMail, str]:
    """The words of a mail, and their language."""
    letter = letter_of(line.mail, line.statement, rules=sending_rules(), token=HIDDEN_TOKEN, now=datetime.now(UTC))
    return TranslatedMails().write(letter), letter.language


def _done_words(action: MailAction) -> str:
    words = {
        MailAction.HOLD: _("Held. It is not sent before somebody lets it go."),
        MailAction.RELEASE: _("It is being sent."),
        MailAction.DROP: _("It will not be sent."),
        MailAction.SEND_AGAIN: _("It is being sent."),
    }
    return words[action]
