"""The preview: what missions will see of a statement, and what its speaker says of it."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.languages import is_right_to_left
from pipeline.services.hand_ins import HandIn, load_hand_in
from pipeline.services.previews import (
    MAX_PREVIEW_WORDS,
    PreviewAnswer,
    Previewed,
    answer_preview,
    can_be_previewed,
    preview_mark,
    preview_of,
)
from pipeline.services.shown_parts import words_now
from pipeline.services.tracks import current_tracks
from webapp.access import current_visit, speaker
from webapp.database import current_db
from webapp.messages import tell_at
from webapp.wording.measured import length_words

blueprint = Blueprint("speaker_previews", __name__, url_prefix="/speaker/preview")


@blueprint.get("/")
@speaker
def page() -> ResponseReturnValue:
    """What missions will see."""
    hand_in = _load()
    if not can_be_previewed(hand_in.recording):
        return redirect(url_for("speaker.page"))
    return _render(hand_in)


@blueprint.post("/")
@speaker
def answer() -> ResponseReturnValue:
    """Keep what the speaker says."""
    hand_in = _load()
    said = _said()
    problem = _problem(said)
    if problem:
        return _render(hand_in, problem, request.form.get("words", "")), 422
    mark = request.form.get("shown", "")
    answer_preview(current_db(), hand_in.statement, mark, said, actor=current_visit().actor, now=_now())
    if said.answer is PreviewAnswer.RIGHT:
        tell_at("preview", _("Thank you. The organiser sees that everything is right."), "good")
    else:
        tell_at("preview", _("Thank you. The organiser reads what you wrote."), "good")
    return redirect(url_for("speaker.page", _anchor="preview"), 303)


def _render(hand_in: HandIn, problem: str = "", written: str | None = None) -> str:
    recording = hand_in.recording
    assert recording is not None  # noqa: S101 - asked before
    preview = preview_of(recording)
    said = preview.said or preview.earlier
    return render_template(
        "speaker/preview_page.html",
        hand_in=hand_in,
        recording=recording,
        shown=words_now(hand_in.statement, Audience.MISSIONS),
        is_shown=hand_in.audiences.get(ConsentItem.RECORDING) in {Audience.PUBLIC, Audience.MISSIONS},
        subtitles=list(current_tracks(recording)),
        mark=preview_mark(recording),
        preview=preview,
        problem=problem,
        written=written if written is not None else (said.words if said else ""),
        max_words=MAX_PREVIEW_WORDS,
        length=length_words(recording.duration_seconds or 0.0),
        is_right_to_left=is_right_to_left,
    )


def _said() -> Previewed:
    is_right = request.form.get("answer") == PreviewAnswer.RIGHT.value
    return Previewed(PreviewAnswer.RIGHT if is_right else PreviewAnswer.WRONG, request.form.get("words", ""))


def _problem(said: Previewed) -> str:
    """What is wrong with the words, as the speaker reads it."""
    words = said.words.strip()
    if said.answer is PreviewAnswer.WRONG and not words:
        return _("Please write what is wrong, so that the organiser can help.")
    if len(words) > MAX_PREVIEW_WORDS:
        return _("That is too long. Please say it in at most %(number)d signs.", number=MAX_PREVIEW_WORDS)
    return ""


def _load() -> HandIn:
    return load_hand_in(current_db(), current_visit().statement_id, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
