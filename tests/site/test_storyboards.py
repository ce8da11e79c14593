"""Small pictures on the time line of a statement and of a programme."""

from dataclasses import replace

from pipeline.domain.packages import Storyboard
from pipeline.site.storyboard_rules import check_storyboard, read_tiles
from pipeline.site.storyboards import write_storyboard
from pipeline.site.stream_parts import StreamPart
from tests.site.values import package

BOARD = Storyboard("storyboard.jpg", 2, 3, 160, 90, 4.0)


def part(base: str, seconds: list[float], board: Storyboard | None) -> StreamPart:
    return StreamPart(replace(package(seconds), storyboard=board), base)


def cues(text: str) -> list[str]:
    return [" ".join(block.split("\n")).strip() for block in text.split("\n\n")[1:]]


def test_every_tile_has_its_time_and_place() -> None:
    text = write_storyboard([part("../m/", [4.0, 4.0, 1.5], BOARD)])

    assert text
    assert check_storyboard(text) == []
    assert cues(text) == [
        "00:00:00.000 --> 00:00:04.000 ../m/storyboard.jpg#xywh=0,0,160,90",
        "00:00:04.000 --> 00:00:08.000 ../m/storyboard.jpg#xywh=160,0,160,90",
        "00:00:08.000 --> 00:00:09.500 ../m/storyboard.jpg#xywh=0,90,160,90",
    ]


def test_a_card_shows_what_comes_after_it() -> None:
    parts = [part("c/", [4.0], None), part("a/", [8.0], BOARD), part("c/", [4.0], None), part("b/", [4.0], BOARD)]

    text = write_storyboard(parts)

    assert text
    assert check_storyboard(text) == []
    assert [cue.partition("#")[0] for cue in cues(text)] == [
        "00:00:00.000 --> 00:00:08.000 a/storyboard.jpg",
        "00:00:08.000 --> 00:00:12.000 a/storyboard.jpg",
        "00:00:12.000 --> 00:00:20.000 b/storyboard.jpg",
    ]


def test_without_small_pictures_there_is_no_file() -> None:
    assert write_storyboard([part("c/", [4.0], None)]) is None


def test_what_is_no_file_of_small_pictures_is_noticed() -> None:
    good = write_storyboard([part("", [4.0, 4.0], BOARD)]) or ""

    assert check_storyboard("") == ["holds no small picture."]
    assert check_storyboard(good.replace("storyboard.jpg", "http://x.test/s.jpg")) == [
        "The address http://x.test/s.jpg is not a plain relative one."
    ] * len(read_tiles(good))
    assert check_storyboard(good.replace("00:00:00.000", "00:00:00.100")) == ["leaves moments without a small picture."]
