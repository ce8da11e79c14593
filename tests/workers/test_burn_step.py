"""A film with subtitles in the picture is made when asked for, found again, and goes with its recording."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.domain.burning import BurnSize
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.packages import Package
from pipeline.records.tables import BurnedFilm, Job, Recording
from pipeline.services.burned_films import BurnedState, ask_for_film, find_film, list_films
from pipeline.services.erasing import erase_withdrawn
from pipeline.services.tracks import add_track, remove_track
from presession.cli import main
from tests.fixtures.clock import NOW
from tests.fixtures.encoded import probe
from tests.fixtures.installation import Installation, run_job
from tests.fixtures.panels import STAFF

WORDS = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords of mine\n"


def _run(installation: Installation, kind: JobKind, recording_id: int) -> None:
    run_job(installation.context(), installation.job(kind, recording_id).id)
    job = installation.job(kind, recording_id)
    assert job.state is JobState.DONE, job.told_operator


def _ask(installation: Installation, recording_id: int, size: BurnSize) -> str | None:
    with installation.database.begin() as db:
        (track,) = db.get_one(Recording, recording_id).tracks
        ask_for_film(db, track, size, actor=STAFF, now=NOW)
        return find_film(db, track, size)


@pytest.mark.slow
def test_a_film_is_made_once_and_lies_below_its_package(sqlite_installation, clips, tmp_path: Path):
    installation = sqlite_installation
    recording_id = installation.hand_in(clips())
    _run(installation, JobKind.INTAKE, recording_id)
    with installation.database.begin() as db:
        recording = db.get_one(Recording, recording_id)
        track = add_track(db, recording, language="en", data=WORDS, actor=STAFF, now=NOW)
        with pytest.raises(ChangeNotAllowed):
            ask_for_film(db, track, BurnSize.SMALL, actor=STAFF, now=NOW)
    _run(installation, JobKind.ENCODE, recording_id)
    assert _ask(installation, recording_id, BurnSize.SMALL) is None
    assert _ask(installation, recording_id, BurnSize.LARGE) is None
    _run(installation, JobKind.BURN, recording_id)
    key = _ask(installation, recording_id, BurnSize.SMALL)
    with installation.database.read() as db:
        recording = db.get_one(Recording, recording_id)
        assert [(line.size, line.state) for line in list_films(db, recording)] == [
            (BurnSize.SMALL, BurnedState.READY),
            (BurnSize.LARGE, BurnedState.READY),
        ]
        assert db.query(Job).filter(Job.kind == JobKind.BURN).count() == 1
        assert db.query(BurnedFilm).count() == 2
        assert key is not None
        assert key.startswith(str(recording.package_prefix))
    installation.store.fetch_file(key, tmp_path / "film.mp4")
    told = _captions(
        installation, "burn", "36", "MW", "1", "en", "--size", "large", "--to", str(tmp_path / "large.mp4")
    )
    assert (told["state"], told["missing"]) == ("ready", [])
    assert probe(tmp_path / "large.mp4", "stream=codec_type")["streams"]
    probed = probe(tmp_path / "film.mp4", "stream=codec_type:stream_tags:format_tags")
    assert [stream["codec_type"] for stream in probed["streams"]] == ["video", "audio"]
    assert set(probed["format"]["tags"]) <= {"major_brand", "minor_version", "compatible_brands"}
    told = {name for stream in probed["streams"] for name in stream["tags"]}
    assert told <= {"language", "handler_name", "vendor_id", "encoder"}
    _check_removal(installation, recording_id, key)


def _captions(installation: Installation, *arguments: str) -> dict[str, object]:
    settings = installation.settings
    environment = {"PRESESSION_DATA_DIR": str(settings.data_dir), "PRESESSION_DATABASE_URL": settings.database_url}
    ran = CliRunner().invoke(main, ["captions", *arguments, "--json"], env=environment)
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.output)


def _check_removal(installation: Installation, recording_id: int, key: str) -> None:
    """A film is of no release, and goes with the subtitles that are in it."""
    assert erase_withdrawn(installation.database, installation.store, now=NOW) == 0
    with installation.database.begin() as db:
        recording = db.get_one(Recording, recording_id)
        assert key.removeprefix(str(recording.package_prefix)) not in Package.from_json(recording.package).media_uris()
        remove_track(db, recording, track_id=recording.tracks[0].id, actor=STAFF, now=NOW)
        assert list_films(db, recording) == []
    assert erase_withdrawn(installation.database, installation.store, now=NOW) == len(BurnSize) - 1
    assert installation.store.stat(key) is None
    with installation.database.read() as db:
        assert db.query(BurnedFilm).count() == 0
        recording = db.get_one(Recording, recording_id)
        first = Package.from_json(recording.package).videos[0].uri
        assert installation.store.stat(f"{recording.package_prefix}{first}") is not None
