"""Speakers out of other conference systems' JSON exports, as a table like any other.

Read are pretalx (the speakers' export of its organisers, where each question is a key, and `schedule.json`) and Indico
(contributions, of the management pages and of `/export/event`). The country is looked for in the track, or else the
session, of a contribution. What an export does not say is left empty and asked for like every missing cell.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.domain.delimited_text import LARGEST_TABLE_BYTES, NoTable, TextProblem, write_delimited
from pipeline.domain.speaker_tables import SpeakerTable, read_speaker_table, text_trouble

LARGEST_EXPORT_BYTES = 4 * 1024 * 1024

_COLUMNS = ("country", "name", "organisation", "language", "theme", "email")
_FIELD_LIMIT = 400


def read_speakers(data: bytes) -> tuple[SpeakerTable, bytes]:
    """Speakers from a table, or from another system's export; and the table itself, nothing where it is none."""
    try:
        data = table_of_export(data) or data
    except NoTable as error:
        return SpeakerTable(problems=(text_trouble(error),)), b""
    return read_speaker_table(data), data


def table_of_export(data: bytes) -> bytes | None:
    """The table that an export comes to; None where the bytes are no JSON. Raises `NoTable` for other JSON."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return None
    if len(data) > LARGEST_EXPORT_BYTES:
        raise NoTable(TextProblem.TOO_LARGE)
    try:
        rows = _rows(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise NoTable(TextProblem.UNKNOWN_JSON) from error
    if not rows:
        raise NoTable(TextProblem.UNKNOWN_JSON)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    table = write_delimited([columns, *([row.get(column, "") for column in columns] for row in rows)])
    if len(table) > LARGEST_TABLE_BYTES:
        raise NoTable(TextProblem.TOO_LARGE)
    return table


def _rows(export: Any) -> list[dict[str, str]]:
    if isinstance(export, list):
        return [_flat(entry) for entry in export if isinstance(entry, dict)]
    if not isinstance(export, dict):
        return []
    if isinstance(export.get("schedule"), dict):
        return [row for talk in _talks(export["schedule"]) for row in _of_talk(talk)]
    events = [export, *_dicts(export.get("results"))]
    rows = [row for event in events for entry in _dicts(event.get("contributions")) for row in _of_contribution(entry)]
    return rows or [_flat(entry) for entry in _dicts(export.get("results"))]


def _flat(entry: Mapping[str, Any]) -> dict[str, str]:
    """An entry whose keys are the headers of a table; answers to questions stand beside its own values."""
    own = {str(key): _text(value) for key, value in entry.items() if key != "answers"}
    answers = {_text(_part(answer, "question", "question")): _text(answer.get("answer")) for answer in _answers(entry)}
    return {**own, **{question: answer for question, answer in answers.items() if question}}


def _answers(entry: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return _dicts(entry.get("answers"))


def _talks(schedule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for day in _dicts(_part(schedule, "conference", "days")):
        rooms = day.get("rooms")
        for talks in rooms.values() if isinstance(rooms, dict) else ():
            yield from _dicts(talks)


def _of_talk(talk: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for person in _dicts(talk.get("persons")):
        name = person.get("public_name") or person.get("name") or person.get("full_public_name")
        facts = (talk.get("track"), name, person.get("organisation"), talk.get("language"), talk.get("title"))
        yield _row(*facts, person.get("email"))


def _of_contribution(entry: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    people = _dicts(entry.get("speakers")) or [
        one for one in _dicts(entry.get("persons")) if one.get("is_speaker", True)
    ]
    for person in people:
        parts = [_text(person.get(key)) for key in ("first_name", "last_name")]
        name = " ".join(part for part in parts if part) or person.get("fullName") or person.get("name")
        country = _text(entry.get("track")) or _text(entry.get("session"))
        facts = (country, name, person.get("affiliation"), entry.get("language"), entry.get("title"))
        yield _row(*facts, person.get("email"))


def _row(*facts: Any) -> dict[str, str]:
    return dict(zip(_COLUMNS, map(_text, facts), strict=True))


def _text(value: Any) -> str:
    """A value as one line: of a text in several languages the first, of a list all of it."""
    if isinstance(value, dict):
        named = value.get("title") or value.get("name") or next(iter(value.values()), "")
        return _text(named) if not isinstance(named, dict) else ""
    if isinstance(value, list):
        return ", ".join(part for part in map(_text, value) if part)
    return " ".join(str(value).split())[:_FIELD_LIMIT] if value is not None else ""


def _part(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
