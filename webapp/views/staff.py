"""The blueprint of the staff screens; each module of them adds its own addresses, and all share these words."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint

from pipeline.captions.formats import READ_ENDINGS
from pipeline.domain.burning import BurnSize
from pipeline.domain.limits import format_clock
from pipeline.domain.moments import format_moment
from pipeline.domain.voices import VoiceState
from pipeline.records.tables import Recording, Voice
from pipeline.services.burned_films import BurnedLine, list_films
from pipeline.services.caption_files import formats_of
from pipeline.services.mail_lists import count_mails_to_look_at
from pipeline.services.operations import JobLine, list_failures
from pipeline.services.reviews import findings_of
from pipeline.services.tracks import name_tracks, shown_cues
from pipeline.services.voices import listed_voices, state_of_voice
from webapp.access import Rule, current_staff, home_address
from webapp.database import current_db
from webapp.sound_picture import draw_sound
from webapp.wording import (
    approvals,
    burning,
    events,
    failures,
    sheets,
    staff_board,
    staff_work,
    standings,
    subtitles,
    voices,
    work,
)
from webapp.wording.findings import staff_sentence
from webapp.wording.measured import length_words, megabytes
from webapp.wording.measured_facts import measured_facts, sound_words

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the templates of these screens say things with."""
    return {
        "actor_words": events.actor_words,
        "age_words": work.age_words,
        "all_missing_words": staff_board.all_missing_words,
        "approval_words": approvals.approval_words,
        "assignment_words": staff_work.assignment_words,
        "burn_size_words": burning.burn_size_words,
        "burn_sizes": list(BurnSize),
        "burned_films": burned_films,
        "burned_state_words": burning.burned_state_words,
        "caption_format_words": subtitles.format_words,
        "caption_formats": formats_of,
        "changed_words": approvals.changed_words,
        "clock": format_clock,
        "consent_words": standings.consent_words,
        "decision_words": approvals.decision_words,
        "detail_words": work.detail_words,
        "line_detail_words": work.line_detail_words,
        "doer_of": failures.doer_of,
        "doer_words": failures.doer_words,
        "due_words": staff_board.due_words,
        "event_words": events.event_words,
        "failed_work": failed_work,
        "failure_code_words": failures.failure_code_words,
        "failure_words": failures.failure_words,
        "file_size": megabytes,
        "findings_of": findings_of,
        "home_address": home_address,
        "is_operator": current_staff().is_operator,
        "is_reader": current_staff().passes(Rule.READER),
        "is_administrator": current_staff().passes(Rule.ADMINISTRATOR),
        "may_change": current_staff().passes(Rule.STAFF),
        "job_state_tone": work.job_state_tone,
        "job_state_words": work.job_state_words,
        "job_words": work.job_words,
        "kind_of_work_words": work.kind_of_work_words,
        "length_words": length_words,
        "kind_words": standings.kind_words,
        "mails_to_look_at": mails_to_look_at,
        "moment_clock": format_moment,
        "own_account_id": current_staff().account_id,
        "person_words": staff_work.person_words,
        "line_words": standings.line_words,
        "measured_facts": measured_facts,
        "missing_words": staff_board.missing_words,
        "open_subtitles_words": sheets.open_subtitles_words,
        "sheet_decisions": sheets.sheet_decisions,
        "sheet_sign": sheets.sheet_sign,
        "sheet_state_words": sheets.sheet_state_words,
        "alignment_words": sheets.alignment_words,
        "stale_reason_words": sheets.stale_reason_words,
        "obstacle_words": standings.obstacle_words,
        "part_state_tone": work.part_state_tone,
        "part_state_words": work.part_state_words,
        "queues_words": work.queues_words,
        "reminder_words": staff_board.reminder_words,
        "name_tracks": name_tracks,
        "shown_cues": shown_cues,
        "show_words": standings.show_words,
        "sound_picture": draw_sound,
        "sound_words": sound_words,
        "staff_sentence": staff_sentence,
        "subtitle_endings": ",".join(READ_ENDINGS),
        "tone_of": standings.tone_of,
        "listed_voices": listed_voices,
        "voice_is_approved": voice_is_approved,
        "voice_state_words": voices.voice_state_words,
    }


def burned_films(recording: Recording) -> list[BurnedLine]:
    """Films with subtitles in the picture that were asked for of a recording."""
    return list_films(current_db(), recording)


def voice_is_approved(voice: Voice) -> bool:
    """Whether a person approved this voice for what is shown now."""
    return state_of_voice(voice) is VoiceState.APPROVED


def mails_to_look_at() -> int:
    """How many mails every staff page says to be waiting for somebody."""
    return count_mails_to_look_at(current_db())


def failed_work() -> list[JobLine]:
    """What every staff page tells of until somebody acts; nothing to whom not everything is open."""
    if not current_staff().passes(Rule.READER):
        return []
    return list_failures(current_db(), now=datetime.now(UTC))
