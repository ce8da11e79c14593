"""Every sound that is heard comes out at one loudness and below one peak, measured on what is published."""

import pytest

from tests.fixtures.encoded import loudness, media_file, samples, whole_package
from tests.fixtures.media import H264, PICTURE

pytestmark = pytest.mark.slow

# Six seconds of something like speech: syllables, then a pause.
SPEECH = "aevalsrc='0.3*sin(2*PI*220*t)*(0.1+abs(sin(2*PI*1.3*t)))*lt(mod(t,3),2)':s=48000:d=6"
BANGS = "aevalsrc='if(between(mod(t,3),1,1.02),0.9,0.01)*sin(2*PI*500*t)':s=48000:d=6"
HISS = "anoisesrc=d=6:c=white:a=0.05:r=48000"
SMALL_PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=6")

SOUNDS = {
    "with pauses": (SPEECH, "anull"),
    "very quiet": (SPEECH, "volume=-40dB"),
    "very loud, with peaks": (SPEECH, "volume=9dB"),
    "clipped": (SPEECH, "volume=30dB,alimiter=limit=1:level=0"),
    "on one side": (SPEECH, "pan=stereo|c0=c0"),
    "of one channel": (SPEECH, "aformat=channel_layouts=mono"),
    "around": (SPEECH, "pan=5.1|FC=c0|FL=0.1*c0|FR=0.1*c0"),
    "by telephone": (SPEECH, "aresample=8000"),
    "with bangs": (BANGS, "anull"),
    "hiss that the encoder thins out": (HISS, "anull"),
}


@pytest.fixture
def published(make_clip, encode):
    """`published(name, source, filters)`: the sound's file after an encode."""

    def run(name, source, filters="anull"):
        inputs = (*SMALL_PICTURE, "-f", "lavfi", "-i", source)
        clip = make_clip(name.replace(" ", "-") + ".mkv", *inputs, "-af", filters, *H264, "-c:a", "pcm_s16le")
        folder = encode(clip)
        return media_file(folder, whole_package(folder).audio)

    return run


@pytest.mark.parametrize("name", SOUNDS)
def test_loudness_is_brought_to_the_target(published, name):
    integrated, peak = loudness(published(name, *SOUNDS[name]))
    assert integrated == pytest.approx(-23, abs=0.5)
    assert peak <= -1.0


def test_a_limiter_that_works_hard_does_not_make_it_quieter(published):
    """Speech far below its own bangs: the gain that it needs would send them over full scale."""
    bangs = (
        "aevalsrc='0.02*sin(2*PI*220*t)*(0.1+abs(sin(2*PI*1.3*t)))+0.9*sin(2*PI*900*t)*lt(mod(t,3),0.003)':s=48000:d=6"
    )
    integrated, peak = loudness(published("far below", bangs))
    assert integrated == pytest.approx(-23, abs=0.5)
    assert peak <= -1.0


def test_silence_stays_silence(published):
    assert abs(samples(published("silence", "anullsrc=d=6:r=48000"))).max() < 1e-4


def test_a_voice_of_one_side_is_heard_on_both(published):
    sound = samples(published("on one side", *SOUNDS["on one side"]))
    left, right = (abs(sound[48000:96000, side]).mean() for side in (0, 1))
    assert left == pytest.approx(right, rel=0.05)


def test_a_recording_without_sound_gets_a_silent_track(make_clip, encode):
    folder = encode(make_clip("no-sound.mp4", *PICTURE, *H264))
    sound = samples(media_file(folder, whole_package(folder).audio))
    assert len(sound) == pytest.approx(4 * 48000, abs=2048)
    assert abs(sound).max() < 1e-4
