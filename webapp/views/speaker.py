"""The speaker's page: one statement, its state in words, the recording, consent, withdrawal."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.errors import WrongUsage
from pipeline.domain.findings import Severity
from pipeline.domain.moments import format_moment
from pipeline.records.tables import Statement
from pipeline.services.comments import list_comments_for_speaker
from pipeline.services.consents import NameRefused
from pipeline.services.hand_ins import HandIn, load_hand_in
from pipeline.services.previews import preview_of
from pipeline.services.receipts import load_receipts
from pipeline.services.withdrawals import change_consent, withdraw_item, withdraw_statement
from webapp.access import current_visit, public, speaker
from webapp.database import current_db
from webapp.errors import wants_json
from webapp.form_uploads import FORM_BYTES
from webapp.messages import tell_at
from webapp.speaker_parts import contents_part, papers_part, withdrawal_parts
from webapp.upload_facts import unfinished_facts, upload_config
from webapp.visits import end_visit
from webapp.wording.attempts import attempts_of, closed_words
from webapp.wording.checklists import asks_for_recording, checklist, missing_words
from webapp.wording.consents import consent_questions, may_be_published_words, name_choices, refused_name_words
from webapp.wording.findings import speaker_sentence
from webapp.wording.guidance import statement_parts
from webapp.wording.hand_ins import limit_words, told_standing
from webapp.wording.protection import protection_part
from webapp.wording.receipts import receipt_words
from webapp.wording.recorder import kept_takes_words
from webapp.wording.trims import trim_offer
from webapp.wording.uploads import upload_words

blueprint = Blueprint("speaker", __name__, url_prefix="/speaker")


@blueprint.get("/")
@speaker
def page() -> ResponseReturnValue:
    """Everything in one page, so that nothing has to be looked for on a slow line."""
    hand_in = _load()
    return render_template(
        "speaker/page.html",
        **_panel(hand_in),
        questions=consent_questions(hand_in),
        name_choices=name_choices(hand_in),
        contents=contents_part(hand_in.statement),
        papers=papers_part(hand_in.statement),
        receipts=[receipt_words(one) for one in load_receipts(current_db(), hand_in.statement)],
        statement_parts=statement_parts(hand_in.limit),
        attempts=attempts_of(hand_in),
        closed=closed_words(hand_in),
        words=upload_words() | kept_takes_words(),
        form_megabytes=FORM_BYTES // 1024**2,
        upload_config=upload_config(hand_in),
    )


@blueprint.get("/status.json")
@speaker
def status() -> ResponseReturnValue:
    """What may have changed since the page was loaded."""
    hand_in = _load()
    return jsonify(
        state=hand_in.statement.state.value,
        panel=render_template("speaker/standing.html", **_panel(hand_in)),
        has_news_soon=hand_in.is_being_worked_on,
        can_receive=hand_in.can_receive,
        unfinished=unfinished_facts(hand_in.unfinished),
    )


@blueprint.post("/consent")
@speaker
def consent() -> ResponseReturnValue:
    """Keep the answers that were given; an item without an answer stays as it was."""
    _change_consent()
    said, tone = _("Your answers are saved."), "good"
    try:
        _change_name()
    except NameRefused as refused:  # the other answers stand
        said, tone = refused_name_words(refused.code), "bad"
    if wants_json():
        return jsonify(saved=said, notice=may_be_published_words(_load()))
    tell_at("consent", said, tone)
    return redirect(url_for("speaker.page", _anchor="consent"), 303)


@blueprint.get("/withdraw")
@speaker
def confirm_withdrawal() -> ResponseReturnValue:
    """What withdrawing means, before it is done."""
    hand_in = _load()
    if not hand_in.can_withdraw:
        return redirect(url_for("speaker.page"))
    return render_template("speaker/withdraw.html", hand_in=hand_in, parts=withdrawal_parts(hand_in))


@blueprint.post("/withdraw")
@speaker
def withdraw() -> ResponseReturnValue:
    """Withdraw the statement and everything that is out of it."""
    visit, db = current_visit(), current_db()
    statement = db.get_one(Statement, visit.statement_id)
    withdraw_statement(db, statement=statement, actor=visit.actor, now=_now())
    flash(_("Your statement is withdrawn."), "good")
    return redirect(url_for("speaker.page", _anchor="receipts"), 303)


@blueprint.post("/withdraw/<item>")
@speaker
def withdraw_one(item: str) -> ResponseReturnValue:
    """Withdraw one item, with all that was handed in of it."""
    if item not in set(ConsentItem):
        abort(404)
    visit, db = current_visit(), current_db()
    statement = db.get_one(Statement, visit.statement_id)
    withdraw_item(db, statement=statement, item=ConsentItem(item), actor=visit.actor, now=_now())
    flash(_("This part is withdrawn."), "good")
    return redirect(url_for("speaker.page", _anchor="receipts"), 303)


@blueprint.post("/leave")
@speaker
def leave() -> ResponseReturnValue:
    """Let this browser forget the link, for computers that others use too."""
    end_visit()
    answer = redirect(url_for("speaker.goodbye"), 303)
    answer.headers["Clear-Site-Data"] = '"storage"'  # what this browser keeps of takes and picked files
    return answer


@blueprint.get("/goodbye")
@public
def goodbye() -> ResponseReturnValue:
    """How to come back."""
    return render_template("speaker/goodbye.html")


def _load() -> HandIn:
    return load_hand_in(current_db(), current_visit().statement_id, now=_now())


def _panel(hand_in: HandIn) -> dict[str, object]:
    steps = checklist(hand_in)
    return {
        "checklist": steps,
        "missing": missing_words(steps),
        "asks_for_recording": hand_in.can_receive and asks_for_recording(steps),
        "hand_in": hand_in,
        "comments": list_comments_for_speaker(current_db(), hand_in.statement.id),
        "moment_clock": format_moment,
        "told": told_standing(hand_in.standing),
        "limit": limit_words(hand_in.limit),
        "trim_offer": trim_offer(hand_in),
        "preview": preview_of(hand_in.recording),
        "protection": protection_part(hand_in),
        "refusals": _sentences(hand_in, Severity.REFUSE),
        "warnings": _sentences(hand_in, Severity.WARN),
        "notice": may_be_published_words(hand_in),
        "published_at": url_for("watch.front", slug=hand_in.pre_session.slug, country=hand_in.country.code.lower()),
    }


def _sentences(hand_in: HandIn, severity: Severity) -> list[str]:
    found = (finding for finding in hand_in.findings if finding.severity is severity)
    return [speaker_sentence(finding, hand_in.limit) for finding in found]


def _answers() -> dict[ConsentItem, Audience]:
    try:
        return {item: Audience(request.form[item.value]) for item in ConsentItem if request.form.get(item.value)}
    except ValueError:
        raise WrongUsage("An answer about consent is not one of those that were offered.") from None


def _change_consent() -> None:
    visit, db = current_visit(), current_db()
    statement = db.get_one(Statement, visit.statement_id)
    change_consent(db, statement=statement, answers=_answers(), actor=visit.actor, now=_now())


def _change_name() -> None:
    form = request.form.get("name-form")
    if form is None:
        return
    if form not in set(NameForm):
        raise WrongUsage("An answer about the name is not one of those that were offered.")
    visit, db = current_visit(), current_db()
    statement = db.get_one(Statement, visit.statement_id)
    name = (NameForm(form), request.form.get("alias", ""))
    change_consent(db, statement=statement, answers={}, name=name, actor=visit.actor, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
