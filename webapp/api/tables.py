"""Speakers from a table by script: what importing it would do, then all of it or nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.domain.conference_exports import read_speakers
from pipeline.domain.scopes import Scope
from pipeline.domain.speaker_tables import TableProblem
from pipeline.services.speaker_imports import import_speakers, plan_import
from webapp.access import current_staff
from webapp.api.door import Answer, blueprint, endpoint
from webapp.api.panels import find_session
from webapp.api.problems import WrongRequest
from webapp.api.shapes_tables import TableChecked, TableSent, TableToCheck
from webapp.database import current_db
from webapp.i18n import written_in
from webapp.wording.staff_panels import problem_words

_TAG = "panels"
_TABLE = "/sessions/<slug>/speaker-table"


@blueprint.post(f"{_TABLE}/check")
@endpoint(Scope.SPEAKERS, TableChecked, tag=_TAG)
def check_table(slug: str, json: TableToCheck) -> Answer:
    """Say what importing a table would do, line by line. Nothing is changed."""
    table, _data = read_speakers(json.table.encode())
    plan = plan_import(current_db(), find_session(slug), table)
    _refuse(plan.problems)
    return TableChecked.of(plan, table)


@blueprint.post(_TABLE)
@endpoint(Scope.SPEAKERS, TableChecked, tag=_TAG)
def import_table(slug: str, json: TableSent) -> Answer:
    """Import the table that was checked, all of it or nothing. `seen` is what the check gave; nothing is mailed."""
    pre_session, (table, _data) = find_session(slug), read_speakers(json.table.encode())
    _refuse(plan_import(current_db(), pre_session, table).problems)
    actor, now = current_staff().actor, datetime.now(UTC)
    done = import_speakers(current_db(), pre_session.id, table, seen=json.seen, actor=actor, now=now)
    return TableChecked.of(done, table)


def _refuse(problems: Sequence[TableProblem]) -> None:
    if problems:
        with written_in("en"):
            raise WrongRequest([{"place": one.place, "problem": problem_words(one)} for one in problems])
