"""`presession process`: a package that plays, a report, and nothing half done."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import m3u8
import pytest
from click.testing import CliRunner

from presession.cli import main
from tests.fixtures.media import SMALL_LADDER

pytestmark = pytest.mark.slow

SUBTITLES = "WEBVTT\n\n00:00.500 --> 00:02.000\nGood morning\n"


@pytest.fixture(autouse=True)
def small_renditions(monkeypatch):
    monkeypatch.setenv("PRESESSION_MEDIA__RENDITIONS_FILE", str(SMALL_LADDER))


def run(*arguments):
    return CliRunner().invoke(main, ["process", *map(str, arguments)])


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_recording_becomes_a_stream_with_subtitles(plain_clip, tmp_path):
    (tmp_path / "en.vtt").write_text(SUBTITLES, encoding="utf-8")
    out = tmp_path / "a" / "out"
    subtitles = f"en={tmp_path / 'en.vtt'}"
    done = run(plain_clip, "--out", out, "--limit", "2-6", "--language", "fr", "--subtitles", subtitles)
    assert done.exit_code == 0, done.output
    assert listing(out) == ["package", "report.json"]
    master = m3u8.load(str(out / "package" / "master.m3u8"))
    assert [playlist.stream_info.resolution is not None for playlist in master.playlists] == [True] * 3 + [False]
    assert {(media.type, media.language) for media in master.media} == {("AUDIO", "fr"), ("SUBTITLES", "en")}
    for entry in [*master.playlists, *master.media]:
        for segment in m3u8.load(str(out / "package" / entry.uri)).segments:
            assert (out / "package" / segment.uri).stat().st_size
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "accepted"
    assert report["package"]["master"] == "package/master.m3u8"
    assert report["package"]["subtitles"] == ["en"]
    assert len(report["package"]["renditions"]) == 3
    assert f"Stream: {out}/package/master.m3u8" in done.output


def test_json_is_the_report_and_nothing_else(plain_clip, tmp_path):
    done = run(plain_clip, "--out", tmp_path / "out", "--limit", "2-6", "--json")
    assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))


def test_a_refused_recording_leaves_its_report_alone(plain_clip, tmp_path):
    done = run(plain_clip, "--out", tmp_path / "out")
    assert done.exit_code == 3
    assert listing(tmp_path / "out") == ["report.json"]
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["package"]) == ("refused", None)


def test_pictures_that_nobody_can_watch_leave_a_report_and_no_package(plain_clip, tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(wiped_pictures(plain_clip))
    done = run(broken, "--out", tmp_path / "out", "--limit", "2-6", "--json")
    assert done.exit_code == 3, done.output
    assert listing(tmp_path / "out") == ["report.json"]
    report = json.loads(done.stdout)
    assert (report["verdict"], report["package"], report["pictures_checked"]) == ("refused", None, True)
    checked = CliRunner().invoke(main, ["check", str(broken), "--limit", "2-6", "--json"])
    assert [found["code"] for found in json.loads(checked.stdout)["findings"]] == ["damaged"]
    assert [found["code"] for found in report["findings"]] == ["damaged"]


def wiped_pictures(clip: Path) -> bytes:
    """A third of a clip's picture packets overwritten with nothing; its sound and its index stay whole."""
    argv = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pos,size", "-of", "csv=p=0"]
    listed = subprocess.run([*argv, str(clip)], capture_output=True, text=True, check=True).stdout.split()
    packets = [(int(at), int(size)) for size, at in (line.split(",")[:2] for line in listed)]
    data = bytearray(clip.read_bytes())
    for at, size in packets[len(packets) // 3 : 2 * len(packets) // 3]:
        data[at : at + size] = bytes(size)
    return bytes(data)


def test_an_empty_folder_may_be_named_a_full_one_not(plain_clip, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run(plain_clip, "--out", tmp_path / "empty", "--limit", "2-6").exit_code == 0
    again = run(plain_clip, "--out", tmp_path / "empty", "--limit", "2-6")
    assert again.exit_code == 2
    assert "already holds files" in again.stderr


def test_places_that_cannot_be_used(plain_clip, tmp_path):
    (tmp_path / "file").touch()
    assert "not a folder" in run(plain_clip, "--out", tmp_path / "file").stderr
    beyond = run(plain_clip, "--out", tmp_path / "file" / "out")
    assert beyond.exit_code == 2
    assert "cannot be made" in beyond.stderr
    assert run(plain_clip).exit_code == 2


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--subtitles=en", "LANGUAGE=FILE"),
        ("--subtitles=en=/nowhere.vtt", "does not exist"),
        ("--subtitles=english=/dev/null", "not a language code"),
        ("--language=xx-yy", "not a language code"),
        ("--subtitle-encoding=ru", "LANGUAGE=NAME"),
        ("--subtitle-encoding=ru=nonsense", "is not one of cp1252"),
    ],
)
def test_wrong_options_are_wrong_usage(plain_clip, tmp_path, option, said):
    done = run(plain_clip, "--out", tmp_path / "out", option)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert listing(tmp_path) == []


