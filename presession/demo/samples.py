"""Makes the sample recordings with espeak-ng and ffmpeg, and keeps them: the second demonstration finds them."""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.domain.errors import FinalError
from pipeline.domain.fingerprints import fingerprint
from pipeline.domain.limits import Limit
from pipeline.processes import run_program
from presession.demo.pictures import Look, draw_name, draw_room, frame_name, person_frames
from presession.demo.story import NAMELESS, Take, VideoForm
from presession.demo.texts import DemoStatement
from presession.demo.voices import Reading, SpokenPhrase, loudness_steps, read_aloud, write_wav

SAMPLE_VERSION = 2
"""Grows when samples are made differently, so that kept ones are not used again."""

_MOUTH_FRAMES_A_SECOND = 12.5
_BLINK_EVERY = 41
_SECONDS_FOR_A_SECOND = 20


@dataclass(frozen=True)
class Sample:
    """A finished recording, and when each of its phrases is heard."""

    path: Path
    phrases: tuple[SpokenPhrase, ...]


def make_sample(take: Take, statement: DemoStatement, *, limit: Limit, samples_dir: Path, ffmpeg: str) -> Sample:
    """Make a take's recording, or find the one kept in `samples_dir`."""
    seconds = _wanted_seconds(take, limit)
    name = _kept_name(take, statement, seconds)
    video, times = samples_dir / f"{name}.{take.form.container}", samples_dir / f"{name}.json"
    if not (video.exists() and times.exists()):
        with TemporaryDirectory(dir=samples_dir, prefix="making-") as folder:
            _make(take, statement, seconds=seconds, work_dir=Path(folder), video=video, times=times, ffmpeg=ffmpeg)
    phrases = (SpokenPhrase(**row) for row in json.loads(times.read_text(encoding="utf-8")))
    return Sample(video, tuple(phrases))


def forget_other_samples(samples_dir: Path, samples: Iterable[Sample]) -> None:
    """Remove recordings that no sample uses any more."""
    used = {sample.path.stem for sample in samples}
    for path in samples_dir.iterdir():
        if path.is_file() and path.stem not in used:
            path.unlink()


def _wanted_seconds(take: Take, limit: Limit) -> float:
    if take.is_too_long:
        return limit.max_seconds + limit.tolerance_seconds + 2
    return limit.min_seconds + limit.tolerance_seconds


def _kept_name(take: Take, statement: DemoStatement, seconds: float) -> str:
    inputs = {
        "form": take.form.to_json(),
        "seconds": seconds,
        "speaker": [statement.name, statement.speaker.name, statement.speaker.organisation],
        "shows_name": statement.name not in NAMELESS,
        "text": [phrase[statement.language] for phrase in statement.phrases],
    }
    return f"{statement.name}-{fingerprint('sample', SAMPLE_VERSION, inputs)[:16]}"


def _make(
    take: Take,
    statement: DemoStatement,
    *,
    seconds: float,
    work_dir: Path,
    video: Path,
    times: Path,
    ffmpeg: str,
) -> None:
    reading = read_aloud(statement, at_least_seconds=seconds, work_dir=work_dir)
    write_wav(reading.sound, work_dir / "voice.wav")
    _draw(take.form, statement, reading, work_dir)
    made = work_dir / f"made.{take.form.container}"
    deadline = 120 + reading.duration_seconds * _SECONDS_FOR_A_SECOND
    result = run_program(
        _film(take.form, made, reading.duration_seconds, ffmpeg), cwd=work_dir, deadline_seconds=deadline
    )
    if result.returncode != 0:
        raise FinalError(f"ffmpeg could not make a sample recording: {result.last_words}")
    times.write_text(json.dumps([asdict(phrase) for phrase in reading.phrases]), encoding="utf-8")
    shutil.move(os.fspath(made), video)


def _draw(form: VideoForm, statement: DemoStatement, reading: Reading, work_dir: Path) -> None:
    shows_name = statement.name not in NAMELESS
    look = Look(sum(statement.name.encode()))
    draw_room(form.width, form.height, look).save(work_dir / "room.png")
    draw_name(form.width, form.height, statement.speaker, shows_name=shows_name).save(work_dir / "name.png")
    for name, image in person_frames(_person_size(form), look):
        image.save(work_dir / name)
    steps = loudness_steps(reading.sound, frames_a_second=_MOUTH_FRAMES_A_SECOND, steps=4)
    lines = ["ffconcat version 1.0"]
    for number, step in enumerate(steps):
        lines += [f"file {frame_name(step, number % _BLINK_EVERY > 1)}", f"duration {1 / _MOUTH_FRAMES_A_SECOND}"]
    (work_dir / "person.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


def _person_size(form: VideoForm) -> int:
    return round(min(form.width, form.height) * 0.84)


def _film(form: VideoForm, made: Path, seconds: float, ffmpeg: str) -> list[str]:
    # fmt: off
    return [
        ffmpeg, "-v", "error", "-nostdin", "-y",
        "-i", "file:room.png",
        "-f", "concat", "-i", "file:person.txt",
        "-i", "file:name.png",
        "-f", "wav", "-i", "file:voice.wav",
        "-filter_complex", _picture(form), "-map", "[picture]", "-t", f"{seconds:.3f}",
        *_codecs(form), f"file:{made.name}",
    ]
    # fmt: on


def _picture(form: VideoForm) -> str:
    """The person swaying in the room, the name above; the still layers are decoded once and repeated."""
    size = _person_size(form)
    sway, nod = max(2, size // 40), max(2, size // 90)
    left, top = (form.width - size) // 2, form.height - size + nod
    still = f"loop=loop=-1:size=1,setpts=N/({form.frame_rate})/TB,fps={form.frame_rate}"
    return (
        f"[0:v]format=yuv420p,{still}[room];"
        f"[1:v]format=yuva420p,fps={form.frame_rate}[person];"
        f"[2:v]format=yuva420p,{still}[name];"
        f"[room][person]overlay=x='{left}+{sway}*sin(t*0.9)':y='{top}+{nod}*sin(t*2.1)'[seen];"
        "[seen][name]overlay=x=0:y=0,format=yuv420p[picture]"
    )


def _codecs(form: VideoForm) -> list[str]:
    sound = ["-map", "3:a", "-ar", "48000"] if form.has_sound else []
    if form.is_from_browser:
        # More threads than one spin while they wait for each other, for minutes where encodes need the processor.
        video = ["-c:v", "libvpx", "-threads", "1", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"]
        video += ["-g", "100"]
        return [*video, *sound, "-c:a", "libopus", "-b:a", "48k", "-live", "1", "-f", "webm"]
    video = ["-c:v", "libx264", "-preset", "superfast", "-crf", "23"]
    metadata = ["-metadata", "title=Sample recording", "-metadata", "location=+46.2044+006.1432/"]
    return [*video, *sound, "-c:a", "aac", "-b:a", "96k", *metadata]
