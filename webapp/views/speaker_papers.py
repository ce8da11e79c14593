"""A speaker's papers: sent by a plain form, taken back, fetched as others will see them."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError

from config.settings import MIB
from pipeline.documents.kinds import looks_like_paper
from pipeline.documents.refusals import DocumentFault
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.papers import MAX_PAPER_BYTES, PaperKind, PaperState
from pipeline.domain.statements import StatementState
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Paper, Statement
from pipeline.services.papers import PaperRefused, add_paper, check_room, original_key_of
from pipeline.services.withdrawals import withdraw_paper
from pipeline.storage.attributes import UNKNOWN_TYPE
from webapp.access import current_visit, speaker
from webapp.database import commit_request, current_db
from webapp.messages import tell_at
from webapp.portal import portal
from webapp.security import csrf
from webapp.streaming import answer_object
from webapp.wording.papers import paper_refused_words

blueprint = Blueprint("speaker_papers", __name__, url_prefix="/speaker/papers")

_HEAD_BYTES = 1024
_REST_OF_FORM_BYTES = MIB


@blueprint.post("/")
@csrf.exempt  # type: ignore[untyped-decorator]
@speaker
def add() -> ResponseReturnValue:
    """Take a paper; a job removes its metadata. The form's token is checked here, since this form may be larger."""
    commit_request()  # no connection is held while bytes arrive
    request.max_content_length = MAX_PAPER_BYTES + _REST_OF_FORM_BYTES
    _check_token()
    try:
        _take(request.files.get("paper"), request.form.get("title", ""))
    except PaperRefused as refused:
        return _back(paper_refused_words(refused.code), "bad")
    return _back(_("Your paper has arrived."), "good")


@blueprint.post("/<int:paper_id>/remove")
@speaker
def remove(paper_id: int) -> ResponseReturnValue:
    """Take a paper back."""
    visit, db = current_visit(), current_db()
    statement = db.get_one(Statement, visit.statement_id)
    withdraw_paper(db, statement=statement, paper=_own(paper_id), actor=visit.actor, now=datetime.now(UTC))
    return _back(_("The paper is removed. The receipt is at the end of this page."), "good")


@blueprint.get("/<int:paper_id>/file")
@speaker
def file(paper_id: int) -> ResponseReturnValue:
    """A paper without its metadata."""
    return answer_paper(_own(paper_id))


def answer_paper(paper: Paper) -> Response:
    """The clean bytes of a paper, to be saved and never shown by a browser within our pages."""
    if paper.state is not PaperState.CLEAN:
        abort(404)
    key, name = paper.clean_key, f"paper-{paper.id}.{paper.kind.value}"
    answer = answer_object(key, cache_control="no-store") or abort(404)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _own(paper_id: int) -> Paper:
    paper = current_db().get(Paper, paper_id)
    if paper is None or paper.statement_id != current_visit().statement_id:
        abort(404)
    return paper


def _check_token() -> None:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError as error:
        raise CSRFError(str(error)) from None


def _take(sent: FileStorage | None, title: str) -> None:
    if sent is None or not sent.filename:
        raise PaperRefused("empty")
    kind = _kind(sent)
    with TemporaryDirectory(prefix="presession-") as folder:
        path = Path(folder) / "paper"
        sent.save(path)
        size_bytes = path.stat().st_size
        check_room(_statement(), size_bytes)
        commit_request()
        name = new_name()
        portal().store.put_file(original_key_of(name), path, content_type=UNKNOWN_TYPE, is_final=True)
    _record(name, kind, title, size_bytes)


def _kind(sent: FileStorage) -> PaperKind:
    head = sent.stream.read(_HEAD_BYTES)
    sent.stream.seek(0)
    kind = looks_like_paper(head)
    if kind is None:
        raise PaperRefused(DocumentFault.UNKNOWN_KIND if head else "empty")
    return kind


def _record(name: str, kind: PaperKind, title: str, size_bytes: int) -> None:
    try:
        add_paper(
            current_db(),
            statement=_statement(),
            name=name,
            kind=kind,
            title=title,
            size_bytes=size_bytes,
            actor=current_visit().actor,
            now=datetime.now(UTC),
        )
        commit_request()
    except BaseException:
        portal().store.delete(original_key_of(name))
        raise


def _statement() -> Statement:
    statement = current_db().get_one(Statement, current_visit().statement_id)
    if statement.state is StatementState.WITHDRAWN:
        raise ChangeNotAllowed("This statement was withdrawn.")
    return statement


def _back(words: str, tone: str) -> ResponseReturnValue:
    tell_at("papers", words, tone)
    return redirect(url_for("speaker.page", _anchor="papers"), 303)
