"""Consent answers: each one is added under the version of the words it was given to; the newest counts.

How a speaker is named where the name may be shown is here too.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.consents import CONSENT_WORDS_VERSION, MAX_ALIAS_LENGTH, Audience, ConsentItem, NameForm
from pipeline.domain.contents import tidy_line
from pipeline.domain.errors import InputRefused
from pipeline.domain.naming import says_name
from pipeline.records.tables import Consent, Statement
from pipeline.services.events import Actor, record_event


def latest_consents(statement: Statement) -> Mapping[ConsentItem, Consent]:
    """The answer that counts for each item that was answered at all."""
    return {consent.item: consent for consent in statement.consents}


def audience_of(statement: Statement, item: ConsentItem) -> Audience:
    """Who may see an item; nobody as long as the speaker has not answered, the public never of a missions' session."""
    consent = latest_consents(statement).get(item)
    agreed = consent.audience if consent is not None else Audience.NOBODY
    is_closed = agreed is Audience.PUBLIC and statement.speaker.country.pre_session.is_missions_only
    return Audience.MISSIONS if is_closed else agreed


def last_agreed(statement: Statement, item: ConsentItem) -> Audience | None:
    """Whom the speaker agreed to show an item last, also where that is taken back; None where there was nobody."""
    given = [consent.audience for consent in statement.consents if consent.item is item]
    return next((audience for audience in reversed(given) if audience is not Audience.NOBODY), None)


def is_consent_complete(statement: Statement) -> bool:
    """Whether every item is answered under the words that are in force."""
    latest = latest_consents(statement)
    return all(item in latest and latest[item].words_version == CONSENT_WORDS_VERSION for item in ConsentItem)


def lacks_alias(statement: Statement) -> bool:
    """Whether the speaker wants to be shown under another name that is not there."""
    return statement.name_form is NameForm.ALIAS and not statement.alias


def has_open_questions(statement: Statement) -> bool:
    """Whether only the speaker can say whether the recording may be shown, and under which name."""
    asked = {ConsentItem.RECORDING, ConsentItem.NAME} - latest_consents(statement).keys()
    return bool(asked) or lacks_alias(statement)


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
            "consent.withdrawn" if audience is Audience.NOBODY else "consent.given",
            subject_kind="statement",
            subject_id=statement.id,
            actor=actor,
            now=now,
            item=item.value,
            audience=audience.value,
            words_version=CONSENT_WORDS_VERSION,
        )
    db.flush()
    return bool(changed)


class NameRefused(InputRefused):
    """A name to be shown that cannot be used; `code` says why in a word: `empty`, `too_long` or `own_name`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"This name cannot be used: {code}.")
        self.code = code


def choose_name(db: Session, *, statement: Statement, form: NameForm, alias: str, actor: Actor, now: datetime) -> bool:
    """Keep how the speaker is named where the name may be shown; raises `NameRefused`. True when something changed."""
    words = tidy_line(alias)
    if form is NameForm.ALIAS:
        _check_alias(words, statement.speaker.name)
    if (statement.name_form, statement.alias) == (form, words):
        return False
    statement.name_form, statement.alias = form, words[:MAX_ALIAS_LENGTH]
    db.flush()
    subject_id, code = statement.id, form.value
    record_event(db, "name.changed", subject_kind="statement", subject_id=subject_id, actor=actor, now=now, form=code)
    return True


def _check_alias(alias: str, name: str) -> None:
    if not alias:
        raise NameRefused("empty")
    if len(alias) > MAX_ALIAS_LENGTH:
        raise NameRefused("too_long")
    if says_name(alias, name):
        raise NameRefused("own_name")


def _repeats(consent: Consent | None, audience: Audience) -> bool:
    return consent is not None and consent.audience is audience and consent.words_version == CONSENT_WORDS_VERSION
