"""Staff: the review of one statement: watch it, see what was measured, and read its history."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, jsonify, render_template
from flask.typing import ResponseReturnValue

from pipeline.domain.languages import INTERFACE_LANGUAGES
from pipeline.domain.standings import Standing
from pipeline.services.attempts import may_hand_in
from pipeline.services.deadlines import last_day_of
from pipeline.services.deciding import read_deciding
from pipeline.services.previews import preview_of
from pipeline.services.reviews import Review, load_review
from webapp.access import current_staff, reader
from webapp.database import current_db
from webapp.forms import MoreTimeForm, SendBackForm, SubtitlesForm, VersionedForm
from webapp.i18n import language_name_for_reader
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
    line = _load(statement_id).line
    return jsonify(statements=[live_line(line)], countries=[])


def show_review(statement_id: int, **forms: Any) -> str:
    """The review screen with what a person has filled in so far, where a form could not be taken."""
    shown = _load(statement_id)
    version = shown.line.row.version
    parts: dict[str, Any] = {
        "button_form": VersionedForm(formdata=None, version=version),
        "more_time_form": MoreTimeForm(formdata=None, version=version),
        "send_back_form": SendBackForm(formdata=None, version=version, reason=_reason_at_hand(shown)),
        "subtitles_form": subtitles_form(shown.board.subtitle_languages, shown.line.row.language, empty=True),
    }
    return render_template(
        "staff/statement.html",
        review=shown,
        beside=beside_recording(shown.statement),
        preview=preview_of(shown.statement.current_recording),
        deciding=read_deciding(current_db(), shown.statement, current_staff().account_id),
        last_day=last_day_of(shown.statement),
        is_open=may_hand_in(shown.statement, now=datetime.now(UTC)),
        **{**parts, **forms},
    )


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
