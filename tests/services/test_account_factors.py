"""Second factors, recovery codes, sessions and links of accounts, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from pipeline.domain.accounts import (
    KEY_LIFE,
    KEYS_KEPT,
    SESSION_LIFE,
    SESSIONS_KEPT,
    WRONG_FACTORS,
    KeyPurpose,
    SignInWay,
)
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.roles import Role
from pipeline.domain.scopes import Scope
from pipeline.records.tables import SignInTry, StaffAccount, StaffIdentity, StaffKey, StaffSession
from pipeline.services import accounts
from pipeline.services.accounts_erasing import erase_account
from pipeline.services.accounts_factors import factors_of, record_wrong_factor, reset_factors, takes_no_more_tries
from pipeline.services.accounts_keys import find_key, invite_account, issue_key, use_key
from pipeline.services.accounts_leftovers import remove_old_account_rows
from pipeline.services.accounts_openid import account_of_identity
from pipeline.services.accounts_recovery import make_recovery_codes, take_recovery_code
from pipeline.services.accounts_roles import (
    LastAdministrator,
    change_role,
    check_account_version,
    deactivate_account,
    reactivate_account,
)
from pipeline.services.accounts_sessions import begin_session, end_sessions, find_session, list_sessions
from pipeline.services.accounts_totp import new_totp_secret, set_totp, take_totp
from pipeline.services.api_tokens import find_token, issue_token
from pipeline.services.events import SYSTEM
from pipeline.services.sealing import SecretBox
from tests.fixtures.totp import code_of

PASSWORD = "a long enough sentence"
BOX = SecretBox("of tests", "totp")


@pytest.fixture
def anna(database, password_hash, now):
    """The first account: an administrator."""
    with database.begin() as db:
        accounts.add_account(db, email="anna@example.org", password=PASSWORD, now=now)
    return database


def _anna(db) -> StaffAccount:
    return accounts.find_account(db, "anna@example.org")


def test_a_code_is_taken_once_and_no_older_one_after_it(anna, now):
    secret = new_totp_secret()
    with anna.begin() as db:
        assert not set_totp(db, _anna(db), secret=secret, code="000000x", box=BOX, actor=SYSTEM, now=now)
        assert set_totp(db, _anna(db), secret=secret, code=code_of(secret, now), box=BOX, actor=SYSTEM, now=now)
        assert secret not in _anna(db).totp_secret
    later = now + timedelta(minutes=2)
    with anna.begin() as db:
        tries = [code_of(secret, now), code_of(secret, later + timedelta(minutes=2)), code_of(secret, later)]
        assert [take_totp(db, _anna(db), code, box=BOX, now=later) for code in tries] == [False, False, True]
        assert not take_totp(db, _anna(db), code_of(secret, later), box=BOX, now=later)
        before = later - timedelta(seconds=30)
        assert not take_totp(db, _anna(db), code_of(secret, before), box=BOX, now=later)
        assert not take_totp(db, _anna(db), code_of(secret, later), box=SecretBox("another", "totp"), now=later)


def test_of_two_who_show_the_same_code_at_once_one_is_let_in(anna, now):
    secret = new_totp_secret()
    with anna.begin() as db:
        set_totp(db, _anna(db), secret=secret, code=code_of(secret, now), box=BOX, actor=SYSTEM, now=now)
        codes = make_recovery_codes(db, _anna(db), actor=SYSTEM, now=now)
    later = now + timedelta(minutes=2)
    ways = (
        lambda db: take_totp(db, _anna(db), code_of(secret, later), box=BOX, now=later),
        lambda db: take_recovery_code(db, _anna(db), codes[0], now=later),
    )
    for way in ways:
        ready = threading.Barrier(4)

        def show(way=way, ready=ready) -> bool:
            ready.wait()
            with anna.begin() as db:
                return way(db)

        with ThreadPoolExecutor(4) as pool:
            taken = [future.result() for future in [pool.submit(show) for _ in range(4)]]
        assert sorted(taken) == [False, False, False, True]


def test_each_recovery_code_is_good_once_however_it_is_typed(anna, now):
    with anna.begin() as db:
        codes = make_recovery_codes(db, _anna(db), actor=SYSTEM, now=now)
        assert len(set(codes)) == 10
        typed = codes[3].lower().replace("-", " ").replace("o", "0")
        assert [take_recovery_code(db, _anna(db), typed, now=now) for _ in range(2)] == [True, False]
        assert not take_recovery_code(db, _anna(db), "", now=now)
        assert factors_of(db, _anna(db)).recovery_codes == 9
        make_recovery_codes(db, _anna(db), actor=SYSTEM, now=now)
        assert not take_recovery_code(db, _anna(db), codes[4], now=now)


def test_after_many_wrong_factors_none_is_taken_for_a_while(anna, now):
    with anna.begin() as db:
        for _ in range(WRONG_FACTORS):
            assert not takes_no_more_tries(db, _anna(db).id, now=now)
            record_wrong_factor(db, _anna(db).id, now=now)
        assert takes_no_more_tries(db, _anna(db).id, now=now + timedelta(minutes=14))
        assert not takes_no_more_tries(db, _anna(db).id, now=now + timedelta(minutes=16))


def test_a_session_ends_by_time_by_hand_and_with_the_password(anna, now):
    with anna.begin() as db:
        begun = [begin_session(db, _anna(db), way=SignInWay.TOTP, browser="", now=now) for _ in range(3)]
        ids = [(session.id, key) for session, key in begun]

    def alive(moment=now) -> list[bool]:
        with anna.read() as db:
            return [find_session(db, session_id, key, now=moment) is not None for session_id, key in ids]

    assert alive() == [True, True, True]
    assert alive(now + SESSION_LIFE + timedelta(seconds=1)) == [False, False, False]
    with anna.begin() as db:
        assert find_session(db, ids[0][0], ids[1][1], now=now) is None
        end_sessions(db, _anna(db), actor=SYSTEM, now=now, besides=ids[1][0])
        assert [session.id for session in list_sessions(db, _anna(db).id, now=now)] == [ids[1][0]]
    assert alive() == [False, True, False]
    with anna.begin() as db:
        accounts.set_password(db, _anna(db), password="another long sentence", actor=SYSTEM, now=now)
    assert alive() == [False, False, False]
    with anna.begin() as db:
        begin_session(db, _anna(db), way=SignInWay.PASSWORD, browser="", now=now + SESSIONS_KEPT + timedelta(days=1))
        assert db.query(StaffSession).count() == 1


def test_a_session_begun_with_the_password_of_before_does_not_outlive_it(anna, now):
    """Somebody signs in while the password is being changed: the list of sessions to end did not have this one."""
    with anna.begin() as db:
        begun, key = begin_session(db, _anna(db), way=SignInWay.PASSWORD, browser="", now=now)
        session_id = begun.id
    with anna.begin() as db:
        _anna(db).session_key = "0" * 32
        assert find_session(db, session_id, key, now=now) is None


def test_resetting_takes_everything_but_the_password(anna, now):
    secret = new_totp_secret()
    with anna.begin() as db:
        set_totp(db, _anna(db), secret=secret, code=code_of(secret, now), box=BOX, actor=SYSTEM, now=now)
        make_recovery_codes(db, _anna(db), actor=SYSTEM, now=now)
        assert factors_of(db, _anna(db)).is_any
        reset_factors(db, _anna(db), actor=SYSTEM, now=now)
        factors = factors_of(db, _anna(db))
        assert (factors.is_any, factors.recovery_codes) == (False, 0)
        assert accounts.check_password(db, email="anna@example.org", password=PASSWORD, now=now)


def test_a_link_works_once_within_its_time_and_only_the_newest(anna, now):
    with anna.begin() as db:
        older, newer = (
            issue_key(db, _anna(db), KeyPurpose.RESET, actor=SYSTEM, now=now + timedelta(seconds=second))
            for second in range(2)
        )
        assert find_key(db, older, now=now) is None
        assert find_key(db, newer, now=now + KEY_LIFE[KeyPurpose.RESET] + timedelta(seconds=2)) is None
        key = find_key(db, newer, now=now)
        use_key(db, key, password="another long sentence", name=None, now=now)
        assert find_key(db, newer, now=now) is None
        assert accounts.check_password(db, email="anna@example.org", password="another long sentence", now=now)


def test_somebody_invited_has_no_password_that_fits(anna, now):
    with anna.begin() as db:
        invited = invite_account(db, email="Bela@example.org ", name=" B  ", role=Role.VIEWER, actor=SYSTEM, now=now)
        assert (invited.email, invited.name) == ("bela@example.org", "B")
        for password in ("", PASSWORD):
            assert accounts.check_password(db, email=invited.email, password=password, now=now) is None


def test_there_is_always_an_administrator_who_can_sign_in(anna, now):
    with anna.begin() as db:
        invite_account(db, email="b@example.org", name="", role=Role.ADMINISTRATOR, actor=SYSTEM, now=now)
        for change in (
            lambda: change_role(db, _anna(db), Role.STAFF, actor=SYSTEM, now=now),
            lambda: deactivate_account(db, _anna(db), actor=SYSTEM, now=now),
        ):
            with pytest.raises(LastAdministrator):
                change()
        accounts.add_account(db, email="c@example.org", password=PASSWORD, role=Role.ADMINISTRATOR, now=now)
        version = _anna(db).version
        change_role(db, _anna(db), Role.STAFF, actor=SYSTEM, now=now)
        with pytest.raises(ChangeNotAllowed):
            check_account_version(_anna(db), version)


def test_a_provider_lets_in_who_was_invited_by_the_verified_address_of_the_first_time(anna, now):
    def found(db, subject: str, email: str | None) -> StaffAccount | None:
        return account_of_identity(db, issuer="https://id.example", subject=subject, verified_email=email, now=now)

    with anna.begin() as db:
        assert found(db, "1", None) is None
        assert found(db, "1", "nobody@example.org") is None
        assert found(db, "1", "anna@example.org") is _anna(db)
        assert found(db, "1", "other@example.org") is _anna(db)
        assert found(db, "2", "anna@example.org") is None
        assert db.query(StaffIdentity).count() == 1
        accounts.add_account(db, email="c@example.org", password=PASSWORD, role=Role.ADMINISTRATOR, now=now)
        deactivate_account(db, _anna(db), actor=SYSTEM, now=now)
        assert found(db, "1", "anna@example.org") is None


def test_a_new_password_ends_links_that_would_set_another(anna, now):
    with anna.begin() as db:
        token = issue_key(db, _anna(db), KeyPurpose.RESET, actor=SYSTEM, now=now)
        assert find_key(db, token, now=now) is not None
        accounts.change_password(db, _anna(db), old_password=PASSWORD, new_password="another sentence", now=now)
        assert find_key(db, token, now=now) is None


def test_a_closed_account_opened_again_has_no_tokens(anna, now):
    with anna.begin() as db:
        bela = invite_account(db, email="bela@example.org", name="", role=Role.STAFF, actor=SYSTEM, now=now)
        token = issue_token(db, bela, name="nightly", scopes=[Scope.READ], days=1, actor=SYSTEM, now=now)
        assert find_token(db, token, now=now) is not None
        deactivate_account(db, bela, actor=SYSTEM, now=now)
        reactivate_account(db, bela, actor=SYSTEM, now=now)
        assert find_token(db, token, now=now) is None


def test_what_is_long_over_is_swept_away(anna, now):
    with anna.begin() as db:
        issue_key(db, _anna(db), KeyPurpose.RESET, actor=SYSTEM, now=now)
        begin_session(db, _anna(db), way=SignInWay.PASSWORD, browser="", now=now)
        accounts.check_password(db, email="anna@example.org", password="wrong", now=now)
        for later, left in ((timedelta(0), 3), (timedelta(hours=1), 2), (KEYS_KEPT + timedelta(days=1), 0)):
            remove_old_account_rows(db, now=now + later)
            assert sum(db.query(table).count() for table in (StaffKey, StaffSession, SignInTry)) == left


def test_the_last_administrator_is_not_erased(anna, now):
    with anna.begin() as db, pytest.raises(LastAdministrator):
        erase_account(db, _anna(db), actor=SYSTEM, now=now)
