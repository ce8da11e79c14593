"""The blueprint of the staff screens; each module of them adds its own addresses, and all share these words."""

from typing import Any

from flask import Blueprint

from pipeline.domain.limits import format_clock
from pipeline.services.reviews import findings_of
from webapp.sound_picture import draw_sound
from webapp.wording import events, standings
from webapp.wording.failures import failure_words
from webapp.wording.findings import staff_sentence
from webapp.wording.measured import length_words, megabytes
from webapp.wording.measured_facts import measured_facts, sound_words

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the templates of these screens say things with."""
    return {
        "actor_words": events.actor_words,
        "clock": format_clock,
        "consent_words": standings.consent_words,
        "event_words": events.event_words,
        "failure_words": failure_words,
        "file_size": megabytes,
        "findings_of": findings_of,
        "length_words": length_words,
        "kind_words": standings.kind_words,
        "line_words": standings.line_words,
        "measured_facts": measured_facts,
        "obstacle_words": standings.obstacle_words,
        "show_words": standings.show_words,
        "sound_picture": draw_sound,
        "sound_words": sound_words,
        "staff_sentence": staff_sentence,
        "tone_of": standings.tone_of,
    }
