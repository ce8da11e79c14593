"""The rules of a DASH manifest (ISO/IEC 23009-1, on-demand profile): each broken one gives a sentence."""

import re
from collections.abc import Iterator

from pipeline.site.dash import PROFILE
from pipeline.site.line_rules import address_problems, repeated, whole_number
from pipeline.site.mpd_reading import MpdUnreadable, ReadMpd, ReadPeriod, ReadRepresentation, read_mpd
from pipeline.site.track_reading import TrackLayout

_CODECS = {"video": re.compile(r"(avc1|av01)\.[\w.]+"), "audio": re.compile(r"mp4a\.[\w.]+")}
_PICTURE = ("width", "height", "frameRate")
_EXACT_SECONDS = 0.001


def check_mpd(text: str) -> list[str]:
    """Problems of a manifest by itself."""
    try:
        return list(_problems(read_mpd(text)))
    except MpdUnreadable as error:
        return [str(error)]


def representation_problems(one: ReadRepresentation, track: TrackLayout) -> Iterator[str]:
    """What is wrong with what a manifest says of a file."""
    if (one.init, one.index) != (track.init, track.index):
        yield "is named in a DASH manifest with another beginning or index than it has."


def _problems(mpd: ReadMpd) -> Iterator[str]:
    if mpd.attributes.get("profiles") != PROFILE or mpd.attributes.get("type") != "static":
        yield "The manifest is not a static one of the on-demand profile."
    if "minBufferTime" not in mpd.attributes:
        yield "The manifest has no minBufferTime."
    if not mpd.periods:
        yield "There is no period."
    difference = abs(mpd.duration_seconds - sum(period.duration_seconds for period in mpd.periods))
    if difference > _EXACT_SECONDS:
        yield f"The periods differ from the whole by {difference:.3f} s."
    for number, period in enumerate(mpd.periods, start=1):
        for problem in _period_problems(period):
            yield f"Period {number}: {problem}"


def _period_problems(period: ReadPeriod) -> Iterator[str]:
    kinds = {one.kind for one in period.representations}
    if not {"video", "audio"} <= kinds:
        yield "it lacks pictures or sound."
    yield from repeated("name", [one.attributes.get("id", "") for one in period.representations])
    for one in period.representations:
        name = one.attributes.get("id", "a representation")
        yield from (f"{name} {problem}" for problem in _representation_problems(one))
        yield from address_problems(one.uri)


def _representation_problems(one: ReadRepresentation) -> Iterator[str]:
    if not whole_number(one.attributes.get("bandwidth")):
        yield "has no bandwidth."
    if one.kind == "text":
        yield from _subtitle_problems(one)
        return
    if not (one.kind in _CODECS and _CODECS[one.kind].fullmatch(one.attributes.get("codecs", ""))):
        yield "does not name a codec of its kind."
    if one.set_attributes.get("mimeType") != f"{one.kind}/mp4":
        yield "has another type than its kind."
    if one.init is None or one.index is None or one.init.offset or one.index.offset < one.init.end:
        yield "does not say where its beginning and its index lie."
    if one.kind == "audio" and not one.set_attributes.get("lang"):
        yield "has no language."
    if one.kind == "video" and not all(one.attributes.get(wanted) for wanted in _PICTURE):
        yield "has no size or frame rate."


def _subtitle_problems(one: ReadRepresentation) -> Iterator[str]:
    if one.set_attributes.get("mimeType") != "text/vtt" or not one.set_attributes.get("lang"):
        yield "is no WebVTT in a language."
