"""A speaker chooses which part of the recording is shown: waveform, stills, a small copy to watch, plain fields."""

import math
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.limits import format_clock
from pipeline.domain.trims import Trim
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Recording
from pipeline.services.hand_ins import HandIn, load_hand_in
from pipeline.services.proxies import ProxyState, ask_for_proxy, find_proxy, proxy_state
from pipeline.services.reviews import report_of
from pipeline.services.trims import TrimRefused, can_be_trimmed, suggest_trim, trim_recording
from pipeline.storage.keys import under
from webapp.access import current_visit, speaker
from webapp.database import current_db
from webapp.portal import portal
from webapp.sound_picture import WIDTH, draw_sound
from webapp.wording.hand_ins import limit_words
from webapp.wording.measured import length_words, megabytes
from webapp.wording.trims import problem_words, trim_words

blueprint = Blueprint("speaker_trims", __name__, url_prefix="/speaker/trim")

_COPY_FILE = "proxy.mp4"
_LONGEST_NUMBER = 12


@blueprint.get("/")
@speaker
def page() -> ResponseReturnValue:
    """The trimmer; it works with plain fields alone."""
    hand_in = _load()
    if not can_be_trimmed(hand_in.statement):
        return redirect(url_for("speaker.page"))
    recording, report = _shown(hand_in)
    return _render(hand_in, recording.trim or suggest_trim(report, hand_in.limit))


@blueprint.post("/")
@speaker
def choose() -> ResponseReturnValue:
    """Show this part from now on."""
    hand_in = _load()
    wanted = _wanted()
    if wanted is None:
        return _render(
            hand_in, None, _("Please write the times as numbers, for example 0 minutes and 12.5 seconds.")
        ), 422
    try:
        _trim(hand_in, wanted)
    except TrimRefused as refused:
        whole_seconds = _shown(hand_in)[1].duration_seconds
        words = problem_words(refused.problem, wanted, whole_seconds, hand_in.limit)
        return _render(hand_in, wanted, words), 422
    flash(_("Saved. Only the part that you chose is shown. It is being prepared now."), "good")
    return redirect(url_for("speaker.page"), 303)


@blueprint.post("/whole")
@speaker
def show_whole() -> ResponseReturnValue:
    """Take an earlier choice back."""
    hand_in = _load()
    _trim(hand_in, None)
    flash(_("Your whole recording counts again."), "good")
    return redirect(url_for("speaker.page"), 303)


@blueprint.post("/copy")
@speaker
def prepare_copy() -> ResponseReturnValue:
    """Have the small copy made."""
    hand_in = _load()
    if can_be_trimmed(hand_in.statement):
        ask_for_proxy(current_db(), _shown(hand_in)[0], now=_now())
    return redirect(url_for("speaker_trims.page"), 303)


@blueprint.get("/copy.json")
@speaker
def copy_status() -> ResponseReturnValue:
    """Whether the small copy is there by now."""
    return jsonify(state=proxy_state(current_db(), _shown(_load())[0]).value)


def _render(hand_in: HandIn, chosen: Trim | None, problem: str = "") -> str:
    recording, report = _shown(hand_in)
    state = proxy_state(current_db(), recording)
    return render_template(
        "speaker/trim.html",
        hand_in=hand_in,
        recording=recording,
        whole_seconds=report.duration_seconds,
        chosen=chosen,
        suggested=suggest_trim(report, hand_in.limit),
        has_silent_ends=report.trim is not None,
        sound=draw_sound(report),
        picture_width=WIDTH,
        limit=limit_words(hand_in.limit),
        copy_state=state.value,
        copy_size=_copy_size(recording) if state is ProxyState.READY else "",
        problem=problem,
        config=_config(hand_in, report),
        length_words=length_words,
        clock=format_clock,
    )


def _config(hand_in: HandIn, report: IntakeReport) -> dict[str, object]:
    limit = hand_in.limit
    return {
        "whole": report.duration_seconds,
        "shortest": limit.min_seconds - limit.tolerance_seconds,
        "longest": limit.max_seconds + limit.tolerance_seconds,
        "status": url_for("speaker_trims.copy_status"),
        "words": trim_words(),
    }


def _copy_size(recording: Recording) -> str:
    prefix = find_proxy(current_db(), recording)
    info = portal().store.stat(under(prefix, _COPY_FILE)) if prefix else None
    return megabytes(info.size_bytes) if info else ""


def _trim(hand_in: HandIn, wanted: Trim | None) -> None:
    trim_recording(
        current_db(),
        hand_in.statement,
        request.form.get("recording", type=int, default=0),
        wanted,
        limit=hand_in.limit,
        actor=current_visit().actor,
        now=_now(),
    )


def _wanted() -> Trim | None:
    """What the fields say; None where they are no times."""
    start, end = _moment("start"), _moment("end")
    return Trim(start, end) if start is not None and end is not None else None


def _moment(name: str) -> float | None:
    minutes, seconds = (_number(request.form.get(f"{name}_{unit}", "")) for unit in ("minutes", "seconds"))
    return None if minutes is None or seconds is None else round(60 * minutes + seconds, 1)


def _number(text: str) -> float | None:
    """A number as people write it, with a point or a comma; nothing is nought."""
    plain = text.strip().replace(",", ".")[:_LONGEST_NUMBER] or "0"
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _shown(hand_in: HandIn) -> tuple[Recording, IntakeReport]:
    recording, report = hand_in.recording, report_of(hand_in.recording)
    if recording is None or report is None:
        abort(404)
    return recording, report


def _load() -> HandIn:
    return load_hand_in(current_db(), current_visit().statement_id, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
