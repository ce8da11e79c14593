"""What the upload's script is told with the page: where to send, what is allowed, what was left unfinished."""

from flask import url_for

from pipeline.domain.limits import Limit
from pipeline.records.tables import Upload
from pipeline.services.hand_ins import HandIn
from pipeline.storage.spool import Spool
from webapp.browser_scope import browser_scope
from webapp.portal import portal
from webapp.visits import is_shared_browser

HEAD_BYTES = 1024 * 1024
"""A file picked again is known by its length and by its first bytes."""


def upload_config(hand_in: HandIn) -> dict[str, object]:
    """Everything the script needs besides words."""
    return {
        "endpoint": url_for("uploads.create"),
        "status": url_for("speaker.status"),
        "line": url_for("speaker_files.measure_line"),
        "shared": url_for("speaker_files.share_browser"),
        "is_shared": is_shared_browser(),
        "scope": browser_scope(hand_in.statement.id),
        "kept_hours": portal().settings.uploads.expire_hours,
        "max_bytes": portal().settings.uploads.max_bytes,
        "limit": _limit(hand_in.limit),
        "unfinished": unfinished_facts(hand_in.unfinished),
        "has_news_soon": hand_in.is_being_worked_on,
    }


def unfinished_facts(upload: Upload | None) -> dict[str, object] | None:
    """What continues an upload with a file that is picked again; None for one that the recorder left open."""
    if upload is None or upload.length_bytes is None:
        return None
    spool = Spool(portal().settings.spool_dir)
    offset_bytes = spool.size_bytes(upload.name)
    if offset_bytes is None:
        return None
    return {
        "address": url_for("uploads.answer", name=upload.name),
        "length_bytes": upload.length_bytes,
        "offset_bytes": offset_bytes,
        "head_bytes": min(offset_bytes, HEAD_BYTES),
        "head_sha256": spool.head_sha256(upload.name, at_most=HEAD_BYTES),
    }


def _limit(limit: Limit) -> dict[str, float]:
    """The lengths that are forgiven, and those that are told."""
    return {
        "shortest_seconds": limit.min_seconds - limit.tolerance_seconds,
        "longest_seconds": limit.max_seconds + limit.tolerance_seconds,
        "told_longest_seconds": limit.max_seconds,
        "told_shortest_seconds": limit.min_seconds,
    }
