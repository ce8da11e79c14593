"""An export as a folder and as a ZIP: what is in it, what is not, and that nothing is left of one that did not end."""

import shutil
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.domain.burning import BurnSize
from pipeline.records.tables import Event
from pipeline.services.burned_films import burned_inputs, find_film
from pipeline.services.results import KeptResult, keep_result
from pipeline.services.tracks import current_tracks
from pipeline.services.withdrawals import withdraw_statement
from pipeline.storage.folder import FolderStore
from presession import export_place
from tests.fixtures.clock import NOW
from tests.fixtures.encoded import pictures
from tests.fixtures.exporting import PAPER, WORDS, Exporter
from tests.fixtures.installation import SMALL_LADDER
from tests.fixtures.panels import STAFF, statement_of

pytestmark = pytest.mark.slow

STEM = "01 Wells & Water مياه 👩🏽‍⚖️"


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def leftovers(target: Path) -> list[str]:
    return [path.name for path in target.parent.iterdir() if path.name.startswith(f".{target.name}")]


def burned_film(path: Path) -> Path:
    """Five white seconds, encoded as films with words are."""
    sources = (
        "-f",
        "lavfi",
        "-i",
        "color=white:s=320x180:r=25:d=5",
        "-f",
        "lavfi",
        "-i",
        "anullsrc=r=48000:cl=stereo:d=5",
    )
    codecs = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *sources, *codecs, str(path)], check=True)
    return path


def streams(film: Path) -> list[str]:
    asked = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", str(film)]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()


def test_a_country_lies_there_as_people_and_players_want_it(exporter: Exporter) -> None:
    target = exporter.export("stick", "--programme")
    files = files_in(target)

    assert (target / "MW/00 programme.mp4").read_bytes() == b"all of them"
    assert WORDS["fr"] in (target / "MW/00 programme.fr.srt").read_text()
    named = {f"MW/{STEM}{end}" for end in (".mp4", ".jpg", ".en.srt", ".fr.srt", ".ar.srt")}
    assert named <= files
    assert {"index.html", "ar.html", "README.txt", "MW/index.html", "MW/fr.html", "MW/playlist.m3u"} <= files
    assert not any(path.startswith("HN") for path in files)
    assert not any("Speaker" in path for path in files), "names of files tell nobody's name"
    assert streams(target / "MW" / f"{STEM}.mp4") == ["video", "audio"]
    assert (target / "MW" / f"papers/{STEM} paper-1.pdf").read_bytes() == PAPER
    playlist = (target / "MW/playlist.m3u").read_text().splitlines()
    assert [line for line in playlist if line[0] != "#"] == [f"{STEM}.mp4", "03 Organisation 3.mp4"]

    page = (target / "MW/fr.html").read_text()
    for shown in ("Speaker 1", "Repair the wells.", "What I say.", WORDS["ar"], "Cette déclaration n’est pas"):
        assert shown in page, shown
    assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=target, check=False).returncode == 0
    assert len((target / "SHA256SUMS").read_text().splitlines()) == len(files) - 1
    with exporter.database.read() as db:
        (event,) = db.query(Event).filter(Event.name == "release.exported")
        assert event.facts == {"country_id": 1, "audience": "public"}


def test_a_zip_holds_the_same_and_takes_the_place_of_an_earlier_one_when_asked(exporter: Exporter) -> None:
    folder, target = exporter.export("stick"), exporter.export("malawi.zip")
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        sums = archive.read("malawi/SHA256SUMS").decode()
        assert {name.removeprefix("malawi/") for name in archive.namelist()} == files_in(folder)
        film = archive.read(f"malawi/MW/{STEM}.mp4")
    assert f"{sha256(film).hexdigest()}  MW/{STEM}.mp4" in sums

    for taken in (folder, target):
        assert exporter.run("--to", str(taken)).exit_code == 2
    small = exporter.export("malawi.zip", "--replace", "--sound-only", "--languages", "fr")
    with zipfile.ZipFile(small) as archive:
        names = archive.namelist()
    assert f"malawi/MW/{STEM}.m4a" in names
    assert [name for name in names if name.endswith(".srt")] == [f"malawi/MW/{STEM}.fr.srt"]
    assert exporter.export("stick", "--replace", "--sound-only") == folder
    assert not any(path.endswith(".mp4") for path in files_in(folder))
    own = folder / "MW" / "my notes.docx"
    own.write_text("mine")
    assert "of no earlier export" in exporter.run("--to", str(folder), "--replace").output
    assert own.read_text() == "mine"


