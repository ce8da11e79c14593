"""Who approved exactly what: an approval counts as long as everything that it was given for is as it was.

Deciding is in `pipeline.services.statements`; here is what an approval is bound to and how a statement's approvals
stand. `approval_of` reads a loaded statement, `find_approvals` any number of them with a constant number of queries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from pipeline.domain.approvals import CONSENT, SECOND_LOOKS, TRACK, VOICE, ApprovalWord, what_changed
from pipeline.domain.fingerprints import digest
from pipeline.domain.statements import StatementState
from pipeline.records.tables import (
    Approval,
    Consent,
    Country,
    Recording,
    Speaker,
    Statement,
    StatementContent,
    Track,
    Voice,
)
from pipeline.services.consents import latest_consents
from pipeline.services.papers import clean_papers
from pipeline.services.statement_contents import newest_content
from pipeline.services.tracks import current_tracks
from pipeline.services.voices import current_voices

_Read = TypeVar("_Read")

_RECORDED = (
    Recording.sha256,
    Recording.trim_start_seconds,
    Recording.trim_end_seconds,
    Recording.poster_seconds,
    Recording.package_prefix,
)
"""What an approval is bound to of a recording: not its reports, which are long."""

_DECIDED = frozenset({StatementState.APPROVED, StatementState.PUBLISHED})
_OVER = frozenset({StatementState.INVITED, StatementState.WITHDRAWN, StatementState.TAKEN_DOWN})


@dataclass(frozen=True)
class Look:
    """One person's yes. `by` is a name, or else an address; empty where nobody knows any more."""

    approval_id: int
    account_id: int | None
    by: str
    at: datetime
    is_current: bool


@dataclass(frozen=True)
class ApprovalStanding:
    """How a statement's approvals stand.

    `looks` are those that count, or where none does the newest one that is out of date; oldest first. `wanted` is how
    many people have to look. `changed` names what is another since, for a stale one: see `what_changed`.
    """

    word: ApprovalWord
    looks: tuple[Look, ...] = ()
    wanted: int = 1
    changed: tuple[str, ...] = ()

    @property
    def since(self) -> datetime | None:
        """When the last of them approved."""
        return self.looks[-1].at if self.looks else None

    @property
    def is_complete(self) -> bool:
        """Whether everybody who has to look approved exactly what there is now."""
        return self.word is ApprovalWord.APPROVED

    def is_by(self, account_id: int | None) -> bool:
        """Whether this person's approval counts now."""
        return any(look.is_current and look.account_id == account_id for look in self.looks)


NOT_APPROVED = ApprovalStanding(ApprovalWord.NONE)


def approval_of(statement: Statement) -> ApprovalStanding:
    """How the approvals of a statement stand now."""
    if statement.state in _OVER:
        return NOT_APPROVED
    given = _given(statement)
    wanted = wanted_looks(statement)
    if not given:
        is_older = statement.approved_recording_id is not None and statement.state in _DECIDED
        return ApprovalStanding(ApprovalWord.STALE if is_older else ApprovalWord.NONE, wanted=wanted)
    now = bound_now(statement)
    current = _one_of_each([approval for approval in given if approval.bound == now])
    if not current:
        last = given[-1]
        return ApprovalStanding(ApprovalWord.STALE, (_look(last, False),), wanted, what_changed(last.bound, now))
    looks = tuple(_look(approval, True) for approval in current)
    if len(looks) < wanted:
        return ApprovalStanding(ApprovalWord.FIRST, looks, wanted)
    word = ApprovalWord.APPROVED if statement.state in _DECIDED else ApprovalWord.STALE
    return ApprovalStanding(word, looks, wanted)


def find_approvals(db: Session, statement_ids: Iterable[int]) -> dict[int, ApprovalStanding]:
    """How the approvals of these statements stand now, by statement."""
    ids = list(statement_ids)
    found = read_approved(db, ids, approval_of)
    return {statement_id: found.get(statement_id, NOT_APPROVED) for statement_id in ids}


def read_approved(
    db: Session, statement_ids: Sequence[int], read: Callable[[Statement], _Read], *, has_words: bool = False
) -> dict[int, _Read]:
    """What `read` says of those statements that were approved, by statement, with a constant number of queries.

    Only what counts is loaded, the newest of everything, and forgotten again: nobody after it takes that for all there
    is. Without `has_words` texts are left in the database.
    """
    given = select(Approval.statement_id).where(Approval.taken_back_at.is_(None))
    was_approved = or_(Statement.id.in_(given), Statement.approved_recording_id.is_not(None))
    wanted = select(Statement).where(Statement.id.in_(statement_ids), was_approved)
    found = db.scalars(wanted.options(*_loads(statement_ids, has_words=has_words))).all()
    told = {statement.id: read(statement) for statement in found}
    for statement in found:
        db.expire(statement, ["contents", "consents", "approvals"])
        if statement.current_recording is not None:
            db.expire(statement.current_recording, ["tracks", "voices"])
    return told


