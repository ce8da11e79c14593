"""The rules of a master manifest: complete variants, and groups of renditions that exist."""

import re
from collections.abc import Iterator, Sequence

from pipeline.site.line_rules import address_problems, header_problems, repeated, whole_number
from pipeline.site.manifest_reading import Tag

_MEDIA_TAGS = {"#EXTINF", "#EXT-X-TARGETDURATION", "#EXT-X-ENDLIST", "#EXT-X-PLAYLIST-TYPE", "#EXT-X-MAP"}
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_CODECS = re.compile(r"^(avc1|hvc1|av01)\.[\w.]+,mp4a\.[\w.]+$")


def master_problems(tags: tuple[Tag, ...]) -> Iterator[str]:
    """A sentence for each rule that this master breaks by itself."""
    yield from header_problems(tags, foreign=_MEDIA_TAGS)
    variants = [tag for tag in tags if tag.name == "#EXT-X-STREAM-INF"]
    renditions = [tag for tag in tags if tag.name == "#EXT-X-MEDIA"]
    if not variants:
        yield "There is no variant."
    for variant in variants:
        yield from _variant_problems(variant, renditions)
    yield from repeated("variant address", [variant.uri or "" for variant in variants])
    for rendition in renditions:
        yield from _rendition_problems(rendition)
    yield from _group_problems(renditions)


def _variant_problems(tag: Tag, renditions: Sequence[Tag]) -> Iterator[str]:
    values = tag.attributes
    name = f"Variant {tag.uri or 'without an address'}"
    yield from address_problems(tag.uri or "")
    for needed in ("BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS", "RESOLUTION", "FRAME-RATE", "AUDIO"):
        if needed not in values:
            yield f"{name} has no {needed}."
    if whole_number(values.get("BANDWIDTH")) < max(1, whole_number(values.get("AVERAGE-BANDWIDTH"))):
        yield f"{name} has a peak rate below its average."
    if not _CODECS.match(values.get("CODECS", "")):
        yield f"{name} does not name one video and one audio codec."
    for attribute, kind in (("AUDIO", "AUDIO"), ("SUBTITLES", "SUBTITLES")):
        groups = {r.attributes.get("GROUP-ID") for r in renditions if r.attributes.get("TYPE") == kind}
        if attribute in values and values[attribute] not in groups:
            yield f"{name} names the {attribute} group “{values[attribute]}”, which does not exist."
        if groups and attribute not in values:
            yield f"{name} does not use the {attribute} group."


def _rendition_problems(tag: Tag) -> Iterator[str]:
    values = tag.attributes
    name = f"{values.get('TYPE', 'Rendition')} “{values.get('NAME', '')}”"
    for needed in ("TYPE", "GROUP-ID", "NAME", "LANGUAGE", "URI"):
        if not values.get(needed):
            yield f"{name} has no {needed}."
    yield from address_problems(values.get("URI", ""))
    if not _LANGUAGE.match(values.get("LANGUAGE", "")):
        yield f"{name} has a LANGUAGE that is no BCP 47 tag."
    if values.get("DEFAULT") == "YES" and values.get("AUTOSELECT") != "YES":
        yield f"{name} is on by default but not selected by itself."
    if values.get("TYPE") == "AUDIO" and not values.get("CHANNELS"):
        yield f"{name} has no CHANNELS."
    if values.get("TYPE") == "SUBTITLES" and (values.get("FORCED"), values.get("AUTOSELECT")) != ("NO", "YES"):
        yield f"{name} needs FORCED=NO and AUTOSELECT=YES."


def _group_problems(renditions: Sequence[Tag]) -> Iterator[str]:
    groups = {(r.attributes.get("TYPE"), r.attributes.get("GROUP-ID")) for r in renditions}
    for kind, group in sorted(groups, key=str):
        members = [
            r.attributes
            for r in renditions
            if (r.attributes.get("TYPE"), r.attributes.get("GROUP-ID")) == (kind, group)
        ]
        yield from repeated(f"name in group “{group}”", [member.get("NAME", "") for member in members])
        if sum(member.get("DEFAULT") == "YES" for member in members) > 1:
            yield f"Group “{group}” has more than one default."
