"""Whether the lines of a cue are few, short, and broken where there is no better place."""

from collections.abc import Iterator, Sequence

from pipeline.captions.atoms import take_apart
from pipeline.captions.complaints import CaptionRule, Complaint
from pipeline.captions.line_breaking import Room, break_lines
from pipeline.captions.rules import UNITS, Rules, read_rules
from pipeline.captions.widths import has_wide_script, width


def check_lines(index: int, text: str, language: str, rules: Rules) -> Iterator[Complaint]:
    """What is wrong with the lines of cue `index`. A bad break is one only where another place is better."""
    lines = text.split("\n")
    if len(lines) > rules.lines:
        yield Complaint(CaptionRule.TOO_MANY_LINES, index, {"lines": len(lines), "limit": rules.lines})
    too_long = list(_too_long(index, lines, language, rules))
    yield from too_long
    if len(lines) == 2 and not too_long:
        yield from _better_break(index, lines, language, rules)


def _too_long(index: int, lines: Sequence[str], language: str, rules: Rules) -> Iterator[Complaint]:
    for number, line in enumerate(lines, 1):
        size = width(line, has_wide_script(language)) / UNITS
        if size > rules.line_width:
            values = {"line": number, "characters": size, "limit": rules.line_width}
            yield Complaint(CaptionRule.LINE_TOO_LONG, index, values)


def _better_break(index: int, lines: Sequence[str], language: str, rules: Rules) -> Iterator[Complaint]:
    limit = rules.line_width * UNITS
    atoms = take_apart("\n".join(lines), language, rules.line_width)
    at = len(take_apart(lines[0], language, rules.line_width))
    room = Room(atoms, limit)
    best = room.best_break(0, len(atoms))
    if best is None or not 0 < at < len(atoms) or room.break_cost(0, at, len(atoms)) <= best[0]:
        return
    better = {"better": break_lines("\n".join(lines), language).replace("\n", " / ")}
    bad = read_rules()["bad_break_cost"]
    if atoms[at].gap >= bad > atoms[best[1]].gap:
        yield Complaint(CaptionRule.BAD_BREAK, index, {"word": atoms[at - 1].text, **better})
    elif abs(room.width(0, at) - room.width(at, len(atoms))) > limit / 2 and not room.fits(0, len(atoms)):
        yield Complaint(CaptionRule.UNBALANCED, index, better)
