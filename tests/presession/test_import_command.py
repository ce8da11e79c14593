"""`presession import`: files are taken in where their names leave no doubt, and nothing is guessed."""

import csv
import json
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.domain.file_matching import Place, match_name, without_rivals
from pipeline.domain.statements import StatementState
from pipeline.records.database import Database, upgrade_schema
from pipeline.records.tables import Event, Recording, Statement
from pipeline.services.imports import Fate, list_files
from presession.cli import main
from tests.fixtures.panels import account_of, load_plan, session_plan, speaker_plan

pytestmark = pytest.mark.slow

PLACES = [
    Place(1, "MW", "Chimwemwe Banda", "Water for All"),
    Place(2, "MW", "Grace Phiri", "Water for All Youth"),
    Place(3, "HN", "Ana López", "Tierra y Voz"),
    Place(4, "MN", "Ana López", "Nomads"),
    Place(5, "ES", "Lucía Ríos", "Coalición por la Infancia"),
    Place(6, "LA", "Kham Vong", "Mekong"),
    Place(7, "GN", "Aïssatou Bah", "Forum des femmes"),
    Place(8, "GW", "Nino Sá", "Forum des femmes"),
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
        ("Tierra y Voz, Ana Lopez.mp4", [3]),
        ("Grace Phiri with Tierra y Voz.mp4", [2, 3]),
        ("water for/all.mp4", []),
        (unicodedata.normalize("NFD", "Coalición por la Infancia.MOV"), [5]),
        ("la/Coalición por la Infancia.mp4", []),
        ("Forum des femmes.mp4", [7, 8]),
        ("Guinea-Bissau/Forum des femmes.mp4", [8]),
        ("GN Forum des femmes.mp4", [7]),
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


def _arguments(data: Path, folder: Path) -> list[str]:
    wanted = {"--session": "36", "--by": "anna@example.org", "--data": data, "--doubtful": data.parent / "doubtful.csv"}
    return ["import", str(folder), *(str(part) for pair in wanted.items() for part in pair)]


def _run(data: Path, folder: Path, *more: str):
    answer = CliRunner().invoke(main, [*_arguments(data, folder), "--json", *more])
    assert answer.exit_code == 0, answer.output
    return {row["file"]: row["fate"] for row in json.loads(answer.stdout)}


def _refusal(data: Path, folder: Path, *more: str) -> str:
    answer = CliRunner().invoke(main, [*_arguments(data, folder), "--json", *more])
    assert answer.exit_code == 2, answer.output
    return answer.output


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
    expected = {"water for all.mp4": "take", "IMG_0042.MOV": "doubtful", "notes.txt": "no_video"}
    assert _run(installation, folder, "--dry-run") == expected
    assert _recordings(installation) == []
    assert _run(installation, folder) == expected
    assert _recordings(installation) == [1]
    assert _run(installation, folder) == {**expected, "water for all.mp4": "there_already"}
    doubtful = tmp_path / "doubtful.csv"
    with doubtful.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == ["IMG_0042.MOV"]
    doubtful.write_text("file,statement\nIMG_0042.MOV,2\n", encoding="utf-8")
    assert _run(installation, folder, "--names", str(doubtful))["IMG_0042.MOV"] == "take"
    assert _recordings(installation) == [1, 2]


def test_of_a_folder_full_of_traps_the_trial_says_what_is_done_then(installation, tmp_path):
    folder = tmp_path / "mailed"
    (folder / "Tierra y Voz").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "water for all.mp4").write_bytes(b"one")
    (folder / "[red] water for all.mp4").write_bytes(b"one, said otherwise")
    (folder / unicodedata.normalize("NFD", "Declaración.mp4")).write_bytes(b"two")
    (folder / "Tierra y Voz" / "final.mp4").write_bytes(b"one")
    (folder / "=cmd.mp4").write_bytes(b"three")
    Path(os.fsdecode(os.fsencode(folder) + b"/espa\xf1ol.mp4")).write_bytes(b"four")
    (folder / "tierra y voz.mkv").touch()
    (folder / "linked.mp4").symlink_to("/etc/hostname")
    (folder / "elsewhere").symlink_to("/etc")
    (folder / ".hidden" / "tierra y voz.mp4").write_bytes(b"five")
    expected = {
        "water for all.mp4": "doubtful",
        "[red] water for all.mp4": "doubtful",
        "Declaración.mp4": "doubtful",
        "Tierra y Voz/final.mp4": "doubtful",
        "=cmd.mp4": "doubtful",
        "espa\\xf1ol.mp4": "doubtful",
        "tierra y voz.mkv": "empty",
        "linked.mp4": "link",
        "elsewhere": "link",
    }
    assert _run(installation, folder) == expected
    doubtful = tmp_path / "doubtful.csv"
    with doubtful.open(encoding="utf-8-sig", newline="") as file:
        rows = [[row["file"], {"Declaración.mp4": "1"}.get(row["file"], "")] for row in csv.DictReader(file)]
    assert ["'=cmd.mp4", ""] in rows, "a spreadsheet would take it for a formula"
    doubtful.write_text("\n".join(";".join(row) for row in [["file", "statement"], *rows]), encoding="cp1252")
    answered = {**expected, "Declaración.mp4": "take"}
    assert _run(installation, folder, "--names", str(doubtful), "--dry-run") == answered
    assert _recordings(installation) == []
    assert "--names" in _refusal(installation, folder), "what was filled in is not written over"
    assert _run(installation, folder, "--names", str(doubtful)) == answered
    assert _recordings(installation) == [1]
    assert _run(installation, folder, "--names", str(doubtful))["Declaración.mp4"] == "there_already"
    report = CliRunner().invoke(main, [*_arguments(installation, folder), "--names", str(doubtful), "--dry-run"])
    assert "[red] water for all.mp4" in report.stdout


