"""Administrators and accounts: inviting, roles, closing, helping; and links by which a password is set."""

import pytest

from pipeline.domain.jobs import JobKind
from pipeline.domain.roles import Role
from pipeline.records.tables import Base, Event, Job, StaffAccount, StaffKey
from pipeline.services.accounts_keys import prepare_key_mail
from tests.fixtures.desk import EMAIL, PASSWORD, Browser
from webapp.views import staff_keys

ACCOUNTS = "/staff/accounts/"
NEW = "bela@example.org"


@pytest.fixture
def chief(anna, sqlite_database, account_id) -> Browser:
    """A signed-in administrator."""
    with sqlite_database.begin() as db:
        db.get_one(StaffAccount, account_id).role = Role.ADMINISTRATOR
    return anna


@pytest.fixture
def invited(chief, sqlite_database) -> str:
    """The address of the page of somebody who was invited."""
    answer = chief.press(ACCOUNTS, "/invite", email=NEW, name="Bela", role="interpreter", language="fr")
    assert answer.status_code == 303
    return answer.location


def _link(database) -> str:
    """What the newest mail leads to."""
    with database.begin() as db:
        key = db.query(StaffKey).order_by(StaffKey.id.desc()).first()
        mail = prepare_key_mail(db, key.id, public_url="", now=key.created_at)
        assert mail.address == db.get_one(StaffAccount, key.account_id).email
        return mail.letter.link


def test_somebody_invited_chooses_a_password_and_comes_in(chief, invited, visit, sqlite_database):
    assert "the mail is not sent yet" in chief.get(invited).text
    with sqlite_database.read() as db:
        assert db.query(Job).one().kind is JobKind.ACCOUNT_MAIL
    bela, link = visit(language="fr"), _link(sqlite_database)
    assert link.endswith("?lang=fr")
    short = bela.press(link, link.partition("?")[0], name="Béla", password="short", repeated="short")
    assert short.status_code == 422
    done = bela.press(link, link.partition("?")[0], name="Béla", password=PASSWORD, repeated=PASSWORD)
    assert done.location == "/sign-in"
    assert visit().get(link).status_code == 404
    assert bela.sign_in(NEW).status_code == 303
    assert "Béla" in chief.get(ACCOUNTS).text
    assert bela.get(ACCOUNTS).status_code == 403
    assert bela.get("/staff/").status_code == 403


@pytest.mark.parametrize(
    ("values", "words"),
    [({"email": EMAIL}, "There is already an account"), ({"email": "bela"}, "Please write an e-mail address")],
)
def test_who_cannot_be_invited_is_said_beside_the_field(chief, values, words):
    answer = chief.press(ACCOUNTS, "/invite", **{"name": "", "role": "staff", "language": "en", **values})
    assert answer.status_code == 422
    assert words in answer.text


def test_a_link_to_pass_on_is_shown_once_and_never_for_who_has_a_password(chief, invited, visit, sqlite_database):
    page = chief.press(invited, "/show-link")
    assert page.status_code == 200
    link = page.text.split('value="https://portal.example')[1].split('"')[0]
    assert visit().get(link).status_code == 200
    number = invited.strip("/").rpartition("/")[2]
    with sqlite_database.begin() as db:
        db.get_one(StaffAccount, int(number)).password_hash = "something"
    form = chief.open(invited).form("/mail-link")
    form.action = form.action.replace("mail-link", "show-link")
    assert chief.send(form).status_code == 409


def test_an_account_is_closed_opened_and_given_another_role(chief, invited, sqlite_database):
    for ending, values in (("/close", {}), ("/open", {}), ("/role", {"role": "viewer"})):
        assert chief.press(invited, ending, **values).status_code == 303
    with sqlite_database.read() as db:
        account = db.query(StaffAccount).filter(StaffAccount.email == NEW).one()
        assert (account.is_active, account.role) == (True, Role.VIEWER)
        names = [event.name for event in db.query(Event).filter(Event.subject_id == account.id)]
    assert {"account.deactivated", "account.reactivated", "account.role_changed"} <= set(names)


def test_the_second_of_two_administrators_is_told_that_the_account_changed(chief, invited):
    seen = chief.open(invited)
    assert chief.send(seen.form("/close")).status_code == 303
    assert chief.send(seen.form("/role"), role="viewer").status_code == 409


def test_the_last_administrator_cannot_give_the_role_away(chief, account_id, sqlite_database):
    answer = chief.press(f"{ACCOUNTS}{account_id}/", "/role", role="viewer")
    assert "This is the last administrator" in chief.get(answer.location).text
    with sqlite_database.read() as db:
        assert db.get_one(StaffAccount, account_id).role is Role.ADMINISTRATOR


def test_a_forgotten_password_is_set_by_a_mailed_link(visit, account_id, sqlite_database, monkeypatch):
    monkeypatch.setattr(staff_keys, "ANSWER_SECONDS", 0.0)
    browser = visit()
    answers = [browser.press("/forgotten", "/forgotten", email=email) for email in (EMAIL, "nobody@example.org")]
    assert [answer.location for answer in answers] == ["/forgotten/asked"] * 2
    with sqlite_database.read() as db:
        assert db.query(StaffKey).count() == 1
    new = "another long sentence"
    link = _link(sqlite_database)
    assert browser.press(link, link.partition("?")[0], password=new, repeated=new).location == "/sign-in"
    assert browser.sign_in().status_code == 422
    assert browser.sign_in(password=new).status_code == 303


def test_asking_for_links_is_slowed_down(visit, account_id, monkeypatch):
    monkeypatch.setattr(staff_keys, "ANSWER_SECONDS", 0.0)
    browser = visit()
    statuses = [browser.press("/forgotten", "/forgotten", email=EMAIL).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_a_closed_account_gets_no_link(visit, account_id, sqlite_database, monkeypatch):
    monkeypatch.setattr(staff_keys, "ANSWER_SECONDS", 0.0)
    with sqlite_database.begin() as db:
        db.get_one(StaffAccount, account_id).is_active = False
    visit().press("/forgotten", "/forgotten", email=EMAIL)
    with sqlite_database.read() as db:
        assert db.query(StaffKey).count() == 0


def test_a_closed_account_is_erased_and_nothing_names_the_person(chief, invited, sqlite_database):
    chief.press(invited, "/close")
    with sqlite_database.read() as db:
        assert _rows_with(db, NEW, "Bela") == {"staff_account"}
    assert chief.press(invited, "/erase").location == ACCOUNTS
    assert chief.get(invited).status_code == 404
    assert NEW not in chief.get(ACCOUNTS).text
    with sqlite_database.read() as db:
        assert _rows_with(db, NEW, "Bela") == set()
        assert db.query(StaffKey).count() == 0
        assert "account.erased" in {event.name for event in db.query(Event)}


def _rows_with(db, *words: str) -> set[str]:
    """The tables in which any of these words stand."""
    rows = {table.name: str(db.execute(table.select()).all()) for table in Base.metadata.sorted_tables}
    return {name for name, text in rows.items() if any(word in text for word in words)}
