"""A sound whose form changes on the way: two channels, then one, at another rate. It stays in step, and whole."""

import re
import subprocess

import pytest

from pipeline.media.encode import encode_recording
from pipeline.media.intake import inspect_recording
from tests.fixtures.media import ANY_LENGTH, H264, PICTURE

BEEP = "0.25*sin(2*PI*440*t)*between(t\\,{start}\\,{end})"


@pytest.fixture
def changing_clip(make_clip, tmp_path):
    """Beeps at 2 to 3 s and at 5 to 6 s; the sound begins a second after the picture."""
    first = BEEP.format(start=1, end=2)
    two = ("-itsoffset", "1", "-f", "lavfi", "-i", f"aevalsrc={first}|{first}:d=3:s=48000")
    one = ("-f", "lavfi", "-i", f"aevalsrc={BEEP.format(start=1, end=2)}:d=4:s=44100")
    stream = (*H264, "-c:a", "aac", "-f", "mpegts")
    parts = [
        make_clip("two-then.ts", *PICTURE, *two, *stream),
        make_clip("one-then.ts", *PICTURE, *one, *stream, "-output_ts_offset", "4"),
    ]
    changing = tmp_path / "changing.ts"
    changing.write_bytes(b"".join(part.read_bytes() for part in parts))
    return changing


def beeps(audio) -> list[float]:
    """When silence begins and ends."""
    command = [
        "ffmpeg",
        "-hide_banner",
        "-nostdin",
        "-i",
        audio,
        "-af",
        "silencedetect=n=-40dB:d=0.3",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return [float(time) for time in re.findall(r"silence_(?:start|end): ([\d.]+)", said)]


def test_every_part_of_it_is_heard_at_its_time(changing_clip, media_programs, small_ladder, tmp_path):
    report = inspect_recording(changing_clip, limit=ANY_LENGTH, programs=media_programs, work_dir=tmp_path)
    assert report.audio.changes_form
    out = tmp_path / "out"
    encoded = encode_recording(changing_clip, report, ladder=small_ladder, out_dir=out, programs=media_programs)
    assert encoded.package.duration_seconds == pytest.approx(8, abs=0.1)
    assert beeps(out / f"{small_ladder.audio.name}.mp4") == pytest.approx([0, 2, 3, 5, 6, 8], abs=0.08)