def _loads(statement_ids: Sequence[int], *, has_words: bool) -> tuple[Any, ...]:
    panel = joinedload(Statement.speaker).joinedload(Speaker.country).joinedload(Country.pre_session)
    texts = () if has_words else (defer(StatementContent.text), defer(StatementContent.recommendations))
    recording = joinedload(Statement.current_recording)
    standing = Statement.approvals.and_(Approval.taken_back_at.is_(None))
    return (
        panel,
        recording.load_only(*_RECORDED),
        recording.selectinload(Recording.tracks.and_(Track.id.in_(_newest_tracks(statement_ids)))).options(
            defer(Track.webvtt)
        ),
        recording.selectinload(Recording.voices).options(defer(Voice.package), defer(Voice.report)),
        selectinload(Statement.contents.and_(StatementContent.id.in_(_newest_contents(statement_ids)))).options(*texts),
        selectinload(Statement.consents.and_(Consent.id.in_(_newest_consents(statement_ids)))),
        selectinload(standing).joinedload(Approval.account),
        selectinload(Statement.papers),
    )


def _newest_tracks(statement_ids: Sequence[int]) -> Select[int]:
    current = select(Statement.current_recording_id).where(Statement.id.in_(statement_ids))
    newest = select(func.max(Track.id)).where(Track.recording_id.in_(current))
    return newest.group_by(Track.recording_id, Track.language)


def _newest_contents(statement_ids: Sequence[int]) -> Select[int]:
    of_these = StatementContent.statement_id.in_(statement_ids)
    return select(func.max(StatementContent.id)).where(of_these).group_by(StatementContent.statement_id)


def _newest_consents(statement_ids: Sequence[int]) -> Select[int]:
    newest = select(func.max(Consent.id)).where(Consent.statement_id.in_(statement_ids))
    return newest.group_by(Consent.statement_id, Consent.item)


def wanted_looks(statement: Statement) -> int:
    """How many people have to approve a statement."""
    return SECOND_LOOKS if statement.speaker.country.pre_session.wants_second_look else 1


def bound_now(statement: Statement) -> dict[str, str]:
    """Digests of everything that would be shown of a statement, and of what the speaker agreed to, by name."""
    speaker, content = statement.speaker, newest_content(statement)
    values: dict[str, Any] = {
        **_recorded(statement.current_recording),
        **{CONSENT + item.value: _answer(given) for item, given in latest_consents(statement).items()},
        "hidden": [statement.blurs_faces, statement.blurs_picture, statement.alters_voice],
        "name": [speaker.name, statement.name_form.value, statement.alias],
        "organisation": [speaker.organisation, speaker.theme, speaker.language],
        "papers": sorted(paper.id for paper in clean_papers(statement)),
        "words": content.id if content else None,
    }
    return {name: digest(value) for name, value in values.items()}


def seen_now(statement: Statement) -> str:
    """One digest of all that an approval given now would be bound to: a screen keeps it to say what a person saw."""
    return digest(bound_now(statement))


def are_standing(db: Session, approval_ids: Iterable[int]) -> bool:
    """Whether none of these approvals was taken back."""
    taken_back = select(Approval.id).where(Approval.id.in_(list(approval_ids)), Approval.taken_back_at.is_not(None))
    return db.scalars(taken_back).first() is None


def take_back_approvals(statement: Statement, *, now: datetime) -> list[int]:
    """Let no approval of a statement count any more; the ids of those that did not stand taken back already."""
    given = _given(statement)
    for approval in given:
        approval.taken_back_at = now
    return [approval.id for approval in given]


def _given(statement: Statement) -> list[Approval]:
    return [approval for approval in statement.approvals if approval.taken_back_at is None]


def _recorded(recording: Recording | None) -> Mapping[str, Any]:
    if recording is None:
        return {"recording": None}
    return {
        "recording": [recording.id, recording.sha256],
        "trim": recording.trim.to_json() if recording.trim else None,
        "poster": recording.poster_seconds,
        "package": recording.package_prefix,
        **{TRACK + language: track.id for language, track in current_tracks(recording).items()},
        **{VOICE + language: [voice.id, voice.version] for language, voice in current_voices(recording).items()},
    }


def _answer(consent: Any) -> list[str]:
    return [consent.audience.value, consent.words_version]


def _one_of_each(approvals: Iterable[Approval]) -> list[Approval]:
    """One approval of each person; two of the same person are one look."""
    return list({approval.account_id: approval for approval in approvals}.values())


def _look(approval: Approval, is_current: bool) -> Look:
    account = approval.account
    by = (account.name or account.email) if account is not None else ""
    return Look(approval.id, approval.account_id, by, approval.created_at, is_current)
