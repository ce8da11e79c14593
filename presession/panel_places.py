"""What commands about panels share: a transaction, places as people name them (session, country, place), printing."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.domain.publishing import Question
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import Country, PreSession, Speaker, Statement
from presession.parts import open_records

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@contextmanager
def open_transaction(data_dir: Path | None) -> Iterator[Session]:
    """One transaction on an installation that is there; the scheduler sends the work that it asks for."""
    with open_records(load_settings(data_dir=data_dir, makes_secret=False)) as database, database.begin() as db:
        yield db


def json_option() -> Decorator:
    """`--json`: for scripts."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def confirm_option(help_text: str) -> Decorator:
    """`--confirm QUESTION`, as often as there are questions."""
    questions = click.Choice([question.value for question in Question])
    return click.option("--confirm", "confirmed", multiple=True, type=questions, help=help_text)


def session_named(db: Session, slug: str) -> PreSession:
    """A session by its name; raises `WrongUsage`."""
    found = find_pre_session(db, slug)
    if found is None:
        raise WrongUsage(f"There is no session “{slug}” here. `presession session list` shows those that are loaded.")
    return found


def country_named(db: Session, slug: str, code: str) -> Country:
    """A country of a session by its code; raises `WrongUsage`."""
    pre_session = session_named(db, slug)
    found = next((country for country in pre_session.countries if country.code == code.upper()), None)
    if found is None:
        codes = ", ".join(country.code for country in pre_session.countries)
        raise WrongUsage(f"Session {slug} has no country “{code}”. It has: {codes or 'none'}.")
    return found


def countries_named(db: Session, slug: str, code: str | None) -> list[Country]:
    """One country of a session, or without a code all of them."""
    return [country_named(db, slug, code)] if code else list(session_named(db, slug).countries)


def statement_at(db: Session, slug: str, code: str, position: int) -> Statement:
    """The statement of the speaker at a place of a panel; raises `WrongUsage`."""
    country = country_named(db, slug, code)
    of_place = (Speaker.country_id == country.id, Speaker.position == position, Speaker.erased_at.is_(None))
    found = db.scalar(select(Statement).join(Statement.speaker).where(*of_place))
    if found is None:
        raise WrongUsage(f"Nobody is at place {position} of the panel of {country.code}.")
    return found


def say(facts: Any, words: str, *, as_json: bool) -> None:
    """Print what a command did: JSON for scripts, or a sentence."""
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if as_json else words)
