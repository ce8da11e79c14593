"""Rules for the rates that a master promises: they are those of the listed bytes (RFC 8216, Apple: within 10 %)."""

from collections.abc import Iterator, Mapping
from itertools import chain

from pipeline.site.bit_rates import average_rate, peak_rate, target_seconds
from pipeline.site.line_rules import whole_number
from pipeline.site.manifest_reading import ManifestUnreadable, ReadPart, Tag, parts_in

_ROUNDING = 1.0001
_SLACK = 1.1

_Rates = tuple[int, int]


def rate_problems(tags: tuple[Tag, ...], manifests: Mapping[str, str]) -> Iterator[str]:
    """Variants whose rates are not those of the media manifests, which are by URI as the master writes them."""
    groups: dict[str | None, list[str]] = {}
    for tag in tags:
        if tag.name == "#EXT-X-MEDIA" and tag.attributes.get("TYPE") == "AUDIO":
            groups.setdefault(tag.attributes.get("GROUP-ID"), []).append(tag.attributes.get("URI", ""))
    for tag in tags:
        values = tag.attributes
        if tag.name == "#EXT-X-STREAM-INF":
            sounds = groups.get(values.get("AUDIO"), [""])
            own = [tag.uri or ""] if tag.uri not in sounds else []
        elif tag.name == "#EXT-X-I-FRAME-STREAM-INF":
            own, sounds = [values.get("URI", "")], []
        else:
            continue
        if {*own, *sounds} <= manifests.keys():
            measured = [_measured(parts_in(manifests[uri])) for uri in own]
            beside = [_measured(parts_in(manifests[uri])) for uri in sounds]
            yield from _problems(tag, [*measured, *_most_demanding(beside)])


def _most_demanding(rates: list[_Rates]) -> list[_Rates]:
    """Of the sounds that can be chosen, the highest of each rate counts."""
    return [(max(peak for peak, _ in rates), max(average for _, average in rates))] if rates else []


def _problems(tag: Tag, measured: list[_Rates]) -> Iterator[str]:
    name = tag.uri or tag.attributes.get("URI", "")
    for index, attribute in enumerate(("BANDWIDTH", "AVERAGE-BANDWIDTH")):
        rate, said = sum(rates[index] for rates in measured), whole_number(tag.attributes.get(attribute))
        if rate > said * _ROUNDING:
            yield f"{name} has {rate} bits per second where {attribute} says {said}."
        elif said > max(rate * _SLACK, rate + len(measured)):
            yield f"{name} has only {rate} bits per second where {attribute} says {said}."


def _measured(parts: list[ReadPart]) -> _Rates:
    try:
        stretches = [segment.stretch for segment in chain.from_iterable(part.segments for part in parts)]
    except ManifestUnreadable:
        return 0, 0  # said by the rules of that manifest
    target = target_seconds([seconds for _, seconds in stretches])
    return peak_rate(stretches, target), average_rate(stretches)