def test_who_takes_nothing_now_and_what_is_named_wrongly_is_told_before(installation, tmp_path):
    folder = tmp_path / "mailed"
    folder.mkdir()
    (folder / "tierra y voz.mp4").write_bytes(b"one")
    (folder / "other.mp4").write_bytes(b"two")
    names = tmp_path / "names.csv"
    for wrong in ("gone.mp4,2", "tierra y voz.mp4,2\nother.mp4,2", "other.mp4,77", "other.mp4,one"):
        names.write_text(f"file,statement\n{wrong}\n", encoding="utf-8")
        assert _refusal(installation, folder, "--names", str(names))
    names.write_text("file,statement\nother.mp4,2\n", encoding="utf-8")
    chosen = _run(installation, folder, "--names", str(names), "--dry-run")
    assert chosen == {"other.mp4": "take", "tierra y voz.mp4": "doubtful"}, "both want the same place"
    database = Database(f"sqlite:///{installation / 'presession.sqlite3'}")
    with database.begin() as db:
        db.get_one(Statement, 2).state = StatementState.WITHDRAWN
    database.close()
    assert _run(installation, folder, "--names", str(names), "--dry-run")["other.mp4"] == "closed"
    assert _run(installation, folder, "--names", str(names))["other.mp4"] == "closed"


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that anybody may look into, with a file and a folder in it that nobody may."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "a.mp4").write_bytes(b"film")
    (folder / "inside").mkdir()
    (folder / "inside").chmod(0)
    yield folder
    shutil.rmtree(folder)


def test_what_cannot_be_read_is_told(closed_folder):
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        found = {file.path: file.fate for file in list_files(closed_folder, max_bytes=9)}
    finally:
        os.seteuid(before)
    assert found == {"a.mp4": Fate.DOUBTFUL, "inside": Fate.UNREADABLE}


@pytest.mark.parametrize("wrong", [("--by", "nobody@example.org"), ("--session", "99")])
def test_wrong_wishes_are_refused_before_anything_is_done(installation, tmp_path, wrong):
    arguments = {"--session": "36", "--by": "anna@example.org", "--data": str(installation), **dict([wrong])}
    answer = CliRunner().invoke(main, ["import", str(tmp_path), *(part for pair in arguments.items() for part in pair)])
    assert answer.exit_code == 2
