"""`presession check`: exit codes, JSON and plain words."""

import json
import os

import pytest
from click.testing import CliRunner

from pipeline.domain.findings import Finding, FindingCode
from pipeline.domain.limits import Limit
from pipeline.media.report import IntakeReport
from presession.cli import main
from presession.report_words import report_lines


def run(*arguments):
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def test_a_good_recording_is_accepted_in_words(plain_clip):
    done = run(plain_clip, "--limit", "2-6")
    assert done.exit_code == 0
    assert "plain.mp4: accepted" in done.output
    assert "Length: 4 s (allowed 0:02-0:06)." in done.output
    assert "Picture: 320 × 180, 25 frames a second, h264." in done.output


def test_the_verdict_as_json_is_all_that_stdout_holds(plain_clip):
    done = run(plain_clip, "--limit", "2-6", "--json")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {"verdict", "findings", "duration_seconds", "video", "audio"} <= report.keys()
    assert report["verdict"] == "accepted"
    assert report["duration_seconds"] == pytest.approx(4.0, abs=0.05)
    assert report["findings"] == [
        {"code": "low_resolution", "severity": "warn", "values": {"width": 320, "height": 180}}
    ]


def test_a_refused_recording_exits_with_three_and_says_why(plain_clip):
    done = run(plain_clip)
    assert done.exit_code == 3
    assert "Too short by 4:56 min: 4 s." in done.output
    assert json.loads(run(plain_clip, "--json").stdout)["verdict"] == "refused"


def test_half_a_second_is_forgiven(plain_clip):
    assert run(plain_clip, "--limit", "0:00-0:04").exit_code == 0
    assert run(plain_clip, "--limit", "1-3").exit_code == 3


@pytest.mark.parametrize("limit", ["seven", "7-5", "5", "5:00-", "-5"])
def test_a_wrong_limit_is_wrong_usage(plain_clip, limit):
    done = run(plain_clip, f"--limit={limit}")
    assert done.exit_code == 2
    assert "--limit" in done.output


def test_files_that_are_none(tmp_path):
    assert run(tmp_path / "missing.mp4").exit_code == 2
    assert run(tmp_path).exit_code == 2
    os.mkfifo(tmp_path / "pipe")
    assert run(tmp_path / "pipe").exit_code == 2


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.mp4").touch()
    done = run(tmp_path / "empty.mp4")
    assert (done.exit_code, "The file is empty." in done.output) == (3, True)


def test_a_missing_ffprobe_is_our_fault_and_says_what_to_do(plain_clip, monkeypatch):
    monkeypatch.setenv("PRESESSION_MEDIA__FFPROBE", "/nowhere/ffprobe")
    done = run(plain_clip)
    assert done.exit_code == 1
    assert "apt-get install ffmpeg" in done.stderr
    assert "Traceback" not in done.output


def test_help_has_examples():
    assert "presession check statement.mp4 --limit 5:00-7:00 --json" in run("--help").output


def test_findings_are_told_as_staff_read_them_elsewhere():
    too_long = Finding(FindingCode.TOO_LONG, {"duration_seconds": 433.0, "max_seconds": 420.0, "by_seconds": 13.0})
    quiet = Finding(FindingCode.QUIET, {"loudness_lufs": -45.0})
    lines = list(report_lines(IntakeReport((too_long, quiet), 433.0), Limit(300, 420)))
    assert lines == [
        "  refused: Too long by 13 s: 7:13 min.",
        "  note: Very quiet (-45 LUFS); it is made louder.",
        "  Length: 7:13 min (allowed 5:00-7:00).",
    ]
