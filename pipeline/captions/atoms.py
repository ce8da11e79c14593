"""Text taken apart where it may be broken: words, signs of scripts without spaces, and pieces of too long words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wcwidth import iter_graphemes

from pipeline.captions.gaps import Gaps, Word
from pipeline.captions.rules import UNITS, read_rules
from pipeline.captions.widths import has_wide_script, is_in, is_visible, width

_SPACES = "\t-\r\x20\x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000"
_WORD = re.compile(f"([{_SPACES}\xa0\u2007\u202f]*)([^{_SPACES}\xa0\u2007\u202f]+)")
_BREAKABLE = re.compile(f"[{_SPACES}]")


@dataclass(frozen=True)
class Atom:
    """A piece of text that is never broken, `joiner` as it stands between it and the one before in a line.

    `width` and `joiner_width` count in units; `gap` is what it costs to break before it.
    """

    text: str
    joiner: str
    width: int
    joiner_width: int
    gap: int


def take_apart(text: str, language: str, line_width: int, *, has_paragraphs: bool = False) -> Sequence[Atom]:
    """The atoms of a text in order, each of them at most `line_width` characters wide; a space is any white space.

    With `has_paragraphs`, a line end before a word with a capital is a good place to break at.
    """
    words = list(_words(text, line_width, has_wide_script(language)))
    costs = Gaps(language, has_paragraphs=has_paragraphs).costs(words)
    wide = has_wide_script(language)
    return [
        Atom(word.text, joiner, width(word.text, wide), width(joiner, wide), cost)
        for word, cost, joiner in zip(words, costs, _joiners(words, has_paragraphs=has_paragraphs), strict=True)
    ]


def put_together(atoms: Sequence[Atom]) -> str:
    """The text of atoms in one line."""
    return "".join([atom.text if index == 0 else atom.joiner + atom.text for index, atom in enumerate(atoms)])


def _words(text: str, line_width: int, wide: bool) -> Iterator[Word]:
    pending = ""
    for match in _WORD.finditer(text):
        space, word = match.groups()
        pending += space
        if is_visible(word):
            yield from _pieces(pending, word, line_width * UNITS, wide)
            pending = ""


def _pieces(space: str, word: str, limit: int, wide: bool) -> Iterator[Word]:
    """A word's signs where its script has no spaces, and pieces of at most `limit` units of one that is too long."""
    for run in _runs(word):
        for index, piece in enumerate(_cut(run, limit, wide)):
            yield Word(piece, space, is_cut=index > 0)
            space = ""


def _runs(word: str) -> Iterator[str]:
    ranges = read_rules()["characters"]["spaceless"]
    if word.isascii() or not any(is_in(sign, ranges) for sign in word):
        yield word
        return
    run = ""
    for sign in iter_graphemes(word):
        if is_in(sign[0], ranges):
            yield from (run, sign) if run else (sign,)
            run = ""
        else:
            run += sign
    if run:
        yield run


def _cut(word: str, limit: int, wide: bool) -> Iterator[str]:
    """A word as it is where it fits; else pieces, behind a sign like “/” where there is one in their second half."""
    if width(word, wide) <= limit:
        yield word
        return
    piece, room = "", 0
    for sign in iter_graphemes(word):
        if room + width(sign, wide) > limit:
            kept = _good_end(piece)
            yield piece[:kept]
            piece = piece[kept:]
            room = width(piece, wide)
        piece += sign
        room += width(sign, wide)
    yield piece


def _good_end(piece: str) -> int:
    cuts = read_rules()["characters"]["word_cuts"]
    return next((end for end in range(len(piece), len(piece) // 2, -1) if piece[end - 1] in cuts), len(piece))


def _joiners(words: Sequence[Word], *, has_paragraphs: bool) -> Iterator[str]:
    """A line end between signs without spaces is nothing; in a Thai text and the like it is a blank."""
    wide = read_rules()["characters"]["wide"]
    ranges = read_rules()["characters"]["spaceless"]
    for index, word in enumerate(words):
        if index == 0 or not word.space:
            yield ""
        elif not _BREAKABLE.search(word.space):
            yield word.space
        elif "\n" in word.space and is_in(words[index - 1].text[-1], ranges) and is_in(word.text[0], ranges):
            yield " " if has_paragraphs and not is_in(word.text[0], wide) else ""
        else:
            yield " "
