"""Staff and interpreters: the page on which subtitles of a statement are written in one language."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pipeline.captions.page_rules import rules_for_page
from pipeline.domain.languages import is_language, is_right_to_left
from pipeline.domain.sheets import DOUBTFUL, SheetOrigin
from pipeline.records.tables import Recording, Sheet
from pipeline.services.account_reach import may_interpret
from pipeline.services.alignments import is_aligning
from pipeline.services.proxies import find_proxy, may_staff_watch_proxy
from pipeline.services.reviews import find_statement, report_of
from pipeline.services.sheet_bounds import whole_ms
from pipeline.services.sheets import find_sheet, find_source, find_transcript, open_sheet
from pipeline.services.waveforms import ask_for_waveform, find_waveform, waveform_inputs
from webapp.access import Rule, current_staff, interpreter
from webapp.beginning_page import show_beginning
from webapp.database import current_db
from webapp.editor_state import state_since
from webapp.i18n import language_name_for_reader
from webapp.views.staff import blueprint
from webapp.wording.editor import editor_texts, place_words

ADDRESS = "/statements/<int:statement_id>/subtitles/<language>/"

_ASKED = {
    "be": "be_in_subtitles",
    "change": "change_subtitles",
    "follow": "follow_subtitles",
    "note": "note_on_subtitles",
    "decide": "decide_on_subtitles",
    "earlier": "earlier_subtitles",
    "due": "set_subtitles_due",
    "rules": "subtitle_rules",
    "terms": "subtitle_terms",
    "waveform": "subtitle_waveform",
}
"""What the page's script asks, by its name there, and the view that answers."""


@blueprint.get(ADDRESS)
@interpreter
def edit_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """The editor; where nobody has begun, how it can begin."""
    db, recording = current_db(), recording_to_write(statement_id, language)
    sheet = find_sheet(db, recording.id, language)
    if sheet is None:
        return show_beginning(recording, language, may_edit=may_edit(statement_id, language))
    statement, media = recording.statement, _media(recording)
    return render_template(
        "staff/editor.html",
        statement=statement,
        country=statement.speaker.country,
        recording=recording,
        language=language,
        sheet=sheet,
        is_aligning=is_aligning(db, recording.id),
        may_edit=may_edit(statement_id, language),
        media=media,
        place_words=place_words,
        config=_config(recording, sheet, media),
    )


@blueprint.post(f"{ADDRESS}begin")
@interpreter
def begin_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """Begin subtitles: an interpretation with the times of the transcript, a transcript with nothing."""
    db, recording = current_db(), recording_to_write(statement_id, language)
    if find_sheet(db, recording.id, language) is None:
        actor, now = current_staff().actor, datetime.now(UTC)
        open_sheet(db, recording, language, SheetOrigin.TYPED, actor=actor, now=now)
    return redirect(url_for("staff.edit_subtitles", statement_id=statement_id, language=language), 303)


@blueprint.get(f"{ADDRESS}rules")
@interpreter
def subtitle_rules(statement_id: int, language: str) -> ResponseReturnValue:
    """The rules and words by which the page checks what is written."""
    recording = recording_to_write(statement_id, language)
    source = find_transcript(current_db(), recording)
    answer: Response = jsonify(rules_for_page(list(dict.fromkeys([language, *([source.language] if source else [])]))))
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@blueprint.get(f"{ADDRESS}waveform")
@interpreter
def subtitle_waveform(statement_id: int, language: str) -> ResponseReturnValue:
    """The outline of the sound, a byte for each hundredth of a second; 204 as long as nobody drew it."""
    recording = recording_to_write(statement_id, language)
    points = find_waveform(current_db(), recording)
    if points is None:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    answer = Response(points, mimetype="application/octet-stream", headers={"Cache-Control": "private, max-age=86400"})
    answer.set_etag(waveform_inputs(recording.sha256).fingerprint)
    return answer.make_conditional(request)


@blueprint.post(f"{ADDRESS}waveform")
@interpreter
def draw_subtitle_waveform(statement_id: int, language: str) -> ResponseReturnValue:
    """Have the outline drawn; `isComing` says whether it is worth asking again."""
    recording = recording_to_write(statement_id, language)
    if not may_edit(statement_id, language):
        abort(403)
    return jsonify(isComing=ask_for_waveform(current_db(), recording, now=datetime.now(UTC)))


def recording_to_write(statement_id: int, language: str) -> Recording:
    """The recording that counts, for whoever may look at its subtitles in a language; to others it is not there."""
    statement = find_statement(current_db(), statement_id) or abort(404)
    if statement.current_recording is None or not is_language(language):
        abort(404)
    if not current_staff().passes(Rule.READER) and not may_edit(statement_id, language):
        abort(404)
    return statement.current_recording


def may_edit(statement_id: int, language: str) -> bool:
    """Whether the person who looks may write: staff, and interpreters who were asked for this language."""
    member = current_staff()
    if member.passes(Rule.READER):
        return member.passes(Rule.STAFF)
    return may_interpret(current_db(), member.account_id, statement_id=statement_id, language=language)


def _media(recording: Recording) -> dict[str, Any] | None:
    """What can be played, and the moment of the whole recording with which it begins; None as long as nothing can."""
    if recording.package_prefix and recording.package:
        base = url_for("staff.media", recording_id=recording.id, path="")
        begins = recording.trim.start_seconds if recording.trim else 0.0
        return {"manifest": f"{base}master.m3u8", "poster": base + recording.package["poster_uri"], "begins": begins}
    may_watch = current_staff().passes(Rule.READER) and may_staff_watch_proxy(recording.statement)
    if not may_watch or find_proxy(current_db(), recording) is None:
        return None
    base = url_for("staff.quick_preview", statement_id=recording.statement_id, path="")
    return {"file": f"{base}proxy.mp4", "poster": f"{base}poster.jpg", "begins": 0.0}


def _config(recording: Recording, sheet: Sheet, media: dict[str, Any] | None) -> dict[str, Any]:
    """What the page's script begins with."""
    db, report = current_db(), report_of(recording)
    source, series = find_source(db, sheet), report.series if report else None
    where: dict[str, Any] = {"statement_id": recording.statement_id, "language": sheet.language}
    return {
        "addresses": {name: url_for(f"staff.{view}", **where) for name, view in _ASKED.items()},
        "place": f"{current_staff().account_id}/{recording.statement_id}/{sheet.language}",
        "meId": current_staff().account_id,
        "language": sheet.language,
        "languageName": language_name_for_reader(sheet.language),
        "direction": "rtl" if is_right_to_left(sheet.language) else "ltr",
        "source": _source(source),
        "kind": sheet.kind.value,
        "durationMs": whole_ms(recording),
        "beginsMs": round(1000 * media["begins"]) if media else 0,
        "shown": [recording.trim.start_seconds, recording.trim.end_seconds] if recording.trim else None,
        "peaks": {"step": series.step_seconds, "values": list(series.peak)} if series else None,
        "doubtful": DOUBTFUL,
        "maySetDue": current_staff().passes(Rule.STAFF),
        "mayEdit": may_edit(recording.statement_id, sheet.language),
        "words": editor_texts(),
        "state": state_since(db, sheet, version=-1, source_version=-1, now=datetime.now(UTC)),
    }


def _source(source: Sheet | None) -> dict[str, str] | None:
    if source is None:
        return None
    return {
        "language": source.language,
        "name": language_name_for_reader(source.language),
        "direction": "rtl" if is_right_to_left(source.language) else "ltr",
    }
