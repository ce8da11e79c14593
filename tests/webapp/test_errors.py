"""What people are told when something is not there, not allowed or out of order: words, never a trace."""

import pytest
from sqlalchemy.exc import OperationalError

from pipeline.domain.errors import ChangeNotAllowed, InputRefused
from pipeline.records.database import Database
from pipeline.storage.folder import FolderStore
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.desk import Browser
from tests.fixtures.logs import logs_set_up
from webapp.access import public
from webapp.app import create_app


@pytest.fixture
def failing(portal):
    """An endpoint that raises what it is given."""

    def give(error: Exception) -> Browser:
        @public
        def fail() -> str:
            raise error

        portal.add_url_rule("/fail", "fail", fail)
        return Browser(portal)

    return give


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (RuntimeError("a secret"), 500, "Something went wrong on our side"),
        (StoreUnavailable("bucket at 10.0.0.1 is away"), 503, "We cannot answer right now"),
        (OperationalError("SELECT 'a secret'", {}, Exception("a secret")), 503, "We cannot answer right now"),
        (ChangeNotAllowed("a state"), 409, "This changed while you looked"),
        (InputRefused("The picture is upside down."), 422, "The picture is upside down."),
    ],
)
def test_an_exception_becomes_a_page(failing, error, status, words):
    answer = failing(error).get("/fail")
    assert answer.status_code == status
    assert words in answer.text
    for leak in ("a secret", "10.0.0.1", "Traceback", "RuntimeError"):
        assert leak not in answer.text


def test_what_went_wrong_is_logged_without_its_words(failing, capfd):
    with logs_set_up(capfd) as read_logs:
        failing(RuntimeError("a secret")).get("/fail")
        logged = read_logs()
    assert "RuntimeError" in logged
    assert "test_errors.py" in logged
    assert "a secret" not in logged


def test_scripts_are_answered_in_json(failing):
    answer = failing(StoreUnavailable("")).get("/fail", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.json["error"] == "We cannot answer right now"
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nothing is here"), ("fr", "Il n’y a rien ici"), ("es", "Aquí no hay nada")]
)
def test_a_missing_page_speaks_the_readers_language(visit, language, words):
    answer = visit(language=language).get("/nothing-here")
    assert answer.status_code == 404
    assert words in answer.text


def test_a_wrong_method_says_which_are_right(visit):
    answer = visit().get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.fixture
def portal_without_database(portal_settings, tmp_path, producer):
    database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    yield create_app(portal_settings, database, FolderStore(tmp_path / "store"), producer, producer.waiting)
    database.close()


def test_a_database_that_is_away_is_said_plainly(portal_without_database):
    browser = Browser(portal_without_database)
    answer = browser.press("/sign-in", "/sign-in", email="a@b.example", password="x")
    assert answer.status_code == 503
    assert "We cannot answer right now" in answer.text


def test_the_portal_lives_whatever_is_away(portal_without_database):
    answer = Browser(portal_without_database).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})


@pytest.mark.parametrize(
    ("address", "status"),
    [("/staff/statements/99999999999999999999/", 404), ("/staff/mails/?before=99999999999999999999", 404)],
)
def test_a_number_that_no_record_can_hold_is_of_nothing(anna, address, status):
    assert anna.get(address).status_code == status
