"""Administrators: the record of who did what, searched and exported."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import to_utc
from werkzeug.datastructures import MultiDict

from pipeline.services.accounts import list_accounts
from pipeline.services.audit import (
    ACTOR_KINDS,
    PAGE_LENGTH,
    AuditFilter,
    AuditLine,
    find_events,
    list_places,
    walk_events,
)
from webapp.access import administrator
from webapp.database import current_db
from webapp.portal import portal
from webapp.views.staff import blueprint
from webapp.wording.staff_audit import EVENT_FAMILIES, actor_kind_words, audit_words, fact_words, family_words

_FIELDS = ("who", "about", "where", "statement", "since", "until")


@blueprint.get("/record/")
@administrator
def audit() -> ResponseReturnValue:
    """A page of the record; `before` turns it."""
    asked = _asked(request.args)
    lines = find_events(current_db(), _filter(asked), before_id=request.args.get("before", type=int))
    return render_template(
        "staff/audit.html",
        lines=lines,
        asked=asked,
        page_length=PAGE_LENGTH,
        accounts=list_accounts(current_db()),
        actor_kinds=ACTOR_KINDS[1:],
        families=EVENT_FAMILIES,
        places=list_places(current_db()),
        actor_kind_words=actor_kind_words,
        audit_words=audit_words,
        fact_words=fact_words,
        family_words=family_words,
    )


@blueprint.get("/record/export.<kind>")
@administrator
def export_audit(kind: str) -> ResponseReturnValue:
    """Everything that matches, as CSV or JSON lines."""
    write, content_type = _EXPORTS.get(kind) or abort(404)
    wanted, database = _filter(_asked(request.args)), portal().database

    def lines() -> Iterator[str]:
        with database.read() as db:  # the request's own session ends before the bytes are sent
            yield from write(walk_events(db, wanted))

    name = f"presession-record.{kind}"
    return Response(
        lines(), content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _asked(values: MultiDict[str, str]) -> dict[str, str]:
    """What the form asks for; fields that are empty are left out, so that addresses stay short."""
    return {name: values[name].strip() for name in _FIELDS if values.get(name, "").strip()}


def _filter(asked: Mapping[str, str]) -> AuditFilter:
    """The filter that was asked for; a value that is none matches nothing, and answers 400."""
    who, where = asked.get("who", ""), asked.get("where", "")
    slug, _slash, code = where.partition("/")
    wanted = AuditFilter(about=asked.get("about", ""), slug=slug, country_code=code)
    if who in ACTOR_KINDS:
        wanted = replace(wanted, actor_kind=who)
    elif who:
        wanted = replace(wanted, account_id=_number(who))
    if "statement" in asked:
        wanted = replace(wanted, statement_id=_number(asked["statement"]))
    if "since" in asked:
        wanted = replace(wanted, since=_midnight(asked["since"]))
    if "until" in asked:
        wanted = replace(wanted, until=_midnight(asked["until"], days=1))
    return wanted


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else abort(400)


def _midnight(text: str, *, days: int = 0) -> datetime:
    """The beginning of a day in the portal's zone, or of one that follows."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        abort(400)
    moment: datetime = to_utc(datetime.combine(day, time()))
    return moment.replace(tzinfo=UTC)


def _json_lines(lines: Iterator[AuditLine]) -> Iterator[str]:
    for line in lines:
        yield json.dumps(line.to_json(), ensure_ascii=False) + "\n"


def _csv(lines: Iterator[AuditLine]) -> Iterator[str]:
    for number, line in enumerate(lines):
        values = line.to_json()
        if number == 0:
            yield _csv_row(values)
        yield _csv_row({**values, "facts": json.dumps(values["facts"])}.values())


def _csv_row(cells: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_cell(cell) for cell in cells])
    return text.getvalue()


def _cell(value: object) -> object:
    """No cell that a spreadsheet would run."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


_EXPORTS = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "jsonl": (_json_lines, "application/x-ndjson"),
}
