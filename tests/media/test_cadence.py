"""Times of packets and of decoded pictures give the same rate, evenness and holes."""

import json

import pytest

from pipeline.media.cadence import CLOCK, Cadence, Reordering


def cadence(*seconds: float) -> Cadence:
    order = Reordering()
    for each in seconds:
        order.add(each)
    return order.finish()


def test_packets_in_the_order_of_decoding_are_put_into_that_of_showing():
    shown = [n / 25 for n in range(200)]
    decoded = [shown[n] for start in range(0, 200, 4) for n in (start, start + 3, start + 1, start + 2)]
    assert cadence(*decoded) == cadence(*shown)
    assert cadence(*decoded).frame_rate == pytest.approx(25)
    assert set(cadence(*decoded).intervals) == {CLOCK // 25}


def test_whole_milliseconds_are_steady():
    browser = cadence(*(round(n / 30, 3) for n in range(300)))
    assert browser.is_steady
    assert browser.frame_rate == pytest.approx(30, abs=0.01)


def test_a_negative_start_and_a_hole_are_measured():
    holed = cadence(*(n / 25 - 0.08 for n in range(100) if not 40 <= n < 65))
    assert holed.start_seconds == pytest.approx(-0.08)
    assert holed.longest_gap_seconds == pytest.approx(26 / 25)
    assert holed.gap_seconds == pytest.approx(1.0, abs=0.001)
    assert holed.is_steady


def test_wild_times_stay_small_and_are_counted_all_the_same():
    """A hostile file may give every picture another distance."""
    wild = Cadence()
    ticks = 0
    for n in range(20_000):
        ticks += n
        wild.add(ticks)
    assert len(wild.intervals) < 8_000
    assert sum(wild.intervals.values()) == 19_999
    assert not wild.is_steady


@pytest.mark.parametrize("times", [(), (1.0,), (0.0, 0.04, 0.08)])
def test_a_cadence_survives_its_json(times):
    kept = cadence(*times)
    assert Cadence.from_json(json.loads(json.dumps(kept.to_json()))) == kept
