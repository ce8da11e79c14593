"""The words of a release: they stay as they were when people published it, whatever is written down of a speaker since.

A release keeps them among its facts. A release that takes something out of it is made without anybody's looking, so it
says nothing that the one before did not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.naming import says_name
from pipeline.records.tables import Release, ReleaseItem, Statement
from pipeline.services.panel_contents import PanelEntry
from pipeline.services.shown_parts import ShownParts, name_shown, theme_shown, withholds_name
from pipeline.services.statement_contents import Written

WORDS = "words"
_BY_STATEMENT = (WORDS, "shown", "inputs")


@dataclass(frozen=True)
class ReleaseWords:
    """What a release says of a speaker; `speaker` is the name shown, None where none is."""

    organisation: str
    theme: str
    language: str
    speaker: str | None


def note_words(entries: Iterable[PanelEntry]) -> dict[str, list[str]]:
    """The words of those who go out, by statement, as a release's facts keep them."""
    return {str(entry.statement_id): list(entry.texts) for entry in entries}


def words_in(
    facts: Mapping[str, Any], statement: Statement, parts: ShownParts, own: Written, reader: Audience
) -> ReleaseWords:
    """What a release with these facts says to a reader; a name that is shown no more is told nowhere."""
    noted = facts.get(WORDS, {}).get(str(statement.id))
    if noted is None:  # planned before words were noted
        return ReleaseWords(
            statement.speaker.organisation,
            theme_shown(statement, own, reader),
            own.language or statement.speaker.language,
            name_shown(statement, reader) if parts.name else None,
        )
    organisation, theme, language, name = noted
    told = [one for one in (name if not parts.name else "", statement.speaker.name) if one]
    hides = not parts.name or withholds_name(statement, reader)
    is_telling = hides and any(says_name(theme, one) for one in told)
    return ReleaseWords(organisation, "" if is_telling else theme, language, (name or None) if parts.name else None)


def forget_words(db: Session, statement_id: int) -> None:
    """Take what is noted of an erased person out of every release; what lies in the published place is not touched."""
    held = select(ReleaseItem.release_id).where(ReleaseItem.statement_id == statement_id)
    for release in db.scalars(select(Release).where(Release.id.in_(held))):
        release.facts = {
            name: _without(value, str(statement_id)) if name in _BY_STATEMENT else value
            for name, value in release.facts.items()
        }


def _without(by_statement: Mapping[str, Any], statement_id: str) -> dict[str, Any]:
    return {key: value for key, value in by_statement.items() if key != statement_id}
