"""A worker mails links to accounts: made at that moment, kept nowhere, in the language that was asked for."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from sqlalchemy import text

from config.settings import MailSettings
from pipeline.domain.accounts import KeyPurpose
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.roles import Role
from pipeline.records.tables import Base, StaffAccount, StaffKey
from pipeline.services.accounts_keys import end_keys, find_key, invite_account, mail_key
from pipeline.services.events import SYSTEM
from pipeline.services.restoring import hold_waiting_mails
from tests.fixtures.installation import Installation, run_job

_LINK = re.compile(r"^http://127\.0\.0\.1:8000/account/([A-Za-z0-9_-]{43})\?lang=fr\r?$", re.MULTILINE)


@pytest.fixture
def key_id(sqlite_installation: Installation) -> int:
    """An invitation whose mail waits."""
    now = datetime.now(UTC)
    with sqlite_installation.database.begin() as db:
        bela = invite_account(db, email="bela@example.org", name="Béla", role=Role.INTERPRETER, actor=SYSTEM, now=now)
        mail_key(db, bela, KeyPurpose.INVITATION, language="fr", actor=SYSTEM, now=now)
        return db.query(StaffKey).one().id


def _send(place: Installation, key_id: int) -> list[str]:
    job = place.job(JobKind.ACCOUNT_MAIL, key_id)
    if job.state is JobState.QUEUED:
        run_job(place.context(), job.id)
    files = sorted(place.settings.mail_dir.glob("*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [f"{mail['To']}\n{mail['Subject']}\n{mail.get_content()}" for mail in mails]


def test_an_invitation_brings_a_link_that_works_and_that_no_record_holds(sqlite_installation, key_id) -> None:
    (mail,) = _send(sqlite_installation, key_id)
    assert mail.startswith("bela@example.org\nVotre compte\n")
    assert "Béla" in mail
    token = _LINK.search(mail)[1]
    with sqlite_installation.database.read() as db:
        key = find_key(db, token, now=datetime.now(UTC))
        assert key is not None
        assert key.sent_at is not None
        for table in Base.metadata.sorted_tables:
            rows = db.execute(text(f'SELECT * FROM "{table.name}"')).all()  # noqa: S608 - names of ours
            assert token not in str(rows)


def test_a_link_that_ended_meanwhile_is_not_mailed(sqlite_installation, key_id) -> None:
    with sqlite_installation.database.begin() as db:
        end_keys(db, db.query(StaffAccount).one(), now=datetime.now(UTC))
    assert _send(sqlite_installation, key_id) == []


def test_a_server_that_is_away_gets_it_later_and_the_link_is_another(sqlite_installation, key_id) -> None:
    settings = sqlite_installation.settings
    away = MailSettings(kind="smtp", host="127.0.0.1", port=9, security="none", sender="desk@example.net")
    sqlite_installation.settings = settings.model_copy(update={"mails": away})
    assert _send(sqlite_installation, key_id) == []
    job = sqlite_installation.job(JobKind.ACCOUNT_MAIL, key_id)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)


def test_a_restored_installation_writes_to_nobody(sqlite_installation, key_id) -> None:
    with sqlite_installation.database.begin() as db:
        hold_waiting_mails(db)
    assert _send(sqlite_installation, key_id) == []


def test_an_address_that_the_server_refuses_ends_the_link(sqlite_installation, key_id, mail_server) -> None:
    port = mail_server(RCPT="550 no such user").port
    settings = sqlite_installation.settings
    there = MailSettings(kind="smtp", host="127.0.0.1", port=port, security="none", sender="desk@example.net")
    sqlite_installation.settings = settings.model_copy(update={"mails": there})
    _send(sqlite_installation, key_id)
    with sqlite_installation.database.read() as db:
        assert db.get_one(StaffKey, key_id).revoked_at is not None
