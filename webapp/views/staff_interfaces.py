"""Administrators: other systems: tokens by which scripts come in, addresses that are told of events."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.scopes import Scope
from pipeline.records.tables import ApiToken, StaffAccount, Webhook, WebhookDelivery
from pipeline.services import webhooks
from pipeline.services.api_tokens import issue_token, list_tokens, revoke_token
from webapp.access import administrator, current_staff
from webapp.database import current_db, roll_back_request
from webapp.interface_forms import TokenForm, WebhookForm
from webapp.portal import portal
from webapp.views.staff import blueprint
from webapp.wording import interfaces as wording
from webapp.wording.events import event_words

_ACTIONS: Mapping[str, Callable[..., None]] = {
    "pause": webhooks.pause_webhook,
    "resume": webhooks.resume_webhook,
    "remove": webhooks.remove_webhook,
}


@blueprint.get("/interfaces/")
@administrator
def interfaces() -> ResponseReturnValue:
    """Every token and every address, and the forms for new ones."""
    return _list()


@blueprint.post("/interfaces/tokens")
@administrator
def issue_api_token() -> ResponseReturnValue:
    """Make a token in the administrator's own name; it is shown once."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _list(token_form=form), 422
    member, now = current_staff(), datetime.now(UTC)
    token = issue_token(
        current_db(),
        current_db().get_one(StaffAccount, member.account_id),
        name=form.name.data,
        scopes=[Scope(value) for value in form.scopes.data],
        days=form.days.data,
        actor=member.actor,
        now=now,
    )
    return render_template("staff/interface_secret.html", name=form.name.data, token=token)


@blueprint.post("/interfaces/tokens/<int:token_id>/revoke")
@administrator
def revoke_api_token(token_id: int) -> ResponseReturnValue:
    """Let a token be good for nothing from now on."""
    found = current_db().get(ApiToken, token_id) or abort(404)
    return _tried(
        lambda: revoke_token(current_db(), found, actor=current_staff().actor, now=datetime.now(UTC)),
        url_for("staff.interfaces"),
    )


@blueprint.post("/interfaces/webhooks")
@administrator
def add_webhook() -> ResponseReturnValue:
    """Have another system told of events; the secret that signs the messages is shown once."""
    form = _webhook_form()
    if not form.validate_on_submit():
        return _list(webhook_form=form), 422
    try:
        added = webhooks.add_webhook(
            current_db(),
            form.url.data.strip(),
            [f"{subject}.*" for subject in form.subjects.data],
            allows_private=portal().settings.webhooks.allow_private,
            actor=current_staff().actor,
            now=datetime.now(UTC),
        )
    except WrongUsage:
        form.url.errors = [_("Write an address like https://example.org/events, without a name or password in it.")]
        return _list(webhook_form=form), 422
    return render_template("staff/interface_secret.html", name=added.url, secret=added.secret)


@blueprint.get("/interfaces/webhooks/<int:webhook_id>/")
@administrator
def webhook(webhook_id: int) -> ResponseReturnValue:
    """One address, and the newest messages to it."""
    return render_template(
        "staff/webhook.html",
        webhook=_webhook(webhook_id),
        deliveries=webhooks.list_deliveries(current_db(), webhook_id),
        subject_words=wording.subject_words,
        delivery_words=wording.delivery_words,
        delivery_tone=wording.delivery_tone,
        answer_words=wording.answer_words,
        words_of=event_words,
    )


@blueprint.post("/interfaces/webhooks/<int:webhook_id>/<action>")
@administrator
def change_webhook(webhook_id: int, action: str) -> ResponseReturnValue:
    """Pause, go on, or remove."""
    found, change = _webhook(webhook_id), _ACTIONS.get(action) or abort(404)
    back = "staff.interfaces" if action == "remove" else "staff.webhook"
    return _tried(
        lambda: change(current_db(), found, actor=current_staff().actor, now=datetime.now(UTC)),
        url_for(back) if action == "remove" else url_for(back, webhook_id=webhook_id),
    )


@blueprint.post("/interfaces/deliveries/<int:delivery_id>/again")
@administrator
def send_delivery_again(delivery_id: int) -> ResponseReturnValue:
    """Try a message anew."""
    found = current_db().get(WebhookDelivery, delivery_id) or abort(404)
    return _tried(
        lambda: webhooks.send_again(current_db(), found, now=datetime.now(UTC)),
        url_for("staff.webhook", webhook_id=found.webhook_id),
    )


def _webhook(webhook_id: int) -> Webhook:
    return webhooks.find_webhook(current_db(), webhook_id) or abort(404)


def _tried(change: Callable[[], None], back: str) -> ResponseReturnValue:
    if not FlaskForm().validate_on_submit():
        abort(400)
    try:
        change()
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
    else:
        flash(_("Done."), "good")
    return redirect(back, 303)


def _webhook_form(*, is_empty: bool = False) -> WebhookForm:
    form = WebhookForm(formdata=None) if is_empty else WebhookForm()
    form.subjects.choices = list(webhooks.event_subjects())
    if is_empty:
        form.subjects.data = ["release", "statement"]
    return form


def _list(*, token_form: TokenForm | None = None, webhook_form: WebhookForm | None = None) -> str:
    db, now = current_db(), datetime.now(UTC)
    return render_template(
        "staff/interfaces.html",
        tokens=list_tokens(db),
        webhooks=webhooks.list_webhooks(db),
        failed=webhooks.count_failed(db),
        token_form=token_form or TokenForm(formdata=None),
        webhook_form=webhook_form or _webhook_form(is_empty=True),
        scopes=list(Scope),
        subjects=webhooks.event_subjects(),
        scope_words=wording.scope_words,
        subject_words=wording.subject_words,
        now=now,
    )
