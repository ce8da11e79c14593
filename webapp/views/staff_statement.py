"""Staff: the review of one statement: watch it, see what was measured, and read its history."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from pipeline.domain.languages import INTERFACE_LANGUAGES
from pipeline.domain.moments import format_moment
from pipeline.domain.standings import Standing
from pipeline.domain.statements import StatementAction, is_allowed
from pipeline.records.tables import Recording
from pipeline.services.attempts import may_hand_in
from pipeline.services.deadlines import last_day_of
from pipeline.services.deciding import read_deciding
from pipeline.services.narrowing import can_be_narrowed, find_undoable_trim
from pipeline.services.posters import can_choose_poster
from pipeline.services.previews import preview_of
from pipeline.services.proxies import may_staff_watch_proxy, proxy_state
from pipeline.services.reviews import Review, load_review
from webapp.access import current_staff, reader
from webapp.database import current_db
from webapp.forms import MoreTimeForm, SendBackForm, SubtitlesForm, VersionedForm
from webapp.i18n import language_name_for_reader
from webapp.portal import portal
from webapp.review_forms import AssignForm, CommentForm, ShownPartForm, StillForm
from webapp.review_parts import assign_form, compared_attempts, moments_of, reasons_to_pick
from webapp.views.staff import blueprint
from webapp.views.staff_live import live_line
from webapp.views.staff_papers import beside_recording


@blueprint.get("/statements/<int:statement_id>/")
@reader
def review(statement_id: int) -> ResponseReturnValue:
    """The review screen."""
    return show_review(statement_id)


@blueprint.get("/statements/<int:statement_id>/live.json")
@reader
def review_live(statement_id: int) -> ResponseReturnValue:
    """How the statement stands now."""
    shown = _load(statement_id)
    return jsonify(statements=[live_line(shown.line)], countries=[], mark=_quick_preview(shown))


def show_review(statement_id: int, **forms: Any) -> str:
    """The review screen with what a person has filled in so far, where a form could not be taken."""
    shown = _load(statement_id)
    version, watched = shown.line.row.version, _watched(shown)
    counts = watched is shown.statement.current_recording
    parts: dict[str, Any] = {
        "button_form": VersionedForm(formdata=None, version=version),
        "more_time_form": MoreTimeForm(formdata=None, version=version),
        "send_back_form": SendBackForm(formdata=None, version=version, reason=_reason_at_hand(shown)),
        "subtitles_form": subtitles_form(shown.board.subtitle_languages, shown.line.row.language, empty=True),
        "comment_form": CommentForm(formdata=None, version=version),
        "assign_form": assign_form(current_db(), shown.statement, AssignForm(formdata=None, version=version)),
        **_shown_forms(shown),
    }
    return render_template(
        "staff/statement.html",
        review=shown,
        beside=beside_recording(shown.statement),
        preview=preview_of(shown.statement.current_recording),
        deciding=read_deciding(current_db(), shown.statement, current_staff().account_id),
        last_day=last_day_of(shown.statement),
        is_open=may_hand_in(shown.statement, now=datetime.now(UTC)),
        watched=watched,
        quick_preview=_quick_preview(shown),
        moments=moments_of(watched, shown.report, shown.comments) if counts else [],
        counts=counts,
        reasons=reasons_to_pick(shown.statement),
        compared_attempts=compared_attempts,
        undoable_trim=find_undoable_trim(current_db(), shown.statement),
        can_narrow=can_be_narrowed(shown.statement),
        can_receive=is_allowed(shown.statement.state, StatementAction.RECEIVE),
        max_bytes=portal().settings.uploads.max_bytes,
        can_choose_still=can_choose_poster(shown.statement),
        **{**parts, **forms},
    )


def _watched(shown: Review) -> Recording | None:
    """The attempt that is played: the one asked for by its number, or else the one that counts."""
    wanted = request.args.get("attempt", type=int)
    found = (one for one in shown.attempts if one.attempt == wanted and one.package_prefix is not None)
    return next(found, shown.statement.current_recording)


def _quick_preview(shown: Review) -> str:
    """How the small copy stands, where staff may watch it and there is nothing better; else empty."""
    recording = shown.statement.current_recording
    if recording is None or recording.package_prefix is not None or not may_staff_watch_proxy(shown.statement):
        return ""
    return proxy_state(current_db(), recording).value


def _shown_forms(shown: Review) -> dict[str, Any]:
    recording, version = shown.statement.current_recording, shown.line.row.version
    if recording is None:
        return {}
    seconds, still = recording.duration_seconds or 0.0, recording.poster_seconds
    told = {"formdata": None, "version": version, "recording_id": recording.id}
    return {
        "shown_part_form": ShownPartForm(**told, start=format_moment(0.0), end=format_moment(seconds)),
        "still_form": StillForm(**told, still_at=format_moment(still) if still is not None else ""),
    }


def _reason_at_hand(shown: Review) -> str:
    """What the speaker was asked to change, where the statement is reviewed after all: for asking again."""
    return shown.statement.sent_back_reason if shown.line.standing is Standing.TO_REVIEW else ""


def subtitles_form(wanted: tuple[str, ...], spoken: str, *, empty: bool = False) -> SubtitlesForm:
    """The form with the session's languages and the one spoken to choose from."""
    form = SubtitlesForm(formdata=None) if empty else SubtitlesForm()
    codes = dict.fromkeys((*wanted, spoken, *INTERFACE_LANGUAGES))
    form.language.choices = [(code, language_name_for_reader(code)) for code in codes]
    return form


def _load(statement_id: int) -> Review:
    return load_review(current_db(), statement_id, now=datetime.now(UTC)) or abort(404)
