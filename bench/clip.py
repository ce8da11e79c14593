"""Makes the recording that everything is measured on: a speaker in a room, 1080p30, as a telephone would film it.

Nothing is random: the same ffmpeg and the same length give the same file. Long recordings are one scene over and over,
copied without encoding it again, under a voice that goes on: a second costs the same whatever the length.
"""

import math
import wave
from itertools import cycle
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.scenery import MOUTHS, draw_layers, states
from pipeline.domain.errors import FinalError
from pipeline.media.programs import MediaPrograms
from pipeline.processes import run_program

WIDTH, HEIGHT, RATE = 1920, 1080, 30
SCENE_SECONDS = 20
"""Length of the scene that long recordings repeat."""

_MOUTHS_A_SECOND = 15
_DEADLINE_SECONDS = 1800
_TEXT = (
    "Mister President, my delegation welcomes the report before us.",
    "We have read its recommendations with care, and we thank those who prepared it.",
    "Three of them concern the registration of births in remote districts.",
    "Two years ago the ministry sent travelling offices to forty villages, and nine thousand children were entered.",
    "We ask for advice on how this work can be paid for when the present programme ends.",
    "The law on access to courts was changed in the same year; interpreters are now free of charge.",
    "Much remains to be done. We shall answer every question that is put to us today.",
)

Samples = npt.NDArray[np.int16]


def make_clip(folder: Path, seconds: int, programs: MediaPrograms) -> Path:
    """The recording of so many seconds in `folder`, made on first use."""
    clip = folder / f"speaker-{seconds}s.mp4"
    if not clip.exists():
        work = folder / "making"
        work.mkdir(parents=True, exist_ok=True)
        scene = min(seconds, SCENE_SECONDS)
        sound, rate = _speech(work, seconds)
        if not (work / f"scene-{scene}s.mp4").exists():
            draw_layers(work)
            _write_heads(sound[: scene * rate], rate, work)
            _ffmpeg(programs, _film(scene), work)
        _write_wav(sound, rate, work / "voice.wav")
        _ffmpeg(programs, _join(scene, seconds), work)
        (work / "joined.mp4").replace(clip)
    return clip


def _ffmpeg(programs: MediaPrograms, arguments: list[str], folder: Path) -> None:
    argv = [programs.ffmpeg, "-v", "error", "-nostdin", "-y", *arguments]
    result = run_program(argv, cwd=folder, deadline_seconds=_DEADLINE_SECONDS)
    if result.returncode != 0:
        raise FinalError(f"The bench's clip could not be made: {result.last_words}")


def _speech(work: Path, seconds: int) -> tuple[Samples, int]:
    """The text read aloud by espeak-ng, again and again until the time is over."""
    phrases: list[Samples] = []
    rate = 0
    for number, text in enumerate(_TEXT):
        path = work / f"phrase-{number}.wav"
        result = run_program(["espeak-ng", "-v", "en-gb", "-s", "165", "-w", str(path), text], deadline_seconds=60)
        if result.returncode != 0:
            raise FinalError(f"espeak-ng could not speak: {result.last_words}")
        with wave.open(str(path), "rb") as file:
            rate = file.getframerate()
            phrases.append(np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16))
    pieces: list[Samples] = []
    spoken = cycle(phrases)
    while sum(map(len, pieces)) < seconds * rate:
        pieces += [next(spoken), np.zeros(rate // 2, np.int16)]
    return np.concatenate(pieces)[: seconds * rate], rate


def _write_wav(sound: Samples, rate: int, path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.tobytes())


def _write_heads(sound: Samples, rate: int, work: Path) -> None:
    """The list of heads whose mouths follow the sound."""
    step = rate // _MOUTHS_A_SECOND
    frames = sound[: len(sound) // step * step].reshape(-1, step).astype(np.float64)
    level = np.sqrt(np.mean(frames**2, axis=1))
    mouths = [int(mouth) for mouth in np.clip(level / np.percentile(level, 92) * MOUTHS, 0, MOUTHS - 1)]
    lines = ["ffconcat version 1.0"]
    for name in states([*mouths, 0]):
        lines += [f"file {name}", f"duration {1 / _MOUTHS_A_SECOND}"]
    (work / "heads.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


def _film(seconds: int) -> list[str]:
    # fmt: off
    return [
        "-i", "file:room.png", "-i", "file:torso.png", "-i", "file:hand.png",
        "-f", "concat", "-i", "file:heads.txt",
        "-filter_complex", _picture(), "-map", "[picture]", "-t", str(seconds),
        "-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-crf", "19", "-g", str(2 * RATE),
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
        "-bitexact", "-f", "mp4", f"file:scene-{seconds}s.mp4",
    ]
    # fmt: on


def _join(scene: int, seconds: int) -> list[str]:
    """The scene as often as it takes, copied; the voice goes on."""
    # fmt: off
    return [
        "-stream_loop", "-1", "-i", f"file:scene-{scene}s.mp4", "-i", "file:voice.wav",
        "-map", "0:v", "-map", "1:a", "-t", str(seconds), "-c:v", "copy",
        "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2",
        "-bitexact", "-f", "mp4", "file:joined.mp4",
    ]
    # fmt: on


def _picture() -> str:
    """Room, torso, head and hands move apart, some by parts of a pixel (`rotate`); then the sensor's noise."""
    still = f"loop=loop=-1:size=1,setpts=N/{RATE}/TB,fps={RATE}"
    shake = "0.0012*sin(t*2.3)+0.0007*sin(t*7.1)"
    nod = "0.035*sin(t*1.7)+0.02*sin(t*4.3)"
    turn = f"{math.pi / 9:.4f}*sin(t*2.9)"
    return (
        f"[0:v]format=yuv420p,{still},rotate=a='{shake}':bilinear=1,"
        f"crop={WIDTH}:{HEIGHT}:'64+3*sin(t*0.8)':'36+2*sin(t*1.1)'[room];"
        f"[1:v]format=yuva420p,{still}[torso];"
        f"[2:v]format=yuva420p,{still},split[l][r];"
        f"[l]rotate=a='{turn}':c=none[left];[r]hflip,rotate=a='-{turn}':c=none[right];"
        f"[3:v]format=yuva420p,fps={RATE},rotate=a='{nod}':c=none[head];"
        "[room][torso]overlay=x='360+6*sin(t*0.9)':y='560+4*sin(t*1.3)'[a];"
        "[a][head]overlay=x='650+16*sin(t*0.9)+6*sin(t*3.1)':y='20+8*sin(t*2.1)'[b];"
        "[b][left]overlay=x='420+60*sin(t*1.9)':y='820-150*max(0,sin(t*0.7))+30*sin(t*5)'[c];"
        "[c][right]overlay=x='1180+70*sin(t*1.6)':y='830-170*max(0,sin(t*0.45+1))+26*sin(t*4)'[d];"
        "[d]noise=all_seed=7:alls=3:allf=t,format=yuv420p[picture]"
    )
