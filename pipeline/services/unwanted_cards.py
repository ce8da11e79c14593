"""Title cards that say what nobody may be shown any more: who withdrew, was erased, or is called otherwise now.

A card is a film of words that is kept to be used again. It is wanted as long as a statement, or a release that is
there, says just these words.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES
from pipeline.domain.fingerprints import digest
from pipeline.domain.statements import StatementState
from pipeline.media.cards import CardText
from pipeline.records.database import Database
from pipeline.records.queries import load_panels
from pipeline.records.tables import Country, Release, Statement, StatementContent, StepResult
from pipeline.services.release_inputs import text_of_statement
from pipeline.services.release_words import words_in
from pipeline.services.shown_parts import parts_in
from pipeline.services.statement_contents import written
from pipeline.services.step_inputs import card_text
from pipeline.storage.store import ObjectStore

_CARD, _TEXT = "card", "text"


def remove_unwanted_cards(database: Database, store: ObjectStore) -> int:
    """Remove the cards that nothing wants, first from the records; how many. Raises `StoreUnavailable`."""
    with database.begin() as db:
        unwanted = _find_unwanted(db)
        prefixes = sorted({card.prefix for card in unwanted if card.prefix})
        for card in unwanted:
            db.delete(card)
    for prefix in prefixes:  # what a store that is away keeps now goes as a leftover
        store.delete_prefix(prefix)
    return len(unwanted)


def _find_unwanted(db: Session) -> list[StepResult]:
    cards = list(db.scalars(select(StepResult).where(StepResult.step == _CARD)))
    if not cards:
        return []
    wanted = {*_said_by_statements(db), *_said_by_releases(db)}
    return [card for card in cards if card.inputs.get(_TEXT) not in wanted]


def _said_by_statements(db: Session) -> Iterator[str]:
    for country in load_panels(db, list(db.scalars(select(Country)))):
        for speaker in country.speakers:
            if speaker.statement.state is not StatementState.WITHDRAWN:
                for audience in RELEASE_AUDIENCES:
                    yield digest(text_of_statement(speaker.statement, audience).to_json())


def _said_by_releases(db: Session) -> Iterator[str]:
    present = select(Release, Country).join(Country, Country.id == Release.country_id)
    for release, country in db.execute(present.where(Release.removed_at.is_(None))).all():
        for item in release.items:
            statement = db.get_one(Statement, item.statement_id)
            if statement.state is not StatementState.WITHDRAWN:
                yield digest(_text(db, release, country, statement).to_json())


def _text(db: Session, release: Release, country: Country, statement: Statement) -> CardText:
    parts = parts_in(release.facts, statement.id)
    details = db.get(StatementContent, parts.details_id) if parts.details_id else None
    words = words_in(release.facts, statement, parts, written(details), release.audience)
    return card_text(country_code=country.code, session_title=country.pre_session.title, **vars(words))
