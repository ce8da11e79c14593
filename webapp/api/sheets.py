"""Subtitles that people work on, by script: listed, begun, read cue by cue, changed, handed in, approved."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import abort

from pipeline.domain.scopes import Scope
from pipeline.domain.sheets import SheetOrigin
from pipeline.records.tables import Sheet as SheetRow
from pipeline.records.tables import Track
from pipeline.services.sheet_cues import change_cue
from pipeline.services.sheet_states import approve_sheet, reopen_sheet, send_back_sheet, submit_sheet
from pipeline.services.sheets import list_sheets, open_sheet, read_cues
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint, etag, seen_version
from webapp.api.panels import recording_there
from webapp.api.problems import VersionPassed
from webapp.api.shapes_sheets import Cue, CueSent, Sheet, Sheets, SheetSent, SheetWithCues
from webapp.database import current_db

_TAG = "subtitles"
_ALL = f"/recordings/<{ID}:recording_id>/sheets"
_ONE = f"/sheets/<{ID}:sheet_id>"


@blueprint.get(_ALL)
@endpoint(Scope.READ, Sheets, tag=_TAG)
def list_recording_sheets(recording_id: int) -> Answer:
    """The subtitles of a recording that people work on, in every language."""
    found = list_sheets(current_db(), recording_there(recording_id).id)
    return Sheets(items=[Sheet.of(sheet) for sheet in found])


@blueprint.post(_ALL)
@endpoint(Scope.REVIEW, SheetWithCues, tag=_TAG, status=201)
def begin_sheet(recording_id: int, json: SheetSent) -> Answer:
    """Begin subtitles in a language."""
    recording, actor = recording_there(recording_id), current_staff().actor
    sheet = open_sheet(current_db(), recording, json.language, SheetOrigin.TYPED, actor=actor, now=datetime.now(UTC))
    return _shown(sheet), 201, etag(sheet.version)


@blueprint.get(_ONE)
@endpoint(Scope.READ, SheetWithCues, tag=_TAG)
def read_sheet(sheet_id: int) -> Answer:
    """One sheet with its cues; its ETag is the version that a decision names."""
    sheet = _there(sheet_id)
    return _shown(sheet), 200, etag(sheet.version)


@blueprint.patch(f"{_ONE}/cues/<key>")
@endpoint(Scope.REVIEW, Cue, tag=_TAG)
def change_sheet_cue(sheet_id: int, key: str, json: CueSent) -> Answer:
    """Change words, times or place of a cue; 409 where somebody else changed the same since that version."""
    cue = change_cue(
        current_db(),
        _there(sheet_id),
        key,
        json.seen_version,
        text=json.text,
        start_ms=json.start_ms,
        end_ms=json.end_ms,
        place=json.place,
        actor=current_staff().actor,
        now=datetime.now(UTC),
    )
    return Cue.of(cue)


@blueprint.post(f"{_ONE}/submission")
@endpoint(Scope.REVIEW, Sheet, tag=_TAG, changes=True)
def submit_subtitles(sheet_id: int) -> Answer:
    """Hand subtitles in for review; from now on they are the recording's, not reviewed."""
    return _decided(sheet_id, submit_sheet)


@blueprint.post(f"{_ONE}/approval")
@endpoint(Scope.REVIEW, Sheet, tag=_TAG, changes=True)
def approve_subtitles(sheet_id: int) -> Answer:
    """Approve subtitles that another person handed in."""
    return _decided(sheet_id, approve_sheet)


@blueprint.delete(f"{_ONE}/submission")
@endpoint(Scope.REVIEW, Sheet, tag=_TAG, changes=True)
def send_subtitles_back(sheet_id: int) -> Answer:
    """Send subtitles that were handed in back to who works on them."""
    return _decided(sheet_id, send_back_sheet)


@blueprint.delete(f"{_ONE}/approval")
@endpoint(Scope.REVIEW, Sheet, tag=_TAG, changes=True)
def reopen_subtitles(sheet_id: int) -> Answer:
    """Go on working on approved subtitles; what was approved stays until the next is handed in."""
    return _decided(sheet_id, reopen_sheet)


def _decided(sheet_id: int, decide: Callable[..., Track | None]) -> Answer:
    sheet, version = _there(sheet_id), seen_version()
    if sheet.version != version:
        raise VersionPassed
    decide(current_db(), sheet, version, actor=current_staff().actor, now=datetime.now(UTC))
    return Sheet.of(sheet), 200, etag(sheet.version)


def _there(sheet_id: int) -> SheetRow:
    return current_db().get(SheetRow, sheet_id) or abort(404)


def _shown(sheet: SheetRow) -> SheetWithCues:
    cues = [Cue.of(cue) for cue in read_cues(current_db(), sheet)]
    return SheetWithCues.of(sheet, cues=cues)
