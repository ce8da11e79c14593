"""The page on which a speaker records in the browser. What is recorded arrives by the resumable upload."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.limits import Limit
from pipeline.records.tables import Statement, Upload
from pipeline.services.hand_ins import HandIn, load_hand_in
from pipeline.storage.spool import Spool
from webapp.access import current_visit, speaker
from webapp.browser_scope import browser_scope
from webapp.database import current_db
from webapp.portal import portal
from webapp.security import WITH_CAMERA
from webapp.visits import is_shared_browser
from webapp.wording.hand_ins import limit_words
from webapp.wording.recorder import recorder_words
from webapp.wording.uploads import upload_words

blueprint = Blueprint("speaker_recorder", __name__, url_prefix="/speaker")


@dataclass(frozen=True)
class Quality:
    """A picture that can be chosen: its lines, and what picture and sound may weigh in bits of a second."""

    name: str
    lines: int
    video_bits: int
    audio_bits: int

    def megabytes(self, seconds: float) -> int:
        """What a recording of this length weighs, about."""
        return round((self.video_bits + self.audio_bits) * seconds / 8 / 1_000_000)


QUALITIES = (Quality("fine", 720, 1_500_000, 96_000), Quality("light", 480, 600_000, 64_000))
"""A face that speaks, at rest, looks good at these; the second is for lines that are paid by the megabyte."""


@blueprint.get("/record")
@speaker
def page() -> ResponseReturnValue:
    """Camera, microphone, teleprompter and takes."""
    hand_in = load_hand_in(current_db(), current_visit().statement_id, now=_now())
    if not hand_in.can_receive:
        flash(_("No recording can be handed in at the moment."), "bad")
        return redirect(url_for("speaker.page"), 303)
    answer = Response(render_template("speaker/record.html", **_shown(hand_in)))
    answer.headers["Permissions-Policy"] = WITH_CAMERA
    return answer


def _shown(hand_in: HandIn) -> dict[str, object]:
    limit = hand_in.limit
    return {
        "hand_in": hand_in,
        "limit": limit_words(limit),
        "sizes": {quality.name: quality.megabytes(limit.max_seconds) for quality in QUALITIES},
        "is_shared": is_shared_browser(),
        "prompter_text": _text(hand_in.statement),
        "words": upload_words() | recorder_words(),
        "recorder_config": _config(hand_in),
    }


def _config(hand_in: HandIn) -> dict[str, object]:
    limit = hand_in.limit
    return {
        "endpoint": url_for("uploads.create"),
        "status": url_for("speaker.status"),
        "shared": url_for("speaker_files.share_browser"),
        "line": url_for("speaker_files.measure_line"),
        "max_bytes": portal().settings.uploads.max_bytes,
        "scope": browser_scope(hand_in.statement.id),
        "shortest_seconds": limit.min_seconds,
        "tolerance_seconds": limit.tolerance_seconds,
        "longest_seconds": _stops_after_seconds(limit),
        "qualities": [asdict(quality) for quality in QUALITIES],
        "unfinished": _unfinished(hand_in.unfinished),
    }


def _stops_after_seconds(limit: Limit) -> float:
    """When a take ends by itself: where nothing is forgiven a little early, since the last picture lasts too."""
    return limit.max_seconds if limit.tolerance_seconds >= 1 else limit.max_seconds - 1


def _unfinished(upload: Upload | None) -> dict[str, object] | None:
    """What has arrived already: of a take (its length is open), or of a file that is being sent."""
    if upload is None:
        return None
    return {
        "address": url_for("uploads.answer", name=upload.name),
        "is_take": upload.length_bytes is None,
        "offset_bytes": Spool(portal().settings.spool_dir).size_bytes(upload.name) or 0,
    }


def _text(statement: Statement) -> str:
    return statement.contents[-1].text if statement.contents else ""


def _now() -> datetime:
    return datetime.now(UTC)
