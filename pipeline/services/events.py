"""The record of what happened: who did what to what, when. Ids and codes only, so that it outlives retention."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.webhooks import is_wanted
from pipeline.records.tables import Event, Webhook, WebhookDelivery

EVENT_NAMES = frozenset(
    {
        "account.added",
        "account.deactivated",
        "account.erased",
        "account.identity_bound",
        "account.invited",
        "account.key_issued",
        "account.key_refused",
        "account.key_used",
        "account.made_operator",
        "account.passkey_added",
        "account.passkey_removed",
        "account.password_changed",
        "account.reactivated",
        "account.recovery_code_used",
        "account.recovery_codes_made",
        "account.renamed",
        "account.role_changed",
        "account.second_factor_failed",
        "account.second_factors_reset",
        "account.session_ended",
        "account.sign_in_failed",
        "account.signed_in",
        "account.signed_out",
        "account.totp_removed",
        "account.totp_set",
        "account.unmade_operator",
        "assignment.ended",
        "assignment.made",
        "comment.added",
        "comment.reader_changed",
        "comment.reopened",
        "comment.resolved",
        "comment.taken_back",
        "consent.given",
        "consent.withdrawn",
        "content.removed",
        "content.saved",
        "country.added",
        "country.order_undone",
        "country.removed",
        "country.reordered",
        "country.updated",
        "hold.begun",
        "hold.ended",
        "item.withdrawn",
        "job.attempt_failed",
        "job.cancelled",
        "job.failed",
        "job.retried",
        "job.taken_back",
        "link.issued",
        "link.opened",
        "link.revoked",
        "mail.dropped",
        "mail.failed",
        "mail.held",
        "mail.queued",
        "mail.released",
        "mail.sent",
        "mission_link.issued",
        "mission_link.revoked",
        "name.changed",
        "paper.added",
        "paper.cleaned",
        "paper.refused",
        "paper.removed",
        "recording.accepted",
        "recording.erased",
        "recording.expired",
        "recording.original_removed",
        "recording.chosen",
        "recording.packaged",
        "recording.poster_chosen",
        "recording.previewed",
        "recording.received",
        "recording.refused",
        "recording.sealed",
        "recording.trimmed",
        "recording.withdrawn",
        "release.hidden",
        "release.planned",
        "release.published",
        "release.removed",
        "release.stopped",
        "release.scheduled",
        "release.schedule_ended",
        "release.returned_to",
        "release.expired",
        "release.exported",
        "caches.told",
        "session.added",
        "session.import_undone",
        "session.loaded",
        "session.speakers_imported",
        "session.updated",
        "retention.applied",
        "sheet.approved",
        "sheet.draft_wanted",
        "sheet.drafted",
        "sheet.due_changed",
        "sheet.filled",
        "sheet.note_reopened",
        "sheet.note_resolved",
        "sheet.noted",
        "sheet.opened",
        "sheet.outdated",
        "sheet.realigned",
        "sheet.recognised",
        "sheet.renewed",
        "sheet.reopened",
        "sheet.sent_back",
        "sheet.submitted",
        "sheet.times_wanted",
        "sheet.turned",
        "speaker.added",
        "speaker.erased",
        "speaker.removed",
        "speaker.updated",
        "statement.approved",
        "statement.approved_first",
        "statement.decision_undone",
        "statement.given_time",
        "statement.invited_again",
        "statement.left_out",
        "statement.protection_changed",
        "statement.published",
        "statement.reopened",
        "statement.sent_back",
        "statement.taken_down",
        "statement.withdrawn",
        "token.issued",
        "token.revoked",
        "track.added",
        "track.film_asked_for",
        "track.removed",
        "upload.expired",
        "upload.finished",
        "upload.removed",
        "upload.started",
        "voice.added",
        "voice.approved",
        "voice.changed",
        "voice.erased",
        "voice.mixed",
        "voice.refused",
        "voice.removed",
        "webhook.added",
        "webhook.paused",
        "webhook.removed",
        "webhook.resumed",
    }
)
"""The vocabulary: subject and past tense."""

_LISTENERS = "listeners"

_CODE = re.compile(r"^[A-Za-z0-9_.:-]{0,64}$")


@dataclass(frozen=True)
class Actor:
    """Who did something: `staff` or `speaker` by id, or the `system` itself; `token_id` where a script did it."""

    kind: str
    id: int | None = None
    token_id: int | None = None


SYSTEM = Actor("system")


def record_event(
    db: Session,
    name: str,
    *,
    subject_kind: str,
    subject_id: int,
    actor: Actor,
    now: datetime,
    **facts: Any,
) -> Event:
    """Add an event in the transaction of the change; refuses unknown names and facts that are not ids or codes.

    Messages to other systems that want to know of it are added with it; the scheduler has them sent.
    """
    if name not in EVENT_NAMES:
        raise ValueError(f"{name} is not in the vocabulary of events.")
    if actor.token_id is not None:
        facts["token_id"] = actor.token_id
    for fact in facts.values():
        _check_fact(fact)
    event = Event(
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        name=name,
        subject_kind=subject_kind,
        subject_id=subject_id,
        facts=facts,
    )
    db.add(event)
    for webhook_id, wanted in _listeners(db):
        if is_wanted(name, wanted):
            db.add(WebhookDelivery(webhook_id=webhook_id, event=event, created_at=now, due_at=now))
    return event


def forget_listeners(db: Session) -> None:
    """Ask anew in this transaction who is told of events: that was changed."""
    db.info.pop(_LISTENERS, None)


def _listeners(db: Session) -> list[tuple[int, list[str]]]:
    """Who is told of which events; asked once in a transaction."""
    found: list[tuple[int, list[str]]] | None = db.info.get(_LISTENERS)
    if found is None:
        with db.no_autoflush:
            rows = db.execute(select(Webhook.id, Webhook.event_names).where(Webhook.is_active))
            found = [(webhook_id, names) for webhook_id, names in rows]
        db.info[_LISTENERS] = found
    return found


def _check_fact(fact: Any) -> None:
    if isinstance(fact, list | tuple):
        for part in fact:
            _check_fact(part)
    elif isinstance(fact, str):
        if not _CODE.match(fact):
            raise ValueError("A fact of an event is an id, a number or a code, not a text.")
    elif fact is not None and not isinstance(fact, bool | int | float):
        raise ValueError("A fact of an event is an id, a number or a code.")
