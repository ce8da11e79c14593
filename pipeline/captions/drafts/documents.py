"""A translation that is a document, given to the cues of what was said: paragraph by paragraph, never across one."""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.captions.drafts.paragraphs import check_same, group_cues, paragraphs_of
from pipeline.captions.drafts.spreading import spread_text
from pipeline.captions.line_breaking import break_lines


def distribute_text(
    translation: str, cues: Sequence[str], *, said: str, language: str, source_language: str
) -> list[str]:
    """One text for each cue, with its lines broken; `said` is the text that was read, in paragraphs.

    Without it all is one paragraph. A paragraph that no cue says goes with the one before. Raises `ParagraphsDiffer`
    where the translation has other paragraphs.
    """
    target, source = paragraphs_of(translation), paragraphs_of(said)
    if not cues:
        return []
    if not source:
        source, target = ["\n".join(cues)], ["\n".join(target)]
    check_same(source, target)
    made = [""] * len(cues)
    for indices, text in _pairs(group_cues(cues, source), target):
        parts = spread_text(text, [cues[index] for index in indices], language, source_language)
        for index, part in zip(indices, parts, strict=True):
            made[index] = break_lines(part, language)
    return made


def _pairs(groups: Sequence[Sequence[int]], target: Sequence[str]) -> list[tuple[Sequence[int], str]]:
    """Cues with what they get: paragraphs without cues join the one before, or the first that has any."""
    bounds = [number for number, group in enumerate(groups) if group]
    starts = [0, *bounds[1:], len(groups)]
    return [
        (groups[own], "\n".join(target[start:end])) for own, (start, end) in zip(bounds, pairwise(starts), strict=True)
    ]
