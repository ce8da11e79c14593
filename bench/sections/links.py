"""How soon a revoked link opens nothing, for each kind of address, as a client sees it that asks all the time."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from pydantic import SecretStr

from bench.rows import Row, SectionResult
from bench.stage import Stage
from config.settings import Settings
from pipeline.domain.consents import Audience
from pipeline.domain.jobs import Queue
from pipeline.records.database import Database, upgrade_schema
from pipeline.records.tables import Country, MissionLink, Release
from pipeline.services.events import SYSTEM
from pipeline.services.mission_links import issue_mission_link, revoke_mission_link
from pipeline.storage.attributes import content_type_of
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import site_prefix
from webapp.app import create_app

_NAME = "a" * 32
_KINDS = {
    "a page": "index.html",
    "a manifest": f"r/{_NAME}/programme/master.m3u8",
    "a range of a film": f"media/{_NAME}/v240.mp4",
    "subtitles": f"r/{_NAME}/s/1/subtitles/en.vtt",
    "an image": f"media/{_NAME}/poster.jpg",
    "a paper": f"r/{_NAME}/s/1/paper-1.pdf",
}
_ROUNDS = 5
_AT_MOST_MS = 5000.0


class _SendsNothing:
    """A broker that nobody listens to."""

    def send(self, job_id: int, queue: Queue) -> None:
        """Forget it."""


def measure_links(stage: Stage) -> SectionResult:
    """Milliseconds from the commit that revokes a link to the first refusal, the worst of some rounds."""
    folder = stage.fresh("links")
    url = f"sqlite:///{folder / 'presession.sqlite3'}"
    upgrade_schema(url)
    database, store = Database(url), FolderStore(folder / "store")
    _fill(database, store)
    settings = Settings(data_dir=folder, secret_key=SecretStr("of-the-bench"))
    client = create_app(settings, database, store, _SendsNothing(), lambda _queue: None).test_client()
    rows = [
        Row(f"revoked until refused: {kind}", worst, "ms", _AT_MOST_MS, f"the worst of {_ROUNDS}")
        for kind, worst in _worst(database, client)
    ]
    return SectionResult(rows, {"rounds": _ROUNDS})


def _fill(database: Database, store: FolderStore) -> None:
    """A country that is out for missions, with a file of each kind."""
    from tests.fixtures.panels import load_plan, session_plan  # noqa: PLC0415 - needs what the tests need

    load_plan(database, session_plan("36", MW=1))
    with database.begin() as db:
        country, now = db.query(Country).one(), datetime.now(UTC)
        release = Release(country_id=country.id, number=1, name=_NAME, audience=Audience.MISSIONS, created_at=now)
        db.add(release)
        db.flush()
        country.point_at(Audience.MISSIONS, release.id)
    for path in _KINDS.values():
        key = site_prefix("36", "MW", Audience.MISSIONS) + path
        store.put_bytes(key, b"x" * 100_000, content_type=content_type_of(path))


def _worst(database: Database, client: FlaskClient) -> Iterator[tuple[str, float]]:
    for kind, path in _KINDS.items():
        yield kind, max(_milliseconds(database, client, path) for _ in range(_ROUNDS))


def _milliseconds(database: Database, client: FlaskClient, path: str) -> float:
    now = datetime.now(UTC)
    with database.begin() as db:
        country, until = db.query(Country).one(), now + timedelta(days=1)
        token = issue_mission_link(
            db, country.pre_session, label="Norway", country=country, expires_at=until, actor=SYSTEM, now=now
        )
    address, asked = f"/m/{token}/mw/{path}", {"Range": "bytes=0-99"}
    if client.get(address, headers=asked, buffered=True).status_code not in {200, 206}:
        raise RuntimeError("A link that is good was refused.")
    with database.begin() as db:
        newest = db.query(MissionLink).filter(MissionLink.revoked_at.is_(None)).one()
        revoke_mission_link(db, newest, actor=SYSTEM, now=now)
    begun = time.perf_counter()
    while client.get(address, headers=asked, buffered=True).status_code != 404:
        pass
    return 1000 * (time.perf_counter() - begun)
