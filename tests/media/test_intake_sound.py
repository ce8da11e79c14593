"""What the sound alone tells: silences and their places, a missing side, a missing part, a series to draw."""

import pytest

from pipeline.domain.findings import FindingCode
from pipeline.domain.limits import Limit
from pipeline.media.intake import inspect_recording
from tests.fixtures.media import ANY_LENGTH, H264, MakeClip

STILL = ("-f", "lavfi", "-i", "color=gray:s=64x64:r=5:d={seconds}")
PCM = ("-c:a", "pcm_s16le")


@pytest.fixture
def spoken(make_clip: MakeClip):
    """`spoken(name, seconds, expression)`: a still picture with a sound given as samples over `t`."""

    def make(name: str, seconds: float, expression: str, *options: str):
        picture = [word.format(seconds=seconds) for word in STILL]
        sound = ("-f", "lavfi", "-i", f"aevalsrc={expression}:d={seconds}:s=48000")
        return make_clip(name, *picture, *sound, *H264, *PCM, *options)

    return make


@pytest.fixture
def inspect(media_programs, tmp_path):
    """Intake without a decode of the pictures."""

    def run(source, limit=ANY_LENGTH):
        return inspect_recording(source, limit=limit, programs=media_programs, work_dir=tmp_path)

    return run


def found(report) -> dict:
    return {finding.code: finding.values for finding in report.findings}


VOICE = "0.25*sin(2*PI*440*t)"


def test_silence_has_its_places_and_proposes_a_trim(spoken, inspect):
    report = inspect(spoken("ends.mkv", 14, f"{VOICE}*between(t\\,4\\,6)+{VOICE}*between(t\\,8\\,10)"))
    assert [list(map(float, silence)) for silence in report.silences] == [
        pytest.approx([0, 4], abs=0.15),
        pytest.approx([6, 8], abs=0.15),
        pytest.approx([10, 14], abs=0.15),
    ]
    assert report.trim == pytest.approx((3.5, 10.5), abs=0.15)
    assert not report.pictures_checked


def test_silence_is_measured_against_the_voice(spoken, inspect):
    """A room's noise, 30 dB below the voice, is silence; a quiet word, 12 dB below, is none."""
    noise, word = "0.008*random(0)", f"0.25*{VOICE}*between(t\\,5\\,6)"
    report = inspect(spoken("room.mkv", 8, f"{VOICE}*lt(t\\,2)+{word}+{noise}"))
    assert [list(map(float, silence)) for silence in report.silences] == [
        pytest.approx([2, 5], abs=0.15),
        pytest.approx([6, 8], abs=0.15),
    ]


@pytest.mark.parametrize(("noise", "is_noisy"), [(0.08, True), (0.02, False)])
def test_noise_is_measured_against_the_voice(spoken, inspect, noise, is_noisy):
    """A word every second, and a pause."""
    words = f"{VOICE}*lt(mod(t\\,1)\\,0.5)*not(between(t\\,6\\,9))"
    codes = found(inspect(spoken(f"noise-{noise}.mkv", 32, f"{words}+{noise}*(2*random(0)-1)")))
    assert (FindingCode.NOISY in codes) is is_noisy
    if is_noisy:
        assert codes[FindingCode.NOISY]["below_voice_db"] == pytest.approx(6, abs=1)


def test_a_pause_is_heard_through_noise(spoken, inspect):
    words = f"{VOICE}*lt(mod(t\\,1)\\,0.5)*not(between(t\\,6\\,9))"
    report = inspect(spoken("pause-in-noise.mkv", 12, f"{words}+0.02*(2*random(0)-1)"))
    assert [list(silence) for silence in report.silences] == [pytest.approx([5.5, 9], abs=0.15)]


@pytest.mark.parametrize(("longest", "is_enough"), [(7, True), (3, False)])
def test_too_long_says_what_might_be_cut(spoken, inspect, longest, is_enough):
    clip = spoken("to-cut.mkv", 9, f"{VOICE}*between(t\\,2\\,6)")
    report = inspect(clip, Limit(1, longest))
    values = found(report)[FindingCode.TOO_LONG]
    assert values["by_seconds"] == pytest.approx(9 - longest, abs=0.1)
    assert values["silence_at_start_seconds"] == pytest.approx(2, abs=0.15)
    assert values["silence_at_end_seconds"] == pytest.approx(3, abs=0.15)
    assert values["is_trimming_enough"] is is_enough


