"""What may be shown beside recordings, as staff see it before they publish, and how approvals of all that stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES, Audience
from pipeline.records.tables import Statement
from pipeline.services.approvals import NOT_APPROVED, ApprovalStanding, approval_of, read_approved
from pipeline.services.panel_contents import INCLUDED_STATES
from pipeline.services.release_voices import VoiceKey, shown_voices, voice_keys
from pipeline.services.shown_parts import ShownParts, name_shown, parts_now


@dataclass(frozen=True)
class Beside:
    """What an audience may see beside a recording, and hear instead of its sound, by language.

    `name` is the one shown, None where none is.
    """

    parts: ShownParts
    name: str | None
    voices: Mapping[str, VoiceKey] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """How the approvals of a statement stand, and what its releases would show beside it: to everybody, to missions."""

    approval: ApprovalStanding = NOT_APPROVED
    beside: Beside = Beside(ShownParts(), None)
    for_missions: Beside = Beside(ShownParts(), None)


NOTHING_DECIDED = Decided()


def find_decided(db: Session, statement_ids: Iterable[int]) -> dict[int, Decided]:
    """Statements that were approved, by id, with everything that depends on it; a constant number of queries."""
    return read_approved(db, list(statement_ids), _decided, has_words=True)


def _decided(statement: Statement) -> Decided:
    approval = approval_of(statement)
    if statement.state not in INCLUDED_STATES:
        return Decided(approval)
    return Decided(approval, *(_beside(statement, audience) for audience in RELEASE_AUDIENCES))


def _beside(statement: Statement, audience: Audience) -> Beside:
    recording = statement.current_recording
    voices = voice_keys(shown_voices(recording, audience)) if recording is not None else {}
    return Beside(parts_now(statement, audience), name_shown(statement, audience), voices)
