"""The blueprint of the staff screens; each module of them adds its own addresses, and all share these words."""

from typing import Any

from flask import Blueprint

from pipeline.services.reviews import findings_of
from webapp.wording import events, standings
from webapp.wording.failures import failure_words
from webapp.wording.findings import staff_sentence
from webapp.wording.measured import length_words, megabytes

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the templates of these screens say things with."""
    return {
        "actor_words": events.actor_words,
        "consent_words": standings.consent_words,
        "event_words": events.event_words,
        "failure_words": failure_words,
        "file_size": megabytes,
        "findings_of": findings_of,
        "length_words": length_words,
        "kind_words": standings.kind_words,
        "line_words": standings.line_words,
        "obstacle_words": standings.obstacle_words,
        "show_words": standings.show_words,
        "staff_sentence": staff_sentence,
        "tone_of": standings.tone_of,
    }
