"""Timed text in XML: TTML, IMSC 1 and EBU-TT-D (.ttml, .xml, .dfxp). Times and places are read, looks are left out.

The XML comes from outside: it is refused with a document type, so nothing is expanded or fetched.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, groupby
from typing import Any

from lxml import etree

from pipeline.captions.cues import plain_text
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused
from pipeline.captions.scanning import TimedText
from pipeline.captions.ttml_places import Layout, attributes_of, local_name
from pipeline.captions.ttml_times import Clock

FIRST_SIGNS = re.compile(r"\s*(?:<\?xml\b|<!--|<!DOCTYPE\b|<(?:[A-Za-z]{1,20}:)?tt(?=[\s>/]|$))")
"""How a document begins."""

_DOCUMENT_TYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]*\?>")
_BLANKS = re.compile(r"[ \t\n\r]+")
_SPACES = re.compile(" {2,}")
_LATEST_SECONDS = 10_000_000
_MOST_TAGS = 100_000
_BLOCKS = {"div", "p", "span"}
_TIMED = {"begin", "end", "dur"}


@dataclass(frozen=True)
class _Span:
    """When something is shown; `end` is None as long as nothing ends it."""

    begin: Fraction
    end: Fraction | None


@dataclass(frozen=True)
class _Piece:
    """Words with the time at which they are shown."""

    span: _Span
    text: str


def scan_ttml(lines: Sequence[str]) -> Iterator[TimedText]:
    """Paragraphs of a document, or the parts of one that have times of their own."""
    root = _parse(lines)
    if local_name(root) != "tt":
        raise SubtitlesRefused(SubtitleProblem.NOT_SUBTITLES)
    reader = _Reader(Clock.of(attributes_of(root)), Layout(root))
    for body in root:
        if local_name(body) == "body":
            yield from reader.read(body, _Span(Fraction(0), None))


def _parse(lines: Sequence[str]) -> Any:
    line = next((number for number, line in enumerate(lines, 1) if _DOCUMENT_TYPE.search(line)), None)
    if line is not None:
        raise SubtitlesRefused(SubtitleProblem.UNSAFE_XML, line=line)
    tags = accumulate(line.count("<") for line in lines)
    line = next((number for number, so_far in enumerate(tags, 1) if so_far > _MOST_TAGS), None)
    if line is not None:
        raise SubtitlesRefused(SubtitleProblem.COMPLEX_XML, line=line)
    text = "\n".join(lines)
    declaration = _DECLARATION.match(text)
    # The lines are text already, whatever encoding the file says it had; their numbers stay.
    data = ("\n" * declaration.group().count("\n") + text[declaration.end() :] if declaration else text).encode()
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SubtitlesRefused(SubtitleProblem.BAD_XML, line=error.lineno or 1) from error


class _Reader:
    """Reads elements of one document."""

    def __init__(self, clock: Clock, layout: Layout) -> None:
        self._clock = clock
        self._layout = layout

    def read(self, element: Any, within: _Span) -> Iterator[TimedText]:
        """The paragraphs in an element of the body."""
        span = self._span(element, within)
        if local_name(element) == "p":
            yield from self._paragraph(element, span)
            return
        for child, shown in self._children(element, span):
            if local_name(child) in _BLOCKS:
                yield from self.read(child, shown)

    def _children(self, element: Any, span: _Span) -> Iterator[tuple[Any, _Span]]:
        """Children with the span within which each counts its times; one after the other where that is asked for."""
        is_row = attributes_of(element).get("timeContainer") == "seq"
        for child in element:
            yield child, span
            if is_row and local_name(child) in _BLOCKS:
                span = _Span(self._span(child, span).end or span.begin, span.end)

    def _span(self, element: Any, within: _Span) -> _Span:
        values = {name: self._time(element, value) for name, value in attributes_of(element).items() if name in _TIMED}
        begin = within.begin + values.get("begin", Fraction(0))
        ends = [within.end] if within.end is not None else []
        if "end" in values:
            ends.append(within.begin + values["end"])
        if "dur" in values:
            ends.append(begin + values["dur"])
        return _Span(begin, min(ends, default=None))

    def _time(self, element: Any, text: str) -> Fraction:
        seconds = self._clock.seconds(text)
        if seconds is None or seconds > _LATEST_SECONDS:
            raise SubtitlesRefused(SubtitleProblem.BAD_TTML_TIME, line=element.sourceline)
        return seconds

    def _paragraph(self, paragraph: Any, span: _Span) -> Iterator[TimedText]:
        keeps_blanks = self._layout.own(paragraph, "space") == "preserve"
        pieces = self._pieces(paragraph, span, keeps_blanks=keeps_blanks)
        for shown, together in groupby(pieces, key=lambda piece: piece.span):
            whole = "".join(piece.text for piece in together)
            text = plain_text(whole if keeps_blanks else _SPACES.sub(" ", whole))
            if text:
                yield self._timed(paragraph, shown, text)

    def _timed(self, paragraph: Any, span: _Span, text: str) -> TimedText:
        if span.end is None:
            raise SubtitlesRefused(SubtitleProblem.BAD_TTML_TIME, line=paragraph.sourceline)
        begin, end = (round(moment * 1000) for moment in (span.begin, span.end))
        return TimedText(paragraph.sourceline, begin, end, text, place=self._layout.place_of(paragraph, text))

    def _pieces(self, element: Any, span: _Span, *, keeps_blanks: bool) -> Iterator[_Piece]:
        yield _Piece(span, _blanks(element.text, keeps_blanks))
        for child, within in self._children(element, span):
            name, values = local_name(child), attributes_of(child)
            if name == "br":
                yield _Piece(span, "\n")
            elif name == "span" and values.get("ruby") not in ("text", "delimiter"):
                keeps = {"preserve": True, "default": False}.get(values.get("space", ""), keeps_blanks)
                yield from self._pieces(child, self._span(child, within), keeps_blanks=keeps)
            yield _Piece(span, _blanks(child.tail, keeps_blanks))


def _blanks(text: str | None, keeps_blanks: bool) -> str:
    return (text or "") if keeps_blanks else _BLANKS.sub(" ", text or "")
