"""What a speaker writes beside the recording: text, recommendations, theme, language spoken; revision by revision."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.contents import (
    MAX_RECOMMENDATION_LENGTH,
    MAX_RECOMMENDATIONS,
    MAX_TEXT_LENGTH,
    MAX_THEME_LENGTH,
    tidy_words,
)
from pipeline.domain.errors import WrongUsage
from pipeline.domain.languages import is_language
from pipeline.records.tables import Statement, StatementContent
from pipeline.services.events import Actor, record_event


@dataclass(frozen=True)
class Written:
    """What was written, in plain values; empty where nothing was."""

    text: str = ""
    recommendations: tuple[str, ...] = ()
    theme: str = ""
    language: str = ""

    @property
    def has_words(self) -> bool:
        """Whether there is a text or a recommendation."""
        return bool(self.text or self.recommendations)

    @property
    def all_words(self) -> str:
        """Text and recommendations in one."""
        return "\n".join((self.text, *self.recommendations))


def newest_content(statement: Statement) -> StatementContent | None:
    """The revision that counts."""
    return statement.contents[-1] if statement.contents else None


def written(content: StatementContent | None) -> Written:
    """A revision in plain values."""
    if content is None:
        return Written()
    return Written(content.text, tuple(content.recommendations), content.theme, content.language)


def spoken_language(statement: Statement) -> str:
    """The language that is spoken: what the speaker says, or else what the session file says."""
    return written(newest_content(statement)).language or statement.speaker.language


def save_content(db: Session, *, statement: Statement, wanted: Written, actor: Actor, now: datetime) -> bool:
    """Keep what was written as a new revision; True when it says something else than the one before.

    Raises `WrongUsage` with what is too long.
    """
    tidy = _checked(wanted)
    if tidy == written(newest_content(statement)):
        return False
    _add_revision(statement, tidy, now)
    facts = {"characters": len(tidy.text), "recommendations": len(tidy.recommendations)}
    _record(db, "content.saved", statement, actor, now, **facts)
    return True


def remove_content(
    db: Session, *, statement: Statement, actor: Actor, now: datetime, keeps_details: bool = True
) -> bool:
    """Forget text and recommendations, in every revision that was ever saved, and with them theme and language or not.

    True when there was any text or recommendation.
    """
    if not keeps_details:
        for content in statement.contents:
            content.theme = content.language = ""
    had = [content for content in statement.contents if written(content).has_words]
    if not had:
        return False
    last = statement.contents[-1]
    facts = {"characters": len(last.text), "recommendations": len(last.recommendations), "revisions": len(had)}
    for content in had:
        content.text, content.recommendations = "", []
    # What is out names the revision that it shows: that one is no longer the newest.
    _add_revision(statement, Written(theme=last.theme, language=last.language), now)
    _record(db, "content.removed", statement, actor, now, **facts)
    return True


def _add_revision(statement: Statement, wanted: Written, now: datetime) -> None:
    last = newest_content(statement)
    statement.contents.append(
        StatementContent(
            revision=last.revision + 1 if last else 1,
            language=wanted.language,
            theme=wanted.theme,
            text=wanted.text,
            recommendations=list(wanted.recommendations),
            created_at=now,
        )
    )


def _checked(wanted: Written) -> Written:
    recommendations = tuple(words for text in wanted.recommendations if (words := tidy_words(text)))
    tidy = Written(tidy_words(wanted.text), recommendations, tidy_words(wanted.theme), wanted.language)
    _refuse_longer("Your text", tidy.text, MAX_TEXT_LENGTH)
    _refuse_longer("The theme", tidy.theme, MAX_THEME_LENGTH)
    for recommendation in recommendations:
        _refuse_longer("A recommendation", recommendation, MAX_RECOMMENDATION_LENGTH)
    if len(recommendations) > MAX_RECOMMENDATIONS:
        raise WrongUsage(f"There can be at most {MAX_RECOMMENDATIONS} recommendations.")
    if tidy.language and not is_language(tidy.language):
        raise WrongUsage("This language is not one of those that were offered.")
    return tidy


def _refuse_longer(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise WrongUsage(f"{what} is too long: {len(text)} signs, at most {most}.")


def _record(db: Session, name: str, statement: Statement, actor: Actor, now: datetime, **facts: int) -> None:
    db.flush()
    record_event(db, name, subject_kind="statement", subject_id=statement.id, actor=actor, now=now, **facts)
