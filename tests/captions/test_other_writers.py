"""Files that other programs write: no word is lost, whatever lines look like numbers."""

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captions.cues import Cue
from pipeline.captions.reading import read_subtitles

WORDS = st.sampled_from(
    ["2030", "1", "2", "Señora", "l’été", "10:30", "12.5 %", "монгол", "ދިވެހި", "«", "-", "a < b", "R&D"]
)
LINES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
TEXTS = st.lists(st.lists(LINES, min_size=1, max_size=3).map("\n".join), min_size=1, max_size=8)


def timed(texts: list[str]) -> tuple[Cue, ...]:
    return tuple(Cue(float(second), second + 0.5, text) for second, text in enumerate(texts))


def subrip(cues: tuple[Cue, ...], *, with_numbers: bool) -> str:
    blocks = []
    for number, cue in enumerate(cues, 1):
        start, end = (
            f"00:00:{int(time):02d},{int(time * 1000) % 1000:03d}" for time in (cue.start_seconds, cue.end_seconds)
        )
        blocks.append(f"{number}\n" * with_numbers + f"{start} --> {end}\n{cue.text}\n")
    return "\n".join(blocks)


@given(TEXTS, st.booleans())
def test_subrip_keeps_every_line(texts: list[str], with_numbers: bool) -> None:
    cues = timed(texts)
    assert read_subtitles(subrip(cues, with_numbers=with_numbers).encode()) == cues


@pytest.mark.parametrize("format_name", ["srt", "vtt", "ass"])
@given(texts=TEXTS)
def test_what_pysubs2_writes_is_read(format_name: str, texts: list[str]) -> None:
    cues = timed(texts)
    file = pysubs2.SSAFile()
    for cue in cues:
        event = pysubs2.SSAEvent(int(cue.start_seconds * 1000), int(cue.end_seconds * 1000))
        event.plaintext = cue.text
        file.append(event)
    assert read_subtitles(file.to_string(format_name).encode()) == cues
