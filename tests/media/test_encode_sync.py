"""Sound and picture stay within 40 ms of each other, whatever begins late, is cut, stops in between or drifts."""

import pytest

from tests.fixtures.encoded import beeps, flashes, media_file, pictures, samples, whole_package
from tests.fixtures.media import AAC, H264, VP8

pytestmark = pytest.mark.slow

# A picture that flashes and a sound that beeps at the start of every second.
FLASHES = (
    "-f", "lavfi", "-i",
    "color=black:s=160x90:r=25:d=5,format=yuv420p,geq=lum='if(lt(mod(T,1),0.2),235,16)':cb=128:cr=128",
)  # fmt: skip
BEEPS = ("-f", "lavfi", "-i", "aevalsrc='if(lt(mod(t,1),0.1),0.5*sin(2*PI*1000*t),0)':s=48000:d=5")


FORMS = {
    "sync.mp4": (*H264, *AAC),
    "sync.mkv": (*H264, "-c:a", "pcm_s16le"),
    "sync.webm": (*VP8, "-c:a", "libopus", "-live", "1"),
    "sync.ts": ("-c:v", "mpeg2video", "-q:v", "4", "-c:a", "mp2"),
}


@pytest.mark.parametrize("name", FORMS)
def test_sound_and_picture_stay_together(make_clip, encode, name):
    folder = encode(make_clip(name, *FLASHES, *BEEPS, *FORMS[name]))
    assert offsets(folder) == pytest.approx([0.0] * 4, abs=0.04)


def test_sound_that_begins_late_stays_late(make_clip, encode):
    both = make_clip("both.mkv", *FLASHES, *BEEPS, "-c:v", "ffv1", "-c:a", "pcm_s16le")
    late = ("-i", both, "-itsoffset", "0.3", "-i", both, "-map", "0:v", "-map", "1:a")
    folder = encode(make_clip("late-sound.mp4", *late, *H264, *AAC))
    assert offsets(folder) == pytest.approx([0.3] * 4, abs=0.04)


def test_a_picture_that_begins_late_stays_late(make_clip, encode):
    both = make_clip("both.mkv", *FLASHES, *BEEPS, "-c:v", "ffv1", "-c:a", "pcm_s16le")
    late = ("-itsoffset", "0.3", "-i", both, "-i", both, "-map", "0:v", "-map", "1:a")
    folder = encode(make_clip("late-picture.mp4", *late, *H264, *AAC))
    assert offsets(folder) == pytest.approx([-0.3] * 4, abs=0.04)


def test_a_cut_without_a_new_encode_keeps_both_together(make_clip, encode):
    """Phones cut so: the file begins before what is shown, and an edit list says so."""
    whole = make_clip("whole.mp4", *FLASHES, *BEEPS, *H264[:-1], "12", "-bf", "2", *AAC)
    cut = make_clip("cut.mp4", "-ss", "0.7", "-i", whole, "-c", "copy")
    assert offsets(encode(cut)) == pytest.approx([0.0] * 4, abs=0.04)


def test_times_below_zero(make_clip, encode):
    both = make_clip("both.mkv", *FLASHES, *BEEPS, "-c:v", "ffv1", "-c:a", "pcm_s16le")
    early = make_clip(
        "early.mp4", "-i", both, *H264, *AAC, "-output_ts_offset", "-0.3", "-avoid_negative_ts", "disabled"
    )
    assert offsets(encode(early))[1:] == pytest.approx([0.0] * 3, abs=0.04)


HOLES = {
    "hole-in-sound.mkv": ("-af", "aselect='not(between(t,1.2,1.8))'"),
    "hole-in-picture.mkv": ("-vf", "select='not(between(t,1.3,1.9))'", "-fps_mode", "vfr"),
    "slow-clock.mkv": ("-af", "asetpts=PTS*1.002"),
}


@pytest.mark.parametrize("name", HOLES)
def test_holes_and_clocks_that_drift(make_clip, encode, name):
    folder = encode(make_clip(name, *FLASHES, *BEEPS, *HOLES[name], *H264, "-c:a", "pcm_s16le"))
    assert offsets(folder) == pytest.approx([0.0] * 4, abs=0.04)


def offsets(folder) -> list[float]:
    """How much later than its flash each beep is heard."""
    package = whole_package(folder)
    video = package.videos[-1]
    shown = flashes(pictures(media_file(folder, video), 16, 9), video.frame_rate)
    heard = beeps(samples(media_file(folder, package.audio)))
    return [min((beep - flash for beep in heard), key=abs) for flash in shown][:4]
