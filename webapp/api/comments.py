"""Comments on a statement by script."""

from datetime import UTC, datetime

from pipeline.domain.scopes import Scope
from pipeline.services import comments
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint
from webapp.api.panels import statement_as_seen, statement_there
from webapp.api.shapes_people import Comment, Comments, CommentSent
from webapp.database import current_db

_TAG = "comments"
_ALL = f"/statements/<{ID}:statement_id>/comments"


@blueprint.get(_ALL)
@endpoint(Scope.READ, Comments, tag=_TAG)
def list_comments(statement_id: int) -> Answer:
    """All comments on a statement, open ones first."""
    return _shown(statement_there(statement_id).id)


@blueprint.post(_ALL)
@endpoint(Scope.REVIEW, Comments, tag=_TAG, changes=True)
def add_comment(statement_id: int, json: CommentSent) -> Answer:
    """Write a comment, for staff alone or for the speaker too."""
    wish = comments.CommentWish(json.text, json.reader, json.at_seconds)
    statement = statement_as_seen(statement_id)
    comments.add_comment(current_db(), statement, wish, actor=current_staff().actor, now=datetime.now(UTC))
    return _shown(statement_id)


@blueprint.post(f"{_ALL}/<{ID}:comment_id>/resolution")
@endpoint(Scope.REVIEW, Comments, tag=_TAG, changes=True)
def resolve_comment(statement_id: int, comment_id: int) -> Answer:
    """Say that a comment was dealt with."""
    statement = statement_as_seen(statement_id)
    actor, now = current_staff().actor, datetime.now(UTC)
    comments.resolve_comment(current_db(), statement, comment_id, actor=actor, now=now)
    return _shown(statement_id)


@blueprint.delete(f"{_ALL}/<{ID}:comment_id>/resolution")
@endpoint(Scope.REVIEW, Comments, tag=_TAG, changes=True)
def reopen_comment(statement_id: int, comment_id: int) -> Answer:
    """Say that a comment was not dealt with after all."""
    statement = statement_as_seen(statement_id)
    actor, now = current_staff().actor, datetime.now(UTC)
    comments.reopen_comment(current_db(), statement, comment_id, actor=actor, now=now)
    return _shown(statement_id)


def _shown(statement_id: int) -> Comments:
    current_db().flush()
    return Comments(items=[Comment.of(row) for row in comments.list_comments(current_db(), statement_id)])
