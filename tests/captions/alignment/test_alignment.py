"""A text is timed against a recording of it, and what does not fit is told: in speech that the tests make."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.disturbances import with_noise, with_silence_before
from bench.readings import Reading, Speaker, made_reading, write_recording
from pipeline.captions.alignment import Alignment, Reason, Streams, Verdict, align_texts
from pipeline.captions.alignment.voices import SAMPLE_RATE
from pipeline.domain.errors import InputRefused
from pipeline.media.programs import MediaPrograms
from pipeline.processes import run_program

TEXTS = (
    "Mister President, my delegation welcomes the report.",
    "Three of its parts concern the registration of births.",
    "Two years ago, offices were sent to forty villages.",
    "Nine thousand children have been entered since then.",
    "We ask for advice on how this work can be paid for.",
    "The law on access to courts was changed last autumn.",
    "Much remains to be done before the next review.",
    "We shall answer every question that is put to us.",
)
OTHER_TEXTS = (
    "Rivers in the north carry less water every summer.",
    "Fishing boats stay ashore, and markets close by noon.",
    "A new bridge joins both banks near the old mill.",
    "Teachers walk for an hour because buses are rare.",
    "Winter brings snow that nobody clears from roads.",
    "Music schools open again with borrowed violins.",
    "Bread costs twice as much as it did in spring.",
    "Farmers plant beans where wheat no longer grows.",
)
SPEAKER = Speaker("en", "en-gb-scotland+m3", 160)


@pytest.fixture(scope="module")
def reading() -> Reading:
    """Half a minute in a voice that the aligner does not use."""
    return made_reading(SPEAKER, TEXTS)


def _align(reading: Reading, texts: Sequence[str], folder: Path, language: str = "en") -> Alignment:
    recording = write_recording(reading, folder / "reading.mka", MediaPrograms())
    return align_texts(recording, texts, language, folder)


def _errors(found: Alignment, starts: Sequence[float]) -> list[float]:
    return [abs(line.start_seconds - start) for line, start in zip(found.lines, starts, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("disturb", [with_silence_before, with_noise])
def test_every_line_of_the_right_text_is_found(reading: Reading, disturb: object, tmp_path: Path) -> None:
    heard = disturb(reading)  # type: ignore[operator]
    found = _align(heard, TEXTS, tmp_path)
    assert max(_errors(found, heard.starts)) < 0.3
    assert found.belongs.verdict is Verdict.GOOD
    assert not any(line.is_doubtful for line in found.lines)
    assert all(line.end_seconds > line.start_seconds for line in found.lines)
    ends = [0.0, *(line.end_seconds for line in found.lines)]
    assert all(line.start_seconds >= end for line, end in zip(found.lines, ends, strict=False))
    assert found.unwritten == ()


@pytest.mark.slow
def test_what_only_the_text_has_is_marked_and_the_rest_in_time(reading: Reading, tmp_path: Path) -> None:
    found = _align(reading, [*TEXTS[:4], OTHER_TEXTS[0], *TEXTS[4:]], tmp_path)
    unsaid = found.lines[4]
    assert unsaid.is_doubtful
    said = replace(found, lines=found.lines[:4] + found.lines[5:])
    assert max(_errors(said, reading.starts)) < 0.5
    assert found.belongs.verdict is not Verdict.REFUSED


@pytest.mark.slow
def test_what_only_the_recording_has_is_told_and_the_rest_in_time(reading: Reading, tmp_path: Path) -> None:
    texts = [*TEXTS[:3], *TEXTS[5:]]
    found = _align(reading, texts, tmp_path)
    assert max(_errors(found, [*reading.starts[:3], *reading.starts[5:]])) < 0.5
    ((start, end),) = found.unwritten
    assert start == pytest.approx(reading.starts[3], abs=0.7)
    assert reading.starts[4] < end < reading.starts[5] + 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("texts", "language", "reason"),
    [
        (OTHER_TEXTS, "en", Reason.WRONG_TEXT),
        (OTHER_TEXTS, "fr", Reason.WRONG_LANGUAGE),
        (TEXTS[:4], "en", Reason.HALF_TEXT),
        (TEXTS[4:] + TEXTS[:4], "en", Reason.OTHER_ORDER),
    ],
)
def test_a_text_that_does_not_belong_is_refused(
    reading: Reading, texts: Sequence[str], language: str, reason: Reason, tmp_path: Path
) -> None:
    belongs = _align(reading, texts, tmp_path, language).belongs
    assert (belongs.verdict, belongs.reason) == (Verdict.REFUSED, reason)


@pytest.mark.slow
def test_a_language_without_a_voice_is_read_by_the_nearest_one_and_never_called_good(tmp_path: Path) -> None:
    texts = (
        "Hablo por la red, formada por treinta comunidades.",
        "Preparamos este texto en asambleas.",
        "Muchas gracias.",
    )
    heard = made_reading(Speaker("es", "es-419+m7", 165), texts)
    found = _align(heard, texts, tmp_path, language="ast")
    assert found.voice == "es"
    assert max(_errors(found, heard.starts)) < 0.5
    assert (found.belongs.verdict, found.belongs.reason) == (Verdict.DOUBTFUL, Reason.VOICE_APPROXIMATE)


def test_one_line_is_found(reading: Reading, tmp_path: Path) -> None:
    alone = replace(reading, sound=reading.sound[: round(reading.starts[1] * SAMPLE_RATE)])
    found = _align(alone, TEXTS[:1], tmp_path)
    assert found.belongs.verdict is not Verdict.REFUSED
    assert max(_errors(found, reading.starts[:1])) < 0.3


@pytest.mark.parametrize("texts", [(), ("",), ("—", "\N{GRINNING FACE}", " \x00 ")])
def test_a_text_in_which_nothing_can_be_read_is_refused(reading: Reading, texts: Sequence[str], tmp_path: Path) -> None:
    found = _align(reading, texts, tmp_path)
    assert found.belongs.reason is Reason.NO_TEXT
    assert len(found.lines) == len(texts)
    assert not any(line.is_spoken for line in found.lines)


def test_a_recording_in_which_nobody_speaks_is_refused(reading: Reading, tmp_path: Path) -> None:
    hush = np.random.default_rng(5).standard_normal(10 * SAMPLE_RATE) * 4
    found = _align(replace(reading, sound=hush.astype(np.int16)), TEXTS, tmp_path)
    assert found.belongs.verdict is Verdict.REFUSED
    empty = _align(replace(reading, sound=np.zeros(SAMPLE_RATE, np.int16)), TEXTS, tmp_path)
    assert empty.belongs.reason is Reason.NO_SPEECH


@pytest.mark.slow
def test_hostile_lines_are_words_at_most(reading: Reading, tmp_path: Path) -> None:
    trap = tmp_path / "written-by-an-option.wav"
    hostile = [
        f"-w {trap}",
        "<break time='3600s'/></speak><audio src='/etc/passwd'/>",
        "[[h@l'oU]] \x01 20S \N{GRINNING FACE}",
    ]
    found = _align(reading, [*TEXTS[:4], *hostile, "word " * 100_000, *TEXTS[4:]], tmp_path)
    assert not trap.exists()
    errors = _errors(
        replace(found, lines=found.lines[:3] + found.lines[-3:]), [*reading.starts[:3], *reading.starts[-3:]]
    )
    assert max(errors) < 0.5
    assert all(line.is_doubtful for line in found.lines[4:8])


def test_a_text_far_too_long_is_refused_before_it_is_read(reading: Reading, tmp_path: Path) -> None:
    found = _align(reading, TEXTS * 200, tmp_path)
    assert found.belongs.reason is Reason.HALF_RECORDING


@pytest.mark.slow
def test_times_begin_with_the_picture_where_the_sound_begins_later(reading: Reading, tmp_path: Path) -> None:
    recording = tmp_path / "late.ts"
    sound = reading.sound[: round(reading.starts[3] * SAMPLE_RATE)].tobytes()
    argv = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=size=64x64:rate=10:duration=16"]
    argv += ["-itsoffset", "2", "-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "pipe:0"]
    argv += ["-map", "0:v", "-map", "1:a", "-c:v", "mpeg2video", "-c:a", "mp2", "-f", "mpegts", str(recording)]
    assert run_program(argv, stdin=[sound], deadline_seconds=60).returncode == 0
    found = align_texts(recording, TEXTS[:3], "en", tmp_path, streams=Streams(audio=1, video=0))
    assert max(_errors(found, reading.starts[:3] + 2.0)) < 0.3
    alone = align_texts(recording, TEXTS[:3], "en", tmp_path)
    assert min(_errors(alone, reading.starts[:3] + 2.0)) > 1.0


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "speech.mp4"
    path.write_text("WEBVTT\n\n", encoding="utf-8")
    with pytest.raises(InputRefused):
        align_texts(path, TEXTS, "en", tmp_path)
