"""Plain text from the markup that subtitle files carry: tags go, character references become characters."""

import html
import re

from pipeline.captions.cues import plain_text
from pipeline.captions.places import Place, from_tags

_TAGS = "c|i|b|u|v|lang|ruby|rt|font|s|strike|em|strong|span|p|br|div|a|img|script|style|svg|iframe|object|embed|video"
# Only what is markup in some subtitle file: “<<Bonjour>>” and “a < b” are somebody's words.
_TAG = re.compile(rf"<(?:(?P<end>/?)(?P<name>{_TAGS})(?=[\s./>])[^<>]*|[\d:.,]+)>", re.IGNORECASE)
_UNSPOKEN = {"script", "style"}
_POSITION = re.compile(r"\{\\[^{}]*\}")
# With their semicolon only: “AT&T” and “R&D” are meant as they stand.
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def from_webvtt(payload: str) -> str:
    """Plain text of a WebVTT cue's payload."""
    return plain_text(_REFERENCE.sub(_character, _without_tags(payload)))


def from_subrip(payload: str) -> str:
    """Plain text of a SubRip subtitle, which may carry HTML tags and positions in braces."""
    return from_webvtt(_POSITION.sub("", payload))


def place_in_subrip(payload: str) -> Place:
    """The place that a tag in braces gives a SubRip subtitle; below in the middle without one."""
    places = (from_tags(tags.group()) for tags in _POSITION.finditer(payload))
    return next((place for place in places if place is not None), Place.BOTTOM)


def _without_tags(text: str) -> str:
    kept: list[str] = []
    position = 0
    unspoken = ""
    for tag in _TAG.finditer(text):
        name = (tag["name"] or "").lower()
        if not unspoken:
            kept.append(text[position : tag.start()])
            kept.append("\n" if name == "br" else "")
            unspoken = name if name in _UNSPOKEN and not tag["end"] else ""
        elif name == unspoken and tag["end"]:
            unspoken = ""
        position = tag.end()
    return "".join(kept) + ("" if unspoken else text[position:])


def _character(reference: re.Match[str]) -> str:
    return html.unescape(reference.group())
