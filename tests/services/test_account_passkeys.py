"""Passkeys on both databases: what a device answers counts once, for its account, its site and its question."""

from datetime import timedelta

import pytest

from pipeline.domain.accounts import MAX_PASSKEYS
from pipeline.domain.errors import WrongUsage
from pipeline.records.tables import StaffAccount, StaffPasskey
from pipeline.services import accounts
from pipeline.services.accounts_passkeys import (
    QUESTION_LIFE,
    Question,
    Site,
    add_passkey,
    ask_for_known,
    ask_for_new,
    list_passkeys,
    take_passkey,
)
from tests.fixtures.passkey_device import Device

SITE = Site("portal.example", "https://portal.example", "Portal")
PASSWORD = "a long enough sentence"


@pytest.fixture
def kept(database, password_hash, now):
    """Two accounts."""
    with database.begin() as db:
        for email in ("anna@example.org", "bela@example.org"):
            accounts.add_account(db, email=email, password=PASSWORD, now=now)
    return database


def _account(db, name: str = "anna") -> StaffAccount:
    return accounts.find_account(db, f"{name}@example.org")


def _add(db, device: Device, now, name: str = "anna") -> StaffPasskey | None:
    account = _account(db, name)
    options, challenge = ask_for_new(list_passkeys(db, account.id), account, site=SITE)
    answer = device.make(options)
    return add_passkey(db, account, answer, question=Question(challenge, now), site=SITE, name=" key ", now=now)


@pytest.fixture
def device(kept, now) -> Device:
    """The passkey of the first account."""
    made = Device(SITE.host, SITE.origin)
    with kept.begin() as db:
        assert _add(db, made, now).name == "key"
    return made


def _ask(db, moment, name: str = "anna") -> tuple[str, Question]:
    options, challenge = ask_for_known(list_passkeys(db, _account(db, name).id), site=SITE)
    return options, Question(challenge, moment)


def test_a_passkey_answers_a_question_once(kept, device, now):
    with kept.begin() as db:
        options, question = _ask(db, now)
        answer = device.show(options)
        later = now + timedelta(seconds=5)
        assert take_passkey(db, _account(db), answer, question=question, site=SITE, now=later)
        assert not take_passkey(db, _account(db), answer, question=question, site=SITE, now=later)
        options, question = _ask(db, later + timedelta(seconds=1))
        assert take_passkey(db, _account(db), device.show(options), question=question, site=SITE, now=later)


def test_a_key_without_a_counter_answers_a_question_once_too(kept, device, now):
    with kept.begin() as db:
        options, question = _ask(db, now)
        device.count = -1
        answer = device.show(options)
        assert take_passkey(db, _account(db), answer, question=question, site=SITE, now=now)
        assert not take_passkey(db, _account(db), answer, question=question, site=SITE, now=now)


@pytest.mark.parametrize("wrong", ["origin", "host", "question", "late", "account", "key", "copied", "nonsense"])
def test_what_is_not_as_it_should_be_lets_nobody_in(kept, device, now, wrong):
    with kept.begin() as db:
        options, question = _ask(db, now)
        moment, name, site = now, "anna", SITE
        if wrong == "origin":
            device.origin = "https://portal.example.evil"
        if wrong == "host":
            device.host = "evil.example"
        if wrong == "question":
            question = _ask(db, now)[1]
        if wrong == "late":
            moment = now + QUESTION_LIFE + timedelta(seconds=1)
        if wrong == "account":
            name = "bela"
        if wrong == "key":
            device.key = Device(SITE.host, SITE.origin).key
        if wrong == "copied":
            db.query(StaffPasskey).one().sign_count = 100
        answer = "{" if wrong == "nonsense" else device.show(options)
        assert not take_passkey(db, _account(db, name), answer, question=question, site=site, now=moment)
        assert db.query(StaffPasskey).one().used_at is None


def test_a_new_passkey_must_answer_its_own_question_in_time_and_place(kept, now):
    with kept.begin() as db:
        assert _add(db, Device(SITE.host, "https://evil.example"), now) is None
        options, _challenge = ask_for_new([], _account(db), site=SITE)
        asked_long_ago = Question(ask_for_new([], _account(db), site=SITE)[1], now - QUESTION_LIFE - timedelta(1))
        for question in (asked_long_ago, Question(asked_long_ago.challenge, now)):
            answer = Device(SITE.host, SITE.origin).make(options)
            assert add_passkey(db, _account(db), answer, question=question, site=SITE, name="", now=now) is None
        assert db.query(StaffPasskey).count() == 0


def test_there_is_an_end_to_passkeys(kept, now):
    with kept.begin() as db:
        for _ in range(MAX_PASSKEYS):
            assert _add(db, Device(SITE.host, SITE.origin), now) is not None
        with pytest.raises(WrongUsage):
            _add(db, Device(SITE.host, SITE.origin), now)
