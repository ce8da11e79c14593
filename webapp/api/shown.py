"""By script: which part of a recording is shown, and which picture stands for it until it is played."""

from pipeline.domain.scopes import Scope
from pipeline.domain.trims import Trim
from pipeline.services.hand_ins import limit_of
from pipeline.services.narrowing import narrow_recording, undo_narrowing
from pipeline.services.posters import choose_poster
from webapp.api.door import ID, Answer, blueprint, endpoint
from webapp.api.shapes_statements import ShownPartSent, Statement, StillSent, UndoSent
from webapp.api.statements import decide

_TAG = "shown part"
_ONE = f"/statements/<{ID}:statement_id>"


@blueprint.post(f"{_ONE}/shown-part")
@endpoint(Scope.REVIEW, Statement, tag=_TAG, changes=True)
def show_part(statement_id: int, json: ShownPartSent) -> Answer:
    """Show only a part, in seconds of what is shown now. It is judged and prepared anew, and approved again."""
    part = Trim(json.start_seconds, json.end_seconds)
    return decide(
        statement_id,
        lambda db, statement, actor, now: narrow_recording(
            db,
            statement,
            json.recording_id,
            part,
            limit=limit_of(statement.speaker.country.pre_session),
            actor=actor,
            now=now,
        ),
    )


@blueprint.post(f"{_ONE}/shown-part/undo")
@endpoint(Scope.REVIEW, Statement, tag=_TAG, changes=True)
def undo_part(statement_id: int, json: UndoSent) -> Answer:
    """Show again what was shown before; the event is the statement's `undoable_part_event_id`."""
    return decide(
        statement_id,
        lambda db, statement, actor, now: undo_narrowing(
            db, statement, json.event_id, limit=limit_of(statement.speaker.country.pre_session), actor=actor, now=now
        ),
    )


@blueprint.post(f"{_ONE}/still")
@endpoint(Scope.REVIEW, Statement, tag=_TAG, changes=True)
def choose_still(statement_id: int, json: StillSent) -> Answer:
    """Take the picture at a moment as the still; null leaves the choice to the machine."""
    return decide(
        statement_id,
        lambda db, statement, actor, now: choose_poster(
            db, statement, json.recording_id, json.at_seconds, actor=actor, now=now
        ),
    )
