"""What the bench computes from what it measures; the measuring itself is `make bench`."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from bench import peers, raw
from bench.costs import Cost
from bench.curves import Point, bits_at_equal_quality, by_ssim, by_vmaf
from bench.race import Contender, cpu_ratio, race
from bench.rows import Row, SectionResult, as_markdown
from bench.scores import Score
from bench.sections import SECTIONS
from bench.speakers.films import Film
from bench.speakers.stalls import percentile
from bench.stage import Stage, shipped_ladder
from pipeline.media.programs import MediaPrograms


def _point(rate: float, vmaf: float, ssim: float = 0.98) -> Point:
    return Point(rate, Score(vmaf, ssim))


def test_bits_at_equal_quality_are_read_from_the_curve() -> None:
    curve = [_point(4000, 95), _point(1000, 85), _point(2000, 90)]
    assert bits_at_equal_quality(curve, _point(2000, 90), by_vmaf) == pytest.approx(1.0)
    assert bits_at_equal_quality(curve, _point(4000, 90), by_vmaf) == pytest.approx(0.5)
    assert bits_at_equal_quality(curve, _point(2000, 92.5), by_vmaf) == pytest.approx(2**0.5)


def test_qualities_beyond_the_curve_go_on_straight() -> None:
    curve = [_point(1000, 85), _point(2000, 90)]
    assert bits_at_equal_quality(curve, _point(4000, 95), by_vmaf) == pytest.approx(1.0)
    assert bits_at_equal_quality(curve, _point(500, 80), by_vmaf) == pytest.approx(1.0)


def test_ssim_counts_in_decibels() -> None:
    assert by_ssim(Score(None, 0.99)) == pytest.approx(20)


def test_a_ratio_is_the_median_of_the_ratios_within_each_run() -> None:
    costs = {"ours": [Cost(1, 10), Cost(1, 20), Cost(1, 90)], "theirs": [Cost(1, 10), Cost(1, 10), Cost(1, 30)]}
    assert cpu_ratio(costs, "ours", "theirs") == 2


def test_contenders_take_turns_in_folders_of_their_own(tmp_path: Path) -> None:
    order: list[str] = []
    folders: list[Path] = []

    def contender(name: str) -> Contender:
        def work(folder: Path) -> None:
            assert list(folder.iterdir()) == []
            order.append(name)
            folders.append(folder)

        return Contender(name, work)

    stage = Stage(tmp_path, seconds=1, long_seconds=1, runs=2, say=lambda _: None)
    costs = race([contender("a"), contender("b")], stage)
    assert order == ["a", "b", "b", "a"]
    assert len(costs["a"]) == len(costs["b"]) == 2
    assert not any(folder.exists() for folder in folders)


def test_a_table_says_which_targets_are_missed() -> None:
    rows = [Row("good", 1.0, target=1.05), Row("bad", 1.2, target=1.05), Row("time", 12.34, "s")]
    text = as_markdown("Title", SectionResult(rows, {}).to_json())
    assert "| good | 1.000 | 1.050 | met |" in text
    assert "| bad | 1.200 | 1.050 | MISSED |" in text
    assert "| time | 12.3 s |  |  |" in text


def test_peers_are_run_once_for_each_height() -> None:
    source = peers.Source(Path("clip.mp4"), 5_000_000)
    mediacms = peers.mediacms(source, [480, 1080], MediaPrograms())
    assert ["1500k" in mediacms[0], "6750k" in mediacms[1]] == [True, True]
    assert all("medium" in command for command in mediacms)
    assert "faster" in peers.mediacms(source, [720], MediaPrograms(), big_preset="faster")[0]
    assert len(peers.peertube(source, peers.PEERTUBE_HEIGHTS, MediaPrograms())) == len(peers.PEERTUBE_HEIGHTS)


def test_peertubes_cap_follows_pixels_and_the_originals_rate() -> None:
    assert peers.peertube_cap(1080, 20_000_000) == 6_220_800
    assert peers.peertube_cap(1080, 1_000_000) == 1_300_000


def test_the_bare_ladder_makes_what_the_ladder_names() -> None:
    ladder, programs = shipped_ladder(), MediaPrograms()
    (command,) = raw.one_process(Path("clip.mp4"), raw.plan_for(ladder, 10), programs)
    assert [part for part in command if part.startswith("file:v")] == [
        f"file:{rung.name}.mp4" for rung in reversed(ladder.videos)
    ]
    alone = replace(ladder, videos=ladder.videos[-1:])
    (command,) = raw.top_alone(Path("clip.mp4"), raw.plan_for(ladder, 10), programs)
    assert command == raw.one_process(Path("clip.mp4"), raw.plan_for(alone, 10), programs)[0]


def test_the_av1_set_can_be_measured_although_it_is_off() -> None:
    assert shipped_ladder(with_modern=True).modern


def test_every_section_has_a_title() -> None:
    assert all(section.title for section in SECTIONS.values())


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], 0.95) == 95
    assert percentile([7.0], 0.95) == 7


def test_bytes_to_send_are_the_same_wherever_reading_begins_and_no_two_films_alike() -> None:
    film = Film(2_500_000)
    whole = b"".join(film.pieces(700_000))
    assert len(whole) == film.size_bytes
    assert film.read(1_048_570, 20) == whole[1_048_570:1_048_590]
    assert film.read(2_499_990, 20) == whole[-10:]
    assert film.sha256 == sha256(whole).hexdigest()
    assert film.sha256 != Film(2_500_000).sha256
