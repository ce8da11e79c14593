"""Has espeak-ng read lines of text aloud: which voice speaks a language, and one process for many lines."""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

from pipeline.domain.errors import FinalError
from pipeline.processes import run_program

SAMPLE_RATE = 22_050
"""What espeak-ng speaks at."""

LONGEST_LINE = 600
"""Signs of a line that are read; a cue has a hundred at most."""

Samples = npt.NDArray[np.int16]

_LINES_AT_ONCE = 16
_BREAK_SECONDS = 2.0
_SHORTEST_BREAK_SECONDS = 1.7
_WAV_HEADER_BYTES = 44
_MEMORY_BYTES = 512 * 1024**2
_DEADLINE_SECONDS = 120.0
_HEARD = 60

_CHOICES = {"en": "en-us", "fr": "fr-fr", "zh": "cmn", "no": "nb", "tl": "id", "fil": "id", "iw": "he", "in": "id"}
"""Where espeak-ng's own choice for a language is missing or less common."""

_NEAREST = {
    "gl": "pt", "oc": "ca", "ast": "es", "rm": "it", "sc": "it", "co": "it", "fur": "it", "wo": "sw", "ln": "sw",
    "rw": "sw", "rn": "sw", "lg": "sw", "ny": "sw", "sn": "sw", "zu": "sw", "xh": "sw", "st": "tn", "ts": "tn",
    "so": "om", "ti": "am", "ha": "sw", "yo": "sw", "ig": "sw", "mg": "id", "jv": "id", "su": "id", "ceb": "id",
    "dv": "si", "ps": "fa", "tg": "fa-latn", "mn": "kk", "lo": "th", "km": "vi", "fo": "is", "yi": "de", "fy": "nl",
    "tet": "pt", "pau": "id", "sm": "haw", "to": "haw", "fj": "haw", "mh": "haw", "dz": "my", "bo": "my",
}  # fmt: skip
"""Whose sounds and letters come closest, for languages that espeak-ng does not speak."""

_ANY = "en-us"
_UNSAID = re.compile(r"\[\d{1,3}\]|[\u00b9\u00b2\u00b3\u2070-\u2079*•‣◦▪†‡#_\\]")
"""Numbers of notes, and signs of layout that a voice would name (“asterisk”)."""

_KEPT_CATEGORIES = ("L", "M", "N", "Z", "Pc", "Pd", "Po", "Pi", "Pf", "Sc")
_BREAK = f'<break time="{round(_BREAK_SECONDS * 1000)}ms"/>'


@dataclass(frozen=True)
class Voice:
    """One of espeak-ng's voices; `is_approximate` where it speaks another language than the one asked for."""

    name: str
    is_approximate: bool = False


def voice_for(language: str) -> Voice:
    """The voice for a BCP-47 tag; of languages that have none the nearest, or an English one."""
    tag = language.lower().replace("_", "-")
    base = tag.partition("-")[0]
    spoken = _spoken_languages()
    for name in (tag, _CHOICES.get(base, base), base):
        if name in spoken:
            return Voice(name)
    return Voice(_NEAREST.get(base, _ANY), is_approximate=True)


@functools.cache
def _spoken_languages() -> frozenset[str]:
    said = run_program(["espeak-ng", "--voices"], deadline_seconds=30, memory_bytes=_MEMORY_BYTES)
    rows = (line.split() for line in said.stdout.decode("utf-8", "replace").splitlines()[1:])
    return frozenset(row[1].lower() for row in rows if len(row) > 1)


def read_lines(texts: Sequence[str], voice: str, words_a_minute: int) -> Iterator[Samples]:
    """Each line read aloud, without silence around it; empty where it holds nothing that can be read.

    Raises `FinalError` when espeak-ng fails, `ProgramMissing` when it is not there.
    """
    for first in range(0, len(texts), _LINES_AT_ONCE):
        yield from _read_some([readable(text) for text in texts[first : first + _LINES_AT_ONCE]], voice, words_a_minute)


def readable(text: str) -> str:
    """What of a line is read: letters, marks, digits and punctuation; no pictures, layout, commands, phoneme codes."""
    cut = unicodedata.normalize("NFC", text[: 4 * LONGEST_LINE])
    said = _UNSAID.sub(" ", cut)
    kept = "".join(sign if unicodedata.category(sign).startswith(_KEPT_CATEGORIES) else " " for sign in said)
    words = " ".join(kept.split())[:LONGEST_LINE]
    return words if re.search(r"[^\W_]", words) else ""


def _read_some(texts: Sequence[str], voice: str, words_a_minute: int) -> list[Samples]:
    """All in one process, parted where nothing is heard for long; one by one when the parts do not come out right."""
    said = [text for text in texts if text]
    parts = _parts(_speak(_BREAK.join(map(_as_markup, said)), voice, words_a_minute)) if said else []
    if len(parts) != len(said):
        parts = [_trimmed(_speak(_as_markup(text), voice, words_a_minute)) for text in said]
    found = iter(parts)
    return [next(found) if text else np.zeros(0, np.int16) for text in texts]


def _as_markup(text: str) -> str:
    return escape(text, quote=False)


def _speak(markup: str, voice: str, words_a_minute: int) -> Samples:
    # The text comes by stdin alone: as an argument, one that begins with a dash would be an option.
    result = run_program(
        ["espeak-ng", "-v", voice, "-s", str(words_a_minute), "-b", "1", "-m", "-z", "--stdin", "--stdout"],
        stdin=[f"<speak>{markup}</speak>\n".encode()],
        deadline_seconds=_DEADLINE_SECONDS,
        memory_bytes=_MEMORY_BYTES,
    )
    if result.returncode != 0:
        raise FinalError(f"espeak-ng could not read a text aloud: {result.last_words}")
    data = result.stdout[_WAV_HEADER_BYTES:]
    return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2")


def _parts(sound: Samples) -> list[Samples]:
    """The sound cut at its long silences."""
    heard = np.flatnonzero(np.abs(sound.astype(np.int32)) > _HEARD)
    if not len(heard):
        return []
    breaks = np.flatnonzero(np.diff(heard) > _SHORTEST_BREAK_SECONDS * SAMPLE_RATE)
    firsts = heard[np.append(0, breaks + 1)]
    lasts = heard[np.append(breaks, len(heard) - 1)]
    return [sound[first : last + 1] for first, last in zip(firsts, lasts, strict=True)]


def _trimmed(sound: Samples) -> Samples:
    heard = np.flatnonzero(np.abs(sound.astype(np.int32)) > _HEARD)
    return sound[heard[0] : heard[-1] + 1] if len(heard) else sound[:0]
