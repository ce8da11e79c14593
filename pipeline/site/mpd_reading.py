"""Reading a DASH manifest of the on-demand profile back into plain values, for checks and for walking."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring

from pipeline.domain.packages import ByteRange
from pipeline.site.dash import NAMESPACE

_DURATION = re.compile(r"^PT(\d+(?:\.\d+)?)S$")
_RANGE = re.compile(r"^(\d+)-(\d+)$")


class MpdUnreadable(ValueError):
    """The text is no such manifest; the message is a sentence for a list of problems."""


@dataclass(frozen=True)
class ReadRepresentation:
    """One file of a period; ranges are None where they are not said, as for subtitles."""

    set_attributes: Mapping[str, str]
    attributes: Mapping[str, str]
    uri: str
    init: ByteRange | None
    index: ByteRange | None

    @property
    def kind(self) -> str:
        """`video`, `audio` or `text`."""
        return self.set_attributes.get("contentType", "")


@dataclass(frozen=True)
class ReadPeriod:
    """One part, in seconds."""

    duration_seconds: float
    representations: tuple[ReadRepresentation, ...]


@dataclass(frozen=True)
class ReadMpd:
    """A whole manifest."""

    attributes: Mapping[str, str]
    duration_seconds: float
    periods: tuple[ReadPeriod, ...]


def read_mpd(text: str) -> ReadMpd:
    """The manifest as values; raises `MpdUnreadable`."""
    if "<!" in text:
        raise MpdUnreadable("The manifest declares a document type or entities.")
    try:
        # Entities, with which XML can do harm, were refused above.
        root = fromstring(text)  # noqa: S314
    except ParseError as error:
        raise MpdUnreadable("The manifest is not well-formed XML.") from error
    if root.tag != _name("MPD"):
        raise MpdUnreadable("The manifest's root is not an MPD.")
    periods = tuple(
        ReadPeriod(_seconds(period.get("duration")), tuple(_representations(period)))
        for period in root.iter(_name("Period"))
    )
    return ReadMpd(root.attrib, _seconds(root.get("mediaPresentationDuration")), periods)


def _representations(period: Element) -> Iterator[ReadRepresentation]:
    for found in period.iter(_name("AdaptationSet")):
        for one in found.iter(_name("Representation")):
            segments, init = one.find(_name("SegmentBase")), one.find(f".//{_name('Initialization')}")
            yield ReadRepresentation(
                set_attributes=found.attrib,
                attributes=one.attrib,
                uri=one.findtext(_name("BaseURL"), ""),
                init=_range(init.get("range")) if init is not None else None,
                index=_range(segments.get("indexRange")) if segments is not None else None,
            )


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _seconds(text: str | None) -> float:
    found = _DURATION.match(text or "")
    if found is None:
        raise MpdUnreadable(f"“{text}” is no duration in seconds.")
    return float(found[1])


def _range(text: str | None) -> ByteRange:
    found = _RANGE.match(text or "")
    if found is None:
        raise MpdUnreadable(f"The byte range “{text}” is not FIRST-LAST.")
    return ByteRange(int(found[1]), int(found[2]) + 1 - int(found[1]))
