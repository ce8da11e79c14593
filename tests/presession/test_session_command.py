"""`presession session`: what ships, what is loaded, and loading."""

import json

import pytest
from click.testing import CliRunner

from presession.cli import main


@pytest.fixture
def run(tmp_path):
    """Run `presession session …` on a data folder of this test."""

    def run(*arguments: str):
        return CliRunner().invoke(main, ["session", *arguments, "--data", str(tmp_path / "data")])

    return run


def listed(run):
    result = run("list", "--json")
    assert result.exit_code == 0
    return {row["slug"]: row for row in json.loads(result.output)}


def test_listing_shows_what_ships_and_makes_nothing(run, tmp_path):
    assert set(listed(run)) == {"26", "29", "35", "36", "demo"}
    assert "provisional" in run("list").output
    assert not (tmp_path / "data").exists()


def test_a_session_that_ships_is_loaded_by_its_number(run):
    assert run("load", "36").output.startswith("Loaded: Pre-sessions of the 36th UPR session (14 countries).")
    rows = listed(run)
    assert (rows["36"]["is_loaded"], rows["35"]["is_loaded"]) == (True, False)


def test_loading_twice_says_that_it_was_there(run):
    run("load", "demo")
    assert run("load", "demo").output.startswith("Brought up to date")


def test_a_file_of_ones_own_is_loaded_and_listed(run, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'slug = "mine"\ntitle = "Mine"\nstarts_on = 2027-01-11\nends_on = 2027-01-12\nis_confirmed = true\n'
        'place = "Geneva"\nlimit = "5:00-7:00"\nsubtitle_languages = ["en"]\n[[country]]\ncode = "MW"\n'
        + "".join(
            f'[[country.speaker]]\nname = "Speaker {n}"\norganisation = "O"\nkind = "cso"\nlanguage = "en"\n'
            for n in range(7)
        )
    )
    result = run("load", str(path))
    assert "speakers added: 7" in result.output
    assert "MW has 7 speakers; a panel has 6 at most" in result.output
    assert listed(run)["mine"]["countries"] == ["MW"]


def test_a_wrong_file_is_refused_with_its_key(run, tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('slug = "mine"\ntitel = "Mine"\n')
    result = run("load", str(path))
    assert result.exit_code == 2
    assert "wrong.toml, titel: there is no such key. Did you mean “title”?" in result.output.replace("\n", "")


def test_an_unknown_number_is_told_what_there_is(run):
    result = run("load", "37")
    assert result.exit_code == 2
    assert "26, 29, 35, 36, demo" in result.output
