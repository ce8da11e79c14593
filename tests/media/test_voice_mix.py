"""A spoken interpretation over the original: as loud, in step, of one length, the original low below it or gone."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.domain.voices import Under, VoiceFault, VoiceRefused, fit_voice
from pipeline.media.metadata import PROGRAM_NAMES, find_metadata, find_words
from pipeline.media.voice_check import check_voice
from pipeline.media.voice_mix import LOW_DB, VoiceRecipe, mix_voice
from tests.fixtures.encoded import loudness, media_file, samples, whole_package
from tests.fixtures.media import AAC, H264

TOLD = ("-metadata", "title=Geheimnis", "-metadata", "artist=Eleonora", "-metadata", "comment=Geheimnis")
FORMATS = {
    "wav": (),
    "mp3": ("-id3v2_version", "3"),
    "m4a": ("-c:a", "aac"),
    "ogg": ("-c:a", "libopus"),
    "flac": (),
    "webm": ("-c:a", "libopus"),
    "aac": (),
}


@pytest.fixture(scope="module")
def toned(make_clip, encode):
    """Ten seconds with a tone so high that no speech hides it, as a package."""
    clip = make_clip(
        "high-tone.mp4",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=10"),
        *("-f", "lavfi", "-i", "sine=frequency=5000:sample_rate=48000:duration=10"),
        *H264,
        *AAC,
    )
    folder = encode(clip)
    return folder, whole_package(folder)


@pytest.fixture
def mix(toned, media_programs, small_ladder, tmp_path):
    """`mix(voice, under, starts)`: the rendition's file, and what was measured."""
    folder, package = toned

    def run(voice, under=Under.LOW, starts_seconds=0.0):
        report = check_voice(voice, shown_seconds=10.0, programs=media_programs, work_dir=tmp_path)
        recipe = VoiceRecipe(voice, report, media_file(folder, package.audio), package, starts_seconds, under)
        mixed = mix_voice(recipe, ladder=small_ladder, out_dir=tmp_path, programs=media_programs)
        return media_file(tmp_path, mixed.rendition), mixed

    return run


def _of_the_tone(sound: np.ndarray, start: float, end: float) -> float:
    """Level of the high tone between two moments, in dB."""
    piece = sound[round(start * 48000) : round(end * 48000), 0]
    at = np.arange(len(piece)) / 48000
    return 20 * np.log10(abs(np.mean(piece * np.exp(-2j * np.pi * 5000 * at))) + 1e-9)


@pytest.mark.parametrize("ending", FORMATS)
def test_every_usual_kind_of_sound_is_taken(ending, speech_file, media_programs, tmp_path):
    voice = speech_file(f"voice.{ending}", options=(*FORMATS[ending], *TOLD))
    report = check_voice(voice, shown_seconds=10.0, programs=media_programs, work_dir=tmp_path)
    assert report.seconds == pytest.approx(6.0, abs=2.5)
    assert report.audio.loudness_lufs is not None


@pytest.mark.parametrize(
    ("fault", "file"),
    [
        (VoiceFault.SILENT, ("silent.wav", "-f", "lavfi", "-i", "anullsrc=d=9")),
        (VoiceFault.TOO_SHORT, ("short.wav", "-f", "lavfi", "-i", "sine=d=2")),
        (VoiceFault.TOO_LONG, ("long.wav", "-f", "lavfi", "-i", "sine=d=60")),
        (VoiceFault.NO_SOUND, ("film.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=5:d=9", *H264)),
        (VoiceFault.NOT_SOUND, ("picture.png", "-f", "lavfi", "-i", "testsrc2=s=160x90:d=1", "-frames:v", "1")),
    ],
)
def test_what_is_no_voice_is_refused_with_a_reason(fault, file, make_clip, media_programs, tmp_path):
    with pytest.raises(VoiceRefused) as refused:
        check_voice(make_clip(*file), shown_seconds=10.0, programs=media_programs, work_dir=tmp_path)
    assert refused.value.fault is fault


def test_a_file_that_was_cut_off_and_one_that_names_others_are_refused(speech_file, media_programs, tmp_path):
    whole = speech_file("voice.wav").read_bytes()
    cut, playlist = tmp_path / "cut.wav", tmp_path / "list.mp3"
    cut.write_bytes(whole[: len(whole) // 2])
    playlist.write_text("#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    for path, fault in ((cut, VoiceFault.DAMAGED), (playlist, VoiceFault.NOT_SOUND)):
        with pytest.raises(VoiceRefused) as refused:
            check_voice(path, shown_seconds=10.0, programs=media_programs, work_dir=tmp_path)
        assert refused.value.fault is fault


@pytest.mark.slow
def test_the_voice_is_as_loud_as_the_original_which_is_low_below_it(mix, toned, speech_file):
    folder, package = toned
    voice = speech_file("late.m4a", filters="lowpass=2000,adelay=2500:all=1,apad=pad_dur=2,volume=-20dB", options=TOLD)
    path, mixed = mix(voice)
    original = media_file(folder, package.audio)
    assert loudness(path)[0] == pytest.approx(loudness(original)[0], abs=1.0)
    assert loudness(path)[1] <= -1.0
    sound, below = samples(path), samples(original)
    speaks = mixed.rendition.duration_seconds / 2
    assert _of_the_tone(sound, 0.2, 1.8) == pytest.approx(_of_the_tone(below, 0.2, 1.8), abs=0.5)
    lowered = _of_the_tone(sound, speaks - 1, speaks + 1) - _of_the_tone(below, speaks - 1, speaks + 1)
    assert lowered == pytest.approx(LOW_DB, abs=0.7)
    lengths = [segment.duration_seconds for segment in mixed.rendition.segments]
    assert lengths == [segment.duration_seconds for segment in package.audio.segments]
    assert mixed.rendition.codecs == package.audio.codecs
    assert mixed.rendition.duration_seconds == pytest.approx(package.duration_seconds, abs=1 / 25)
    assert find_metadata(path) == []
    assert find_words(path.parent, ["Geheimnis", "Eleonora"]) == []
    assert not any(name.encode() in path.read_bytes() for name in PROGRAM_NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("starts", [1.25, -0.75])
def test_a_voice_keeps_its_place_from_the_first_word_to_the_last(mix, toned, speech_file, starts):
    """Without the original; where the voice lies is measured at both ends, by its likeness to what was handed in."""
    folder, package = toned
    voice = speech_file("plain.wav", filters="apad=pad_dur=1")
    path, mixed = mix(voice, Under.NONE, starts)
    sound, said = samples(path)[:, 0], samples(voice)[:, 0]
    assert len(sound) == pytest.approx(len(samples(media_file(folder, package.audio))), abs=1)
    last = len(said) / 48000 - 3
    for moment in (1.0, last):
        assert _lag(sound, said, moment, starts) == pytest.approx(0.0, abs=0.001)
    assert _of_the_tone(samples(path), 0.0, 10.0) < -70
    fit = fit_voice(mixed.rendition.duration_seconds + 2, package.duration_seconds, starts)
    assert fit.loses_something
    assert replace(fit, lost_before=0.0, lost_after=0.0).loses_something is False


def _lag(sound: np.ndarray, said: np.ndarray, moment: float, starts: float) -> float:
    """By how many seconds a second of the voice is heard later than it should be."""
    piece = said[round(moment * 48000) :][:48000]
    begin = round((moment + starts - 0.1) * 48000)
    window = sound[begin : begin + 48000 + 9600]
    size = 1 << (len(window) + len(piece)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(piece, size)))
    return int(np.argmax(likeness[:9600])) / 48000 - 0.1
