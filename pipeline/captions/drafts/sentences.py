"""A machine's translation of cues: whole sentences are translated, and given back to the cues that they are said in."""

import re
from collections.abc import Callable, Iterator, Sequence

from pipeline.captions.drafts.drafting import Drafter
from pipeline.captions.drafts.glossary import FoundTerm, Glossary
from pipeline.captions.drafts.spreading import spread_text
from pipeline.captions.line_breaking import break_lines, join_lines
from pipeline.captions.rules import read_rules

_MOST_CUES = 6
_MOST_CHARACTERS = 500
_SENTENCES_AT_ONCE = 8


def translate_cues(
    drafter: Drafter,
    texts: Sequence[str],
    source: str,
    target: str,
    *,
    on_progress: Callable[[float], object] = lambda _share: None,
) -> list[str]:
    """A draft for each text of cues in reading order, with its lines broken; empty texts stay empty.

    `on_progress` hears the share that is done and may raise to end it. Raises what the drafter does.
    """
    made = [""] * len(texts)
    groups = list(_sentences(texts))
    for first in range(0, len(groups), _SENTENCES_AT_ONCE):
        portion = groups[first : first + _SENTENCES_AT_ONCE]
        asked = [join_lines("\n".join(texts[place] for place in places), source) for places in portion]
        for places, answer in zip(portion, drafter.translate(asked, source, target), strict=True):
            parts = spread_text(answer, [texts[place] for place in places], target, source)
            for place, part in zip(places, parts, strict=True):
                made[place] = break_lines(part, target)
        on_progress((first + len(portion)) / len(groups))
    return made


def deviations(
    glossary: Glossary, texts: Sequence[str], made: Sequence[str], source: str, target: str
) -> dict[int, list[FoundTerm]]:
    """The terms of each cue's text whose settled form neither its draft nor a neighbour's has, by the cue's place."""
    found: dict[int, list[FoundTerm]] = {}
    for place, text in enumerate(texts):
        near = "\n".join(made[max(0, place - 1) : place + 2])
        missing = glossary.missing(text, near, source, target) if made[place] else []
        if missing:
            found[place] = missing
    return found


def _sentences(texts: Sequence[str]) -> Iterator[list[int]]:
    """Places of cues that make up a sentence, or as much of a long one as is translated at once."""
    signs = read_rules()["characters"]
    is_end = re.compile(f"[{re.escape(signs['sentence_ends'])}][{re.escape(signs['closing'] + signs['quotes'])}]*$")
    places: list[int] = []
    size = 0
    for place, text in enumerate(texts):
        if not text.strip():
            continue
        if places and (len(places) == _MOST_CUES or size + len(text) > _MOST_CHARACTERS):
            yield places
            places, size = [], 0
        places.append(place)
        size += len(text)
        if is_end.search(text.strip()):
            yield places
            places, size = [], 0
    if places:
        yield places
