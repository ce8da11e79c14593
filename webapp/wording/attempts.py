"""The recordings that a speaker has handed in, each with its verdict in words."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from pipeline.domain.findings import Finding, Severity, Verdict
from pipeline.records.tables import Recording
from pipeline.services.attempts import can_be_used
from pipeline.services.hand_ins import HandIn
from webapp.i18n import long_day_words
from webapp.wording.findings import speaker_sentence
from webapp.wording.measured import length_words


@dataclass(frozen=True)
class Attempt:
    """One recording: when it came, how long it is, what was found, and whether it can be chosen."""

    recording_id: int
    number: int
    received_at: datetime
    length: str
    verdict: str
    tone: str
    sentences: tuple[str, ...]
    counts: bool
    can_be_used: bool


def attempts_of(hand_in: HandIn) -> list[Attempt]:
    """All of them, newest first."""
    return [_attempt(hand_in, recording) for recording in reversed(hand_in.statement.recordings)]


def closed_words(hand_in: HandIn) -> str:
    """That recordings are no longer taken; empty as long as they are."""
    day = hand_in.hand_in_until
    if day is None or hand_in.is_in_time:
        return ""
    return str(
        _(
            "The last day to hand in a recording was %(day)s. If you still need to send one, write to the organiser.",
            day=long_day_words(day),
        )
    )


def _attempt(hand_in: HandIn, recording: Recording) -> Attempt:
    findings = [Finding.from_json(data) for data in recording.findings or ()]
    refused = recording.verdict is Verdict.REFUSED
    told = [finding for finding in findings if not refused or finding.severity is Severity.REFUSE]
    verdict, tone = _verdict(recording)
    return Attempt(
        recording_id=recording.id,
        number=recording.attempt,
        received_at=recording.received_at,
        length=length_words(recording.duration_seconds) if recording.duration_seconds else "",
        verdict=verdict,
        tone=tone,
        sentences=tuple(speaker_sentence(finding, hand_in.limit) for finding in told),
        counts=recording.id == hand_in.statement.current_recording_id,
        can_be_used=hand_in.can_receive and can_be_used(hand_in.statement, recording),
    )


def _verdict(recording: Recording) -> tuple[str, str]:
    if recording.withdrawn_at or recording.erased_at:
        return _("withdrawn"), "calm"
    if recording.verdict is None:
        return _("not checked"), "calm"
    if recording.verdict is Verdict.REFUSED:
        return _("cannot be used"), "bad"
    return _("accepted"), "good"
