"""`presession import`: files are taken in where their names leave no doubt, and nothing is guessed."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.domain.file_matching import Place, match_name, without_rivals
from pipeline.records.database import Database, upgrade_schema
from pipeline.records.tables import Event, Recording
from presession.cli import main
from tests.fixtures.panels import account_of, load_plan, session_plan, speaker_plan

PLACES = [
    Place(1, "MW", "Chimwemwe Banda", "Water for All"),
    Place(2, "MW", "Grace Phiri", "Water for All Youth"),
    Place(3, "HN", "Ana López", "Tierra y Voz"),
    Place(4, "MN", "Ana López", "Nomads"),
]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("water-for-all.mp4", [1]),
        ("Water_for_All_Youth FINAL (2).mov", [2]),
        ("chimwemwe banda.mp4", [1]),
        ("ANA LOPEZ.mp4", [3, 4]),
        ("Honduras/ana_lópez.mp4", [3]),
        ("HN ana lopez.mp4", [3]),
        ("grace.mp4", []),
        ("waterforall.mp4", []),
        ("MW/tierra y voz.mp4", []),
        ("video.mp4", []),
    ],
)
def test_a_name_matches_only_where_it_says_whose_it_is(path, found):
    assert [place.statement_id for place in match_name(path, PLACES)] == found


def test_two_files_for_the_same_speaker_are_both_in_doubt():
    assert without_rivals([("a.mp4", PLACES[0]), ("b.mp4", PLACES[0]), ("c.mp4", PLACES[2])]) == {"c.mp4": PLACES[2]}


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """An installation with one panel and somebody of staff."""
    data = tmp_path / "data"
    data.mkdir()
    url = f"sqlite:///{data / 'presession.sqlite3'}"
    upgrade_schema(url)
    database = Database(url)
    panel = [speaker_plan(1, organisation="Water for All"), speaker_plan(2, organisation="Tierra y Voz")]
    load_plan(database, session_plan(MW=panel))
    with database.begin() as db:
        account_of(db, "anna")
    database.close()
    return data


def _run(data: Path, folder: Path, *more: str):
    doubtful = data.parent / "doubtful.csv"
    arguments = ["import", str(folder), "--session", "36", "--by", "anna@example.org", "--data", str(data)]
    answer = CliRunner().invoke(main, [*arguments, "--doubtful", str(doubtful), "--json", *more])
    assert answer.exit_code == 0, answer.output
    return {row["file"]: row["fate"] for row in json.loads(answer.stdout)}


def _recordings(data: Path) -> list[tuple[int, str]]:
    database = Database(f"sqlite:///{data / 'presession.sqlite3'}")
    with database.read() as db:
        kinds = {event.actor_kind for event in db.query(Event).filter(Event.name == "recording.received")}
        assert kinds <= {"staff"}
        found = sorted(row.statement_id for row in db.query(Recording))
    database.close()
    return found


def test_a_folder_is_tried_taken_in_once_and_the_doubtful_are_named_by_hand(installation, tmp_path):
    folder = tmp_path / "mailed"
    folder.mkdir()
    (folder / "water for all.mp4").write_bytes(b"one")
    (folder / "IMG_0042.MOV").write_bytes(b"two")
    (folder / "notes.txt").write_bytes(b"no video")
    expected = {"water for all.mp4": "take", "IMG_0042.MOV": "doubtful"}
    assert _run(installation, folder, "--dry-run") == expected
    assert _recordings(installation) == []
    assert _run(installation, folder) == expected
    assert _recordings(installation) == [1]
    assert _run(installation, folder) == {**expected, "water for all.mp4": "there_already"}
    doubtful = tmp_path / "doubtful.csv"
    with doubtful.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == ["IMG_0042.MOV"]
    doubtful.write_text("file,statement\nIMG_0042.MOV,2\n", encoding="utf-8")
    assert _run(installation, folder, "--names", str(doubtful))["IMG_0042.MOV"] == "take"
    assert _recordings(installation) == [1, 2]


@pytest.mark.parametrize("wrong", [("--by", "nobody@example.org"), ("--session", "99")])
def test_wrong_wishes_are_refused_before_anything_is_done(installation, tmp_path, wrong):
    arguments = {"--session": "36", "--by": "anna@example.org", "--data": str(installation), **dict([wrong])}
    answer = CliRunner().invoke(main, ["import", str(tmp_path), *(part for pair in arguments.items() for part in pair)])
    assert answer.exit_code == 2