def test_for_missions_names_of_files_tell_nothing(exporter: Exporter) -> None:
    target = exporter.export("missions", "--for", "missions")
    assert {path for path in files_in(target) if path.endswith((".mp4", ".en.srt"))} == {
        "MW/01.mp4",
        "MW/01.en.srt",
        "MW/03.mp4",
    }
    assert "For permanent missions only" in (target / "MW/en.html").read_text()


def test_films_with_subtitles_in_the_picture_are_asked_for_first(exporter: Exporter, monkeypatch, tmp_path) -> None:
    target = exporter.folder.parent / "stick"
    refused = exporter.run("MW", "--to", str(target), "--burned", "fr")
    assert (refused.exit_code, "of: MW 1. Have them made" in refused.output) == (2, True)

    with exporter.database.begin() as db:
        track = current_tracks(statement_of(db, "MW", 1).current_recording)["fr"]
        keep_result(db, burned_inputs(track, BurnSize.LARGE), KeptResult({}, ""), now=NOW)
        key = find_film(db, track, BurnSize.LARGE)
    burned = burned_film(tmp_path / "burned.mp4")
    FolderStore(exporter.folder / "store").put_file(key, burned, content_type="video/mp4")
    monkeypatch.setenv("PRESESSION_MEDIA__RENDITIONS_FILE", str(SMALL_LADDER))
    assert exporter.run("MW", "--to", str(target), "--burned", "fr", "--programme").exit_code == 0
    assert (target / "MW" / f"{STEM}.mp4").read_bytes() == burned.read_bytes()
    assert streams(target / "MW/03 Organisation 3.mp4") == ["video", "audio"], "it has no subtitles to show"

    light = pictures(target / "MW/00 programme.mp4", 16, 9).mean(axis=(1, 2, 3)) > 200
    assert (light[:120].any(), light[130:245].all(), light[260:].any()) == (False, True, False)
    assert len(light) == 125 + 125 + 140 + 140, "each statement after its card"


def test_what_is_withdrawn_while_it_is_written_is_kept_nowhere(exporter: Exporter, monkeypatch) -> None:
    target, close = exporter.folder.parent / "stick", export_place.ExportPlace.close

    def withdraw_then_close(place: export_place.ExportPlace) -> None:
        with exporter.database.begin() as db:
            withdraw_statement(db, statement=statement_of(db, "MW", 3), actor=STAFF, now=NOW)
        close(place)

    monkeypatch.setattr(export_place.ExportPlace, "close", withdraw_then_close)
    done = exporter.run("--to", str(target))

    assert (done.exit_code, "changed meanwhile" in done.output) == (3, True)
    assert (target.exists(), leftovers(target)) == (False, [])
    again = exporter.run("--to", str(target))
    assert "Nothing of this is published" in again.output, "until its next release is out"


def test_where_it_cannot_be_written_nothing_is_left(exporter: Exporter, monkeypatch) -> None:
    target = exporter.folder.parent / "stick"
    for poster in list((exporter.folder / "store").glob("site/36/mw/media/*/poster.jpg"))[1:]:
        poster.unlink()
    done = exporter.run("--to", str(target))
    assert (done.exit_code, "taken away" in done.output) == (3, True)
    assert (target.exists(), leftovers(target)) == (False, [])

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 1_000_000))
    full = exporter.run("--to", str(target))
    assert (full.exit_code, "1 MB free" in full.output) == (1, True)
    assert exporter.run("--to", "/").exit_code == 2
    assert "no language code" in exporter.run("--to", str(target), "--languages", "english").output
