"""Migrations and tables say the same on both databases, forwards and backwards."""

import threading
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from pipeline.domain.consents import NameForm
from pipeline.domain.pre_sessions import SpeakerKind
from pipeline.records.database import Database, upgrade_schema
from pipeline.records.schema import TablesTooNew, downgrade_schema, schema_is_current
from pipeline.records.tables import Base, Country, PreSession, Release, Speaker, Statement

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'empty.sqlite3'}"
    return request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def empty_database(empty_url):
    database = Database(empty_url)
    yield database
    database.close()


def test_migrations_give_exactly_the_tables_that_the_code_declares(empty_database, empty_url):
    upgrade_schema(empty_url)
    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing(empty_database, empty_url):
    upgrade_schema(empty_url)
    upgrade_schema(empty_url)
    assert set(inspect(empty_database.engine).get_table_names()) >= set(Base.metadata.tables)


def test_two_processes_may_upgrade_at_once(empty_database, empty_url):
    assert at_once(lambda: upgrade_schema(empty_url)) == []


def test_connections_that_open_a_new_sqlite_file_at_once_all_get_it(tmp_path):
    for number in range(60):
        url = f"sqlite:///{tmp_path / f'{number}.sqlite3'}"
        assert at_once(lambda url=url: Database(url).engine.connect().close()) == []


def at_once(action):
    """What four threads that do the same at the same moment ran into."""
    problems = []
    ready = threading.Barrier(4)

    def act():
        ready.wait()
        try:
            action()
        except Exception as error:  # noqa: BLE001
            problems.append(error)

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_tables_with_rows_that_point_at_each_other_can_be_taken_back_and_made_again(database, now):
    with database.begin() as db:
        country = _country(db)
        release = Release(country_id=country.id, number=1, name="0" * 32, created_at=now, facts={})
        db.add(release)
        db.flush()
        country.live_release_id = release.id
    downgrade_schema(database.url)
    assert not set(inspect(database.engine).get_table_names()) & set(Base.metadata.tables)
    upgrade_schema(database.url)
    with database.read() as db:
        assert db.get(Country, 1) is None


def test_rows_outlive_a_step_back_and_forth(database, now):
    with database.begin() as db:
        country = _country(db)
        country.speakers.append(
            Speaker(position=1, name="A", organisation="B", kind=SpeakerKind.CSO, language="en", theme="")
        )
        db.flush()
        db.add(Statement(speaker_id=country.speakers[0].id, state_since=now))
    downgrade_schema(database.url, "0002")
    upgrade_schema(database.url)
    with database.read() as db:
        statement = db.scalars(select(Statement)).one()
        assert (statement.speaker.name, statement.speaker.country.code) == ("A", "MW")
        assert (statement.name_form, statement.alias, statement.blurs_faces) == (NameForm.FULL, "", False)


def _country(db):
    pre_session = PreSession(
        slug="36",
        title="36th session",
        starts_on=date(2020, 10, 6),
        ends_on=date(2020, 10, 9),
        is_confirmed=False,
        place="Geneva",
        min_seconds=300,
        max_seconds=420,
        tolerance_seconds=10,
        subtitle_languages=["en"],
    )
    country = Country(code="MW", pre_session=pre_session)
    db.add(country)
    db.flush()
    return country


def test_tables_of_a_newer_version_are_left_alone(empty_database, empty_url):
    upgrade_schema(empty_url)
    with empty_database.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for look in (upgrade_schema, schema_is_current):
        with pytest.raises(TablesTooNew, match="newer version"):
            look(empty_url)
