"""The ladder is a file; a wrong one is refused with the key and what is expected there."""

import pytest

from config.settings import CONFIG_DIR
from pipeline.domain.errors import WrongUsage
from pipeline.media.ladder import parse_ladder

SHIPPED = (CONFIG_DIR / "renditions.toml").read_text(encoding="utf-8")
ENABLED = SHIPPED.replace("enabled = false", "enabled = true")


def test_the_shipped_ladder_goes_from_small_to_large():
    ladder = parse_ladder(SHIPPED)
    assert sizes(ladder) == [(426, 240), (854, 480), (1280, 720), (1920, 1080)]
    assert [rung.max_rate for rung in ladder.videos] == sorted(rung.max_rate for rung in ladder.videos)
    assert ladder.segment_seconds == 4
    assert parse_ladder(SHIPPED).to_json() == ladder.to_json()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("segment_seconds = 4", "segment_seconds = 40", "“segment_seconds” must be a number from 2 to 10, not 40"),
        ("segment_seconds = 4", "", "“segment_seconds” must be a number from 2 to 10, but it is missing"),
        ('name = "v480"', 'name = "../x"', "“video\\[2\\].name” must be a short name"),
        ('name = "v480"', 'name = "v240"', "a name of its own"),
        ("width = 426", "width = 6400", "“video\\[1\\].width” must be a number from 64 to 4096"),
        ("width = 426", "width = 1000", "from the smallest to the largest"),
        ('level = "2.1"', 'level = "high"', "an H.264 level like 3.1"),
        ("[audio]", "[sound]", "“audio” must be a table"),
        ("target_lufs = -23.0", "target_lufs = true", "“loudness.target_lufs” must be a number"),
        ("segment_seconds = 4", "segment_seconds = = 4", "not valid TOML"),
    ],
)
def test_a_wrong_ladder_says_where_and_what(old, new, said):
    assert old in SHIPPED
    with pytest.raises(WrongUsage, match=said):
        parse_ladder(SHIPPED.replace(old, new, 1))


def test_a_ladder_needs_a_picture():
    with pytest.raises(WrongUsage, match="one to 8 tables"):
        parse_ladder(SHIPPED[: SHIPPED.index("[[video]]")])


def sizes(ladder):
    return [(rung.width, rung.height) for rung in ladder.videos]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ((1920, 1080), [(426, 240), (854, 480), (1280, 720), (1920, 1080)]),
        ((3840, 2160), [(426, 240), (854, 480), (1280, 720), (1920, 1080)]),
        ((1080, 1920), [(426, 240), (854, 480), (1280, 720), (1920, 1080)]),
        ((1280, 720), [(426, 240), (854, 480), (1280, 720)]),
        ((848, 480), [(426, 240), (854, 480)]),
        ((640, 480), [(426, 240), (854, 480)]),
        ((640, 360), [(426, 240), (640, 360)]),
        ((1600, 900), [(426, 240), (854, 480), (1280, 720), (1600, 900)]),
        ((720, 576), [(426, 240), (854, 480), (1024, 576)]),
        ((1296, 730), [(426, 240), (854, 480), (1280, 720)]),
        ((426, 240), [(426, 240)]),
        ((320, 180), [(320, 180)]),
        ((176, 144), [(256, 144)]),
        ((2000, 100), [(426, 240), (854, 480), (1280, 720), (1920, 1080)]),
    ],
)
def test_a_source_gets_no_picture_larger_than_its_canvas(source, expected):
    fitted = parse_ladder(SHIPPED).for_source(*source)
    assert sizes(fitted) == expected
    assert [rung.name for rung in fitted.videos] == ["v240", "v480", "v720", "v1080"][: len(expected)]


def test_a_modern_set_is_off_until_it_is_enabled():
    assert parse_ladder(SHIPPED).modern is None
    ladder = parse_ladder(ENABLED)
    assert [(rung.name, rung.like) for rung in ladder.modern.videos] == [
        ("a240", "v240"),
        ("a480", "v480"),
        ("a720", "v720"),
        ("a1080", "v1080"),
    ]


def test_a_modern_set_follows_the_source():
    ladder = parse_ladder(ENABLED)
    assert [rung.name for rung in ladder.for_source(1280, 720).modern.videos] == ["a240", "a480", "a720"]
    assert [rung.name for rung in ladder.for_source(320, 180).modern.videos] == ["a240"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("enabled = true", 'enabled = "yes"', "“modern.enabled” must be true or false"),
        ("preset = 10", "preset = 20", "“modern.preset” must be a number from 0 to 13"),
        ('like = "v480"', 'like = "v540"', "must be like a"),
        ('name = "a720"', 'name = "v720"', "a name of its own"),
    ],
)
def test_a_wrong_modern_set_says_what(old, new, said):
    assert old in ENABLED
    with pytest.raises(WrongUsage, match=said):
        parse_ladder(ENABLED.replace(old, new, 1))