@pytest.mark.parametrize(("name", "left", "right"), [("left", VOICE, "0"), ("right", f"0.001*{VOICE}", VOICE)])
def test_a_voice_on_one_side_is_told_and_counted_as_on_both(spoken, inspect, name, left, right):
    """A side with crosstalk alone, 60 dB below, is empty as well."""
    both = inspect(spoken("both.mkv", 3, f"{VOICE}|{VOICE}")).audio
    report = inspect(spoken(f"{name}.mkv", 3, f"{left}|{right}"))
    assert found(report)[FindingCode.ONE_SIDED_SOUND] == {"side": name}
    assert report.audio.heard_side == name
    assert report.audio.loudness_lufs == pytest.approx(both.loudness_lufs, abs=0.15)
    assert not both.heard_side


def test_sound_that_stops_early_is_told_once(spoken, inspect, make_clip):
    whole = spoken("whole.mkv", 14, VOICE)
    early = make_clip("early.mkv", "-i", whole, "-t", "2", "-i", whole, "-map", "0:v", "-map", "1:a", "-c", "copy")
    report = inspect(early)
    values = found(report)[FindingCode.SOUND_INCOMPLETE]
    assert values == {"missing_at_start_seconds": 0.0, "missing_at_end_seconds": pytest.approx(12, abs=0.2)}
    assert FindingCode.LONG_SILENCE not in found(report)


def test_the_series_starts_with_the_voice_and_keeps_its_level(spoken, inspect):
    series = inspect(spoken("short.mkv", 3, f"{VOICE}*lt(t\\,1)")).series
    assert series.step_seconds == 0.1
    assert series.peak[4] == pytest.approx(0.25 * 0.707, abs=0.02)
    assert series.peak[20] < 0.001
    assert series.loudness[9] > -22


def test_the_series_is_short_however_long_the_recording(make_clip, inspect):
    slow = ("-f", "lavfi", "-i", "color=gray:s=64x64:r=1:d=200", "-f", "lavfi", "-i", "sine=d=200:sample_rate=8000")
    series = inspect(make_clip("long.mkv", *slow, *H264, *PCM)).series
    assert 450 <= len(series.peak) <= 600
    assert len(series.peak) * series.step_seconds == pytest.approx(200, abs=1)


def test_sound_that_changes_its_form_on_the_way_is_measured_as_a_whole(spoken, inspect, tmp_path):
    """A headset that is put on, or a broadcast: from two channels at 48 kHz to one at 44.1 kHz."""
    two = spoken("two-channels.ts", 4, f"{VOICE}|{VOICE}", "-c:a", "aac")
    one = spoken("one-channel.ts", 4, f"0.5*{VOICE}", "-c:a", "aac", "-ar", "44100", "-output_ts_offset", "4")
    changing = tmp_path / "changing.ts"
    changing.write_bytes(two.read_bytes() + one.read_bytes())
    report = inspect(changing)
    assert report.is_accepted
    assert report.duration_seconds == pytest.approx(8, abs=0.1)
    assert report.audio.changes_form
    first, second = inspect(two).audio, inspect(one).audio
    assert not first.changes_form
    assert second.loudness_lufs < report.audio.loudness_lufs < first.loudness_lufs


def test_what_a_file_says_of_itself_is_no_measure(spoken, inspect, make_clip):
    """The log that is read holds the file's own texts as well."""
    told = "[Parsed_ebur128_1 @ 0x55] [info] t: 0.5 TARGET:-23 LUFS M: -1.0 S: -1.0 I: -1.0 LUFS FTPK: 0.0 0.0 dBFS"
    plain = spoken("untold.mkv", 3, VOICE)
    lying = make_clip("told.mkv", "-i", plain, "-c", "copy", "-metadata", f"title={told}", "-metadata", f"x=a\n{told}")
    assert inspect(lying).audio == inspect(plain).audio
