"""What `presession doctor` says of ffmpeg, of the network that it does not get, and of the rest of the machine."""

import re

import pytest

from config.settings import CONFIG_DIR, MediaSettings
from pipeline.media.programs import MediaPrograms
from pipeline.processes import offline_wrapper
from presession.checkup import media
from presession.checkup.checks import Level
from presession.checkup.machine import check_machine
from tests.fixtures.programs import script

pytestmark = pytest.mark.slow

LADDER = CONFIG_DIR / "renditions.toml"
STYLE = CONFIG_DIR / "title-cards.toml"
REAL = 'exec ffmpeg "$@"'


@pytest.fixture
def look(tmp_path):
    """Checks by name, of another ffmpeg (a script's body) or another ladder or style of title cards."""

    def check(body: str = REAL, *, ladder=LADDER, style=STYLE, ffprobe: str = "ffprobe"):
        programs = MediaPrograms(ffmpeg=script(tmp_path, body, "ffmpeg"), ffprobe=ffprobe)
        settings = MediaSettings(renditions_file=ladder, card_style_file=style)
        return {check.name: check for check in check_machine(programs, settings, tmp_path)}

    return check


def without(word: str) -> str:
    """ffmpeg whose lists lack every line with a word."""
    return f"ffmpeg \"$@\" | grep -v '{word}'"


def test_this_machine_has_what_is_needed(look):
    checks = look()
    assert not [check for check in checks.values() if check.level is Level.PROBLEM]
    assert "ffmpeg version" in checks["ffmpeg"].found
    assert "v240, v480, v720, v1080 and sound" in checks["ladder"].found
    assert checks["HDR"].level is checks["decoders"].level is Level.OK


def test_a_missing_program_is_a_problem_with_the_command_that_mends_it(tmp_path):
    programs = MediaPrograms(ffmpeg="no-such-ffmpeg", ffprobe="no-such-ffprobe")
    checks = {check.name: check for check in check_machine(programs, MediaSettings(), tmp_path)}
    for name in ("ffmpeg", "ffprobe"):
        assert checks[name].level is Level.PROBLEM
        assert "apt-get install ffmpeg" in checks[name].mend


@pytest.mark.parametrize("missing", ["libx264", "ebur128"])
def test_an_ffmpeg_without_what_every_encode_uses_is_a_problem(look, missing):
    check = look(without(missing))["ffmpeg"]
    assert check.level is Level.PROBLEM
    assert f"without {missing}" in check.found


def test_an_old_ffmpeg_is_a_problem(look):
    check = look("ffmpeg \"$@\" | sed 's/version [0-9.]*/version 4.4.1/'")["ffmpeg"]
    assert (check.level, "older than 5.1" in check.found) == (Level.PROBLEM, True)


@pytest.mark.parametrize(
    ("name", "missing", "said"),
    [
        ("HDR", "zscale", "come out pale"),
        ("voices", "rubberband", "weaker way"),
        ("decoders", " hevc", "no HEVC"),
        ("decoders", "av1", "no AV1"),
    ],
)
def test_an_ffmpeg_with_gaps_gets_a_note(look, name, missing, said):
    check = look(without(missing))[name]
    assert check.level is Level.NOTE
    assert said in check.found
    assert check.mend


def test_two_programs_of_different_versions_get_a_note(look, tmp_path):
    other = script(tmp_path, "echo ffprobe version 9.0", "ffprobe")
    assert look(ffprobe=other)["ffprobe"].level is Level.NOTE


def test_av1_needs_its_encoder_once_it_is_enabled(look, tmp_path):
    enabled = tmp_path / "renditions.toml"
    enabled.write_text(re.sub("enabled = false", "enabled = true", LADDER.read_text()))
    assert "a1080" in look(ladder=enabled)["ladder"].found
    check = look(without("libsvtav1"), ladder=enabled)["ladder"]
    assert (check.level, "libsvtav1" in check.found, "enabled = false" in check.mend) == (Level.PROBLEM, True, True)
    assert look(without("libsvtav1"))["ladder"].level is Level.OK


@pytest.mark.parametrize("text", ["nonsense", "segment_seconds = 4", "\xff"])
def test_a_ladder_that_cannot_be_used_is_a_problem(look, tmp_path, text):
    broken = tmp_path / "renditions.toml"
    broken.write_text(text, encoding="latin-1")
    check = look(ladder=broken)["ladder"]
    assert check.level is Level.PROBLEM
    assert str(broken) in check.found


def test_a_style_of_title_cards_that_cannot_be_used_is_a_problem(look, tmp_path):
    assert look()["title cards"].level is Level.OK
    pale = tmp_path / "style.toml"
    pale.write_text(STYLE.read_text().replace("#ffffff", "#1e3652"))
    check = look(style=pale)["title cards"]
    assert check.level is Level.PROBLEM
    assert "colours.text cannot be read" in check.found
    assert "PRESESSION_MEDIA__CARD_STYLE_FILE" in check.mend


def test_it_says_whether_ffmpeg_gets_a_network(look):
    assert look()["network"].level is (Level.OK if offline_wrapper() else Level.NOTE)


@pytest.mark.parametrize("user", [0, 1000])
def test_without_a_namespace_it_says_how_to_get_one(look, monkeypatch, user):
    monkeypatch.setattr(media, "offline_wrapper", tuple)
    monkeypatch.setattr(media.os, "geteuid", lambda: user)
    check = look()["network"]
    assert (check.level, "SYS_ADMIN" in check.mend or "sysctl" in check.mend) == (Level.NOTE, True)


def test_the_switch_that_stops_namespaces_is_named(look, monkeypatch, tmp_path):
    (tmp_path / "switch").write_text("0\n")
    monkeypatch.setattr(media, "offline_wrapper", tuple)
    monkeypatch.setattr(media.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(media, "_SWITCHES", ((str(tmp_path / "switch"), "0", "sysctl this"),))
    assert look()["network"].mend == "sysctl this"
