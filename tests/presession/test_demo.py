"""`presession demo --once --json` as anybody runs it, and what it leaves behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.settings import CONFIG_DIR
from pipeline.processes import start_server
from pipeline.site.served_rules import Fetched
from pipeline.site.walking import walk_release
from presession.demo.texts import demo_plan
from presession.ports import free_port
from presession.sole_use import sole_use

PROGRAM = Path(sys.executable).with_name("presession")
LONGEST_SECONDS = 1200
LADDER = Path(__file__).parents[1] / "fixtures" / "demo_renditions.toml"
"""All that is shown here shows with small pictures too; the ladder that ships would take minutes more."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one demonstration of this module keeps its things."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def said(data_dir: Path) -> "subprocess.CompletedProcess[str]":
    """The demonstration, once."""
    environment = {
        **os.environ,
        "PRESESSION_BROKER_URL": "redis://127.0.0.1:1/0",
        "PRESESSION_MEDIA__RENDITIONS_FILE": str(LADDER),
    }
    argv = [PROGRAM, "demo", "--once", "--json", "--data", data_dir, "--port", "0"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


@pytest.fixture(scope="module")
def outcome(said: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """What its last line says."""
    return json.loads(said.stdout.splitlines()[-1])


def test_the_last_line_tells_of_three_countries_and_every_recording(outcome):
    assert {country["code"] for country in outcome["countries"]} == {"MW", "HN", "LU"}
    recordings = outcome["recordings"]
    assert len({recording["speaker"] for recording in recordings}) >= 7
    assert sum(recording["country"] == "MW" and recording["attempt"] == 1 for recording in recordings) == 6
    assert outcome["addresses_checked"] > 100
    assert outcome["seconds"] > 0


def test_verdicts_findings_and_states_are_those_of_the_story(outcome):
    told = {
        (row["speaker"], row["attempt"]): (row["verdict"], [f["code"] for f in row["findings"]], row["state"])
        for row in outcome["recordings"]
    }
    assert told["Thandiwe Mbale", 1] == ("accepted", [], "published")
    assert told["Joseph Kanyama", 1] == ("accepted", ["portrait"], "published")
    assert told["Ruth Chimwaza", 1] == ("accepted", ["no_audio"], "sent_back")
    assert told["Ruth Chimwaza", 2] == ("accepted", [], "published")
    assert told["Marc Thillen", 1] == ("refused", ["too_long"], "sent_back")


def test_an_upload_was_cut_off_and_resumed(said):
    assert "line dropped, resumed at" in said.stderr


@pytest.fixture(scope="module", params=["MW", "HN", "LU"])
def country(request: pytest.FixtureRequest, outcome: dict[str, Any]) -> dict[str, str]:
    """One country after the other."""
    return next(country for country in outcome["countries"] if country["code"] == request.param)


@pytest.fixture
def plain_server(country: dict[str, str]) -> Iterator[str]:
    """Address of `python -m http.server` in the published folder; presession itself no longer runs."""
    port = free_port("127.0.0.1")
    folder = country["release_dir"]
    server = start_server([sys.executable, "-m", "http.server", str(port), "-b", "127.0.0.1", "-d", folder])
    transport = httpx.HTTPTransport(retries=8)
    with httpx.Client(transport=transport, trust_env=False) as client:
        client.get(f"http://127.0.0.1:{port}/")
    yield f"http://127.0.0.1:{port}/"
    server.stop(1)


def test_the_published_folder_holds_for_every_address_on_a_plain_web_server(country, plain_server):
    with httpx.Client(trust_env=False) as client:

        def fetch(url: str) -> Fetched:
            answer = client.get(url)
            return Fetched(answer.status_code, answer.headers.get("Content-Type", ""), answer.content)

        report = walk_release(fetch, plain_server)
        manifest = fetch(plain_server + country["manifest"])
    assert report.problems == []
    assert plain_server + country["manifest"] in report.sizes
    assert manifest.body.count(b"TYPE=SUBTITLES") == 3


def test_nothing_private_is_published(country):
    published = [path for path in Path(country["release_dir"]).rglob("*") if path.is_file()]
    private = [b"+46.2044", b"Sample recording", b"espeak"]
    if country["code"] == "HN":
        assert any(b"Marisol Quevara" in path.read_bytes() for path in published)
        private += [b"Esteban Larios", b"Casa Abierta"]
    assert not [path for path in published for secret in private if secret in path.read_bytes()]


def test_what_is_for_missions_only_lies_in_their_tree_and_the_output_shows_their_link(outcome):
    (seen,) = outcome["missions"]
    assert (seen["country"], "/m/" in seen["link"]) == ("HN", True)
    assert seen["addresses_checked"] > 40
    files = [path.read_bytes() for path in Path(seen["release_dir"]).rglob("*.*")]
    assert any(b"Casa Abierta" in file for file in files)
    assert not any(b"Esteban Larios" in file for file in files), "his name is for nobody"


def test_logs_hold_no_names_tokens_or_addresses(data_dir, said):
    logs = "".join(path.read_text() for path in (data_dir / "installation" / "logs").iterdir())
    names = [s.name for country in demo_plan(CONFIG_DIR / "sessions").countries for s in country.speakers]
    assert "job.done" in logs
    assert not [word for word in (*names, "/s/", "/m/", "staff@demo", ".webm", ".mov") if word in logs]


def test_a_second_demonstration_in_the_same_folder_is_refused(tmp_path):
    with sole_use(tmp_path):
        refused = _demo("--once", "--data", tmp_path)
    assert refused.returncode == 2
    assert "already runs on" in refused.stderr
    assert not (tmp_path / "installation").exists()


def test_a_taken_port_is_refused_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refused = _demo("--once", "--data", tmp_path, "--port", str(listener.getsockname()[1]))
    assert refused.returncode == 2
    assert "is in use by another program" in refused.stderr


def test_what_does_not_hold_is_said_with_where_the_logs_are_and_the_exit_status(tmp_path):
    failed = _demo("--once", "--json", "--data", tmp_path, "--port", "0", ffmpeg="no-such-ffmpeg")
    assert failed.returncode == 1
    assert "“no-such-ffmpeg” was not found" in failed.stderr
    assert str(tmp_path / "installation" / "logs") in failed.stderr
    assert failed.stdout == ""
    assert _running_for(tmp_path) == []


def test_ctrl_c_in_the_middle_stops_everything(tmp_path):
    # Shells have SIGINT ignored by what they start in the background.
    command = f"trap '' INT; exec '{PROGRAM}' demo --once --data '{tmp_path}' --port 0"
    with subprocess.Popen(["sh", "-c", command], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "personal links" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 1
    assert _running_for(tmp_path) == []


def test_nothing_keeps_running(data_dir, said):
    assert _running_for(data_dir) == []


def _demo(*arguments: object, ffmpeg: str = "ffmpeg") -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PRESESSION_MEDIA__FFMPEG": ffmpeg}
    argv = [str(part) for part in (PROGRAM, "demo", *arguments)]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300, env=environment)


def _running_for(folder: Path) -> list[str]:
    """Command lines of living processes that work for a folder."""
    words = [_words(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [line for line in words if str(folder) in line]


def _words(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""