def test_two_files_for_one_language_are_wrong_usage(plain_clip, tmp_path):
    (tmp_path / "en.vtt").write_text(SUBTITLES, encoding="utf-8")
    twice = [f"--subtitles=en={tmp_path / 'en.vtt'}"] * 2
    assert run(plain_clip, "--out", tmp_path / "out", *twice).exit_code == 2


@pytest.mark.parametrize("content", [b"\xff\xfenonsense", b"", b"WEBVTT\n\n99:00:00.000 --> 99:00:01.000\nlate\n"])
def test_bad_subtitles_are_refused_before_anything_is_left(plain_clip, tmp_path, content):
    (tmp_path / "en.vtt").write_bytes(content)
    bad = f"--subtitles=en={tmp_path / 'en.vtt'}"
    done = run(plain_clip, "--out", tmp_path / "out", "--limit", "2-6", bad)
    assert done.exit_code == 3
    assert done.stderr.startswith("Error: ")
    assert listing(tmp_path) == ["en.vtt"]


def test_subtitles_in_a_code_page_are_asked_about_and_read_as_told(plain_clip, tmp_path):
    (tmp_path / "ru.srt").write_bytes(
        "1\n00:00:00,500 --> 00:00:02,000\nДоброе утро, дамы и господа\n".encode("cp1251")
    )
    subtitles = ("--limit", "2-6", "--subtitles", f"ru={tmp_path / 'ru.srt'}")
    asked = run(plain_clip, "--out", tmp_path / "out", *subtitles)
    assert asked.exit_code == 3
    assert "cp1251 (Cyrillic)" in asked.stderr
    assert "--subtitle-encoding" in run("--help").output
    done = run(plain_clip, "--out", tmp_path / "out", *subtitles, "--subtitle-encoding", "ru=cp1251")
    assert done.exit_code == 0, done.output
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "out" / "package").rglob("*.vtt")]
    assert any("Доброе утро" in text for text in texts)


def test_a_missing_ffmpeg_leaves_nothing(plain_clip, tmp_path, monkeypatch):
    monkeypatch.setenv("PRESESSION_MEDIA__FFMPEG", "/nowhere/ffmpeg")
    done = run(plain_clip, "--out", tmp_path / "out", "--limit", "2-6")
    assert done.exit_code == 1
    assert "apt-get install ffmpeg" in done.stderr
    assert listing(tmp_path) == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(plain_clip, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("presession.commands.process.write_package_manifests", fail)
    done = run(plain_clip, "--out", tmp_path / "out", "--limit", "2-6")
    assert done.exit_code == 1
    assert "could not be written: No space left on device" in done.stderr
    assert listing(tmp_path) == []


def started(pids: Path) -> bool:
    return pids.exists() and pids.read_text().endswith("\n")


def test_ctrl_c_leaves_no_half_package_and_no_ffmpeg(plain_clip, tmp_path):
    slow = tmp_path / "ffmpeg"
    slow.write_text(f"#!/bin/bash\necho $$ >> {tmp_path}/pids\nexec sleep 300\n", encoding="utf-8")
    slow.chmod(0o755)
    command = [sys.executable, "-m", "presession", "process", plain_clip, "--out", tmp_path / "made" / "out"]
    environment = os.environ | {"PRESESSION_MEDIA__FFMPEG": str(slow)}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not started(tmp_path / "pids") and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    assert running.wait(20) != 0
    assert listing(tmp_path / "made") == []
    pid = int((tmp_path / "pids").read_text().split()[0])
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]


def test_help_has_examples():
    assert "--subtitles en=statement.en.vtt" in run("--help").output
