"""The ladder is a file; a wrong one is refused with the key and what is expected there."""

import pytest

from config.settings import CONFIG_DIR
from pipeline.domain.errors import WrongUsage
from pipeline.media.ladder import parse_ladder

SHIPPED = (CONFIG_DIR / "renditions.toml").read_text(encoding="utf-8")


def test_the_shipped_ladder_has_three_pictures_from_small_to_large():
    ladder = parse_ladder(SHIPPED)
    assert [(rung.width, rung.height) for rung in ladder.videos] == [(640, 360), (960, 540), (1280, 720)]
    assert [rung.max_rate for rung in ladder.videos] == sorted(rung.max_rate for rung in ladder.videos)
    assert ladder.segment_seconds == 4
    assert parse_ladder(SHIPPED).to_json() == ladder.to_json()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("segment_seconds = 4", "segment_seconds = 40", "“segment_seconds” must be a number from 2 to 10, not 40"),
        ("segment_seconds = 4", "", "“segment_seconds” must be a number from 2 to 10, but it is missing"),
        ('name = "v540"', 'name = "../x"', "“video\\[2\\].name” must be a short name"),
        ('name = "v540"', 'name = "v360"', "a name of its own"),
        ("width = 640", "width = 6400", "“video\\[1\\].width” must be a number from 64 to 4096"),
        ("width = 640", "width = 1000", "from the smallest to the largest"),
        ('level = "3.0"', 'level = "high"', "an H.264 level like 3.1"),
        ("[audio]", "[sound]", "“audio” must be a table"),
        ("target_lufs = -23.0", "target_lufs = true", "“loudness.target_lufs” must be a number"),
        ("segment_seconds = 4", "segment_seconds = = 4", "not valid TOML"),
    ],
)
def test_a_wrong_ladder_says_where_and_what(old, new, said):
    assert old in SHIPPED
    with pytest.raises(WrongUsage, match=said):
        parse_ladder(SHIPPED.replace(old, new, 1))


def test_two_pictures_are_too_few():
    fewer = SHIPPED[: SHIPPED.rindex("[[video]]")]
    with pytest.raises(WrongUsage, match="3 tables"):
        parse_ladder(fewer)
