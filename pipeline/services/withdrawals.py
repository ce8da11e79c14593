"""A speaker changes their mind: withdraws all or one item, or no longer consents. What may not be out comes down.

Whatever is decided here ends in the same question: is less allowed to be shown than before? Then a release without it
is made. Nothing is ever added to what is out: that waits for people to publish.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES, Audience, ConsentItem, NameForm
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.mails import MailKind
from pipeline.domain.statements import StatementAction, StatementState
from pipeline.records.tables import Paper, Statement, Upload
from pipeline.services.alignments import follow_text
from pipeline.services.approvals import take_back_approvals
from pipeline.services.consents import answer_consent, audience_of, choose_name
from pipeline.services.events import Actor, record_event
from pipeline.services.mails import queue_mail
from pipeline.services.missions_releases import keep_for_missions, stays_with_missions
from pipeline.services.papers import remove_paper
from pipeline.services.recordings import lock_statement, move_statement
from pipeline.services.releases import (
    after_withdrawal,
    lock_country,
    take_down_statement,
    take_out,
)
from pipeline.services.sheet_kinds import follow_language
from pipeline.services.shown_parts import ShownParts, parts_now
from pipeline.services.statement_contents import Written, remove_content, save_content
from pipeline.services.uploads import forget_upload, unfinished_uploads


def withdraw_statement(db: Session, *, statement: Statement, actor: Actor, now: datetime) -> None:
    """Withdraw all, from any state: work on it stops, what is out comes down, no consent is left standing.

    Recordings, text and papers are taken away for good. Raises `ChangeNotAllowed` when it is withdrawn already.
    """
    lock_country(db, statement.speaker.country_id)
    lock_statement(db, statement.id)
    move_statement(statement, StatementAction.WITHDRAW, now=now)
    nobody = dict.fromkeys(ConsentItem, Audience.NOBODY)
    answer_consent(db, statement=statement, answers=nobody, actor=actor, now=now)
    _record(db, "statement.withdrawn", statement, actor, now)
    remove_content(db, statement=statement, actor=actor, now=now, keeps_details=False)
    _remove_papers(db, statement, actor, now)
    statement.name_form, statement.alias = NameForm.FULL, ""
    _withdraw_recordings(db, statement, actor, now)
    queue_mail(db, statement, MailKind.WITHDRAWN, now=now)


def withdraw_item(db: Session, *, statement: Statement, item: ConsentItem, actor: Actor, now: datetime) -> None:
    """Withdraw one item; what was handed in of it is taken away for good.

    After the recording was withdrawn another one can be handed in. Raises `ChangeNotAllowed`.
    """
    with _showing_less(db, statement, actor, now):
        answers = {item: Audience.NOBODY}
        answer_consent(db, statement=statement, answers=answers, actor=actor, now=now)
        _record(db, "item.withdrawn", statement, actor, now, item=item.value)
        if item is ConsentItem.TEXT:
            remove_content(db, statement=statement, actor=actor, now=now)
        elif item is ConsentItem.PAPERS:
            _remove_papers(db, statement, actor, now)
        elif item is ConsentItem.NAME:
            choose_name(db, statement=statement, form=NameForm.ORGANISATION, alias="", actor=actor, now=now)
        else:
            move_statement(statement, StatementAction.WITHDRAW, now=now)
            _withdraw_recordings(db, statement, actor, now)
            move_statement(statement, StatementAction.INVITE_AGAIN, now=now)
            statement.current_recording_id = None
            statement.sent_back_reason = ""


def change_consent(
    db: Session,
    *,
    statement: Statement,
    answers: Mapping[ConsentItem, Audience],
    actor: Actor,
    now: datetime,
    name: tuple[NameForm, str] | None = None,
) -> None:
    """Keep answers about consent, and how the speaker is named: form and alias. Raises `NameRefused`."""
    with _showing_less(db, statement, actor, now):
        before = audience_of(statement, ConsentItem.RECORDING)
        answer_consent(db, statement=statement, answers=answers, actor=actor, now=now)
        if name is not None:
            choose_name(db, statement=statement, form=name[0], alias=name[1], actor=actor, now=now)
        if _is_less(audience_of(statement, ConsentItem.RECORDING), before):
            _narrow(db, statement, actor, now)


def change_content(db: Session, *, statement: Statement, wanted: Written, actor: Actor, now: datetime) -> bool:
    """Keep what the speaker wrote; a text that is out in another version is taken out. True when something changed."""
    with _showing_less(db, statement, actor, now):
        is_another = save_content(db, statement=statement, wanted=wanted, actor=actor, now=now)
        if is_another:
            follow_language(db, statement, now=now)
            follow_text(db, statement, now=now)
        return is_another


def withdraw_paper(db: Session, *, statement: Statement, paper: Paper, actor: Actor, now: datetime) -> None:
    """Take one paper back."""
    with _showing_less(db, statement, actor, now):
        remove_paper(db, paper, actor=actor, now=now)


@contextmanager
def _showing_less(db: Session, statement: Statement, actor: Actor, now: datetime) -> Iterator[None]:
    """Make a change; where something may no longer be shown after it, a release without that is made.

    Raises `ChangeNotAllowed` for a withdrawn statement: what came after the withdrawal would stay for good.
    """
    lock_country(db, statement.speaker.country_id)
    if lock_statement(db, statement.id).state is StatementState.WITHDRAWN:
        raise ChangeNotAllowed("This statement was withdrawn. Nothing is added to it.")
    before = _parts_by_audience(statement)
    yield
    db.flush()
    if not all(old.is_within(new) for old, new in zip(before, _parts_by_audience(statement), strict=True)):
        take_out(db, statement, actor=actor, now=now)


def _parts_by_audience(statement: Statement) -> list[ShownParts]:
    return [parts_now(statement, audience) for audience in RELEASE_AUDIENCES]


def _is_less(now: Audience, before: Audience) -> bool:
    """Whether somebody who could see it may not any more."""
    by_reach = list(Audience)
    return by_reach.index(now) > by_reach.index(before)


def _narrow(db: Session, statement: Statement, actor: Actor, now: datetime) -> None:
    """Take a recording away from those who may see it no more; what only missions may see stays out for them."""
    if audience_of(statement, ConsentItem.RECORDING) is Audience.MISSIONS:
        keep_for_missions(db, statement.speaker.country, actor=actor, now=now)
    if statement.state is StatementState.PUBLISHED and not stays_with_missions(db, statement):
        take_down_statement(db, statement, actor=actor, now=now)
    else:
        take_out(db, statement, actor=actor, now=now)


def _remove_papers(db: Session, statement: Statement, actor: Actor, now: datetime) -> None:
    for paper in statement.papers:
        remove_paper(db, paper, actor=actor, now=now)


def _withdraw_recordings(db: Session, statement: Statement, actor: Actor, now: datetime) -> None:
    """No recording is kept; what is out of them comes down."""
    statement.approved_recording_id = None
    take_back_approvals(statement, now=now)
    for recording in statement.recordings:
        if recording.withdrawn_at is None:
            recording.withdrawn_at = now
            recording.preview_words = ""
            facts = {"recording_id": recording.id, "size_bytes": recording.size_bytes}
            _record(db, "recording.withdrawn", statement, actor, now, **facts)
    for unfinished in db.scalars(unfinished_uploads().where(Upload.statement_id == statement.id)).all():
        forget_upload(db, unfinished, actor=actor, now=now)
    after_withdrawal(db, statement, actor=actor, now=now)


def _record(db: Session, name: str, statement: Statement, actor: Actor, now: datetime, **facts: int | str) -> None:
    record_event(db, name, subject_kind="statement", subject_id=statement.id, actor=actor, now=now, **facts)
