"""Consent answers: each one is added under the version of the words it was given to; the newest counts."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.consents import CONSENT_WORDS_VERSION, Audience, ConsentItem
from pipeline.records.tables import Consent, Statement
from pipeline.services.events import Actor, record_event


def latest_consents(statement: Statement) -> Mapping[ConsentItem, Consent]:
    """The answer that counts for each item that was answered at all."""
    return {consent.item: consent for consent in statement.consents}


def audience_of(statement: Statement, item: ConsentItem) -> Audience:
    """Who may see an item; nobody as long as the speaker has not answered."""
    consent = latest_consents(statement).get(item)
    return consent.audience if consent is not None else Audience.NOBODY


def is_consent_complete(statement: Statement) -> bool:
    """Whether every item is answered under the words that are in force."""
    latest = latest_consents(statement)
    return all(item in latest and latest[item].words_version == CONSENT_WORDS_VERSION for item in ConsentItem)


def answer_consent(
    db: Session, *, statement: Statement, answers: Mapping[ConsentItem, Audience], actor: Actor, now: datetime
) -> bool:
    """Keep answers under today's words; those that repeat what already counts are left out.

    True when something changed.
    """
    latest = latest_consents(statement)
    changed = {item: audience for item, audience in answers.items() if not _repeats(latest.get(item), audience)}
    for item, audience in changed.items():
        statement.consents.append(
            Consent(item=item, audience=audience, words_version=CONSENT_WORDS_VERSION, given_at=now)
        )
        record_event(
            db,
            "consent.given" if audience is Audience.PUBLIC else "consent.withdrawn",
            subject_kind="statement",
            subject_id=statement.id,
            actor=actor,
            now=now,
            item=item.value,
            words_version=CONSENT_WORDS_VERSION,
        )
    db.flush()
    return bool(changed)


def _repeats(consent: Consent | None, audience: Audience) -> bool:
    return consent is not None and consent.audience is audience and consent.words_version == CONSENT_WORDS_VERSION
