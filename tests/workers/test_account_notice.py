"""A worker tells people what happened to the way into their account, in the language in which they were invited."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from pipeline.domain.accounts import WRONG_FACTORS, KeyPurpose
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.roles import Role
from pipeline.records.tables import Job, StaffAccount
from pipeline.services.accounts import set_password
from pipeline.services.accounts_erasing import erase_account
from pipeline.services.accounts_factors import record_wrong_factor, reset_factors
from pipeline.services.accounts_keys import invite_account, mail_key
from pipeline.services.accounts_recovery import make_recovery_codes, take_recovery_code
from pipeline.services.events import SYSTEM
from pipeline.services.restoring import hold_waiting_mails
from tests.fixtures.installation import Installation, run_job

NOW = datetime.now(UTC)
PASSWORD = "a long enough sentence"


@pytest.fixture
def place(sqlite_installation: Installation, password_hash: str) -> Installation:
    """Somebody who was invited in French, and chose a password: of that nobody has to be told."""
    with sqlite_installation.database.begin() as db:
        bela = invite_account(db, email="bela@example.org", name="Béla", role=Role.STAFF, actor=SYSTEM, now=NOW)
        mail_key(db, bela, KeyPurpose.INVITATION, language="fr", actor=SYSTEM, now=NOW)
        set_password(db, bela, password=PASSWORD, actor=SYSTEM, now=NOW)
    return sqlite_installation


def _send(place: Installation) -> list[str]:
    with place.database.read() as db:
        waiting = db.query(Job).filter(Job.kind == JobKind.ACCOUNT_NOTICE, Job.state == JobState.QUEUED)
        ids = [job.id for job in waiting]
    for job_id in ids:
        run_job(place.context(), job_id)
    mails = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted(place.settings.mail_dir.glob("*.eml"))
    ]
    return [f"{mail['To']}\n{mail['Subject']}\n{mail.get_content()}" for mail in mails]


def _use_recovery_code(db, account) -> None:
    codes = make_recovery_codes(db, account, actor=SYSTEM, now=NOW)
    assert take_recovery_code(db, account, codes[0], now=NOW)


def _try_wrong_factors(db, account) -> None:
    for _ in range(WRONG_FACTORS):
        record_wrong_factor(db, account.id, now=NOW)


HAPPENED = {
    "code de secours": _use_recovery_code,
    "ont été retirés": lambda db, account: reset_factors(db, account, actor=SYSTEM, now=NOW),
    "mot de passe de votre compte a été changé": lambda db, account: set_password(
        db, account, password="another long sentence", actor=SYSTEM, now=NOW
    ),
    "beaucoup de codes faux": _try_wrong_factors,
}


@pytest.mark.parametrize("words", HAPPENED)
def test_who_owns_an_account_hears_what_happened_to_it(place, words) -> None:
    assert _send(place) == []
    with place.database.begin() as db:
        HAPPENED[words](db, db.query(StaffAccount).one())
    (mail,) = _send(place)
    assert mail.startswith("bela@example.org\nVotre compte\n")
    assert words in " ".join(mail.split())
    assert "http" not in mail


@pytest.mark.parametrize("end", ["erased", "restored"])
def test_nobody_is_told_who_was_erased_or_by_records_that_were_restored(place, end) -> None:
    with place.database.begin() as db:
        bela = db.query(StaffAccount).one()
        _use_recovery_code(db, bela)
        if end == "erased":
            bela.role = Role.VIEWER
            erase_account(db, bela, actor=SYSTEM, now=NOW)
        else:
            hold_waiting_mails(db)
    assert _send(place) == []
