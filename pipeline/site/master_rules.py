"""The rules of a master manifest: complete variants, sound alone and key pictures, groups that exist."""

import re
from collections.abc import Iterator, Sequence

from pipeline.site.line_rules import address_problems, header_problems, repeated, whole_number
from pipeline.site.manifest_reading import Tag

FLOOR_BITS_PER_SECOND = 64_000
"""What the variant without pictures may take at most, so that something is heard on any line."""

_MEDIA_TAGS = {
    "#EXTINF",
    "#EXT-X-BYTERANGE",
    "#EXT-X-ENDLIST",
    "#EXT-X-I-FRAMES-ONLY",
    "#EXT-X-MAP",
    "#EXT-X-PLAYLIST-TYPE",
    "#EXT-X-TARGETDURATION",
}
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_CHARACTERISTICS = re.compile(r"^[a-z]+(\.[a-z-]+)+(,[a-z]+(\.[a-z-]+)+)*$")
_RATES = ("BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS")
_PICTURE = ("RESOLUTION", "VIDEO-RANGE")
_VIDEO_CODEC = r"(avc1|hvc1|av01)\.[\w.]+"
_AUDIO_CODEC = r"mp4a\.[\w.]+"


def master_problems(tags: tuple[Tag, ...]) -> Iterator[str]:
    """A sentence for each rule that this master breaks by itself."""
    yield from header_problems(tags, foreign=_MEDIA_TAGS)
    variants = [tag for tag in tags if tag.name == "#EXT-X-STREAM-INF"]
    renditions = [tag for tag in tags if tag.name == "#EXT-X-MEDIA"]
    key_pictures = [tag for tag in tags if tag.name == "#EXT-X-I-FRAME-STREAM-INF"]
    for variant in variants:
        yield from _variant_problems(variant, renditions)
    yield from _ladder_problems(variants)
    yield from repeated("variant address", [variant.uri or "" for variant in variants])
    if not key_pictures:
        yield "There is no manifest of key pictures."
    for entry in key_pictures:
        yield from _key_picture_problems(entry)
    yield from repeated("address of key pictures", [entry.attributes.get("URI", "") for entry in key_pictures])
    for rendition in renditions:
        yield from _rendition_problems(rendition)
    yield from _group_problems(renditions)


def _ladder_problems(variants: Sequence[Tag]) -> Iterator[str]:
    if not variants:
        yield "There is no variant."
        return
    pictures = [variant for variant in variants if _has_picture(variant)]
    alike = [_bandwidth(variant) for variant in pictures if _codec(variant) == _codec(variants[0])]
    if variants[0] not in pictures or _bandwidth(variants[0]) > min(alike):
        yield "The first variant, with which players begin, is not the lowest picture."
    sound = [variant for variant in variants if variant not in pictures]
    if not sound:
        yield "There is no variant of sound alone."
    for variant in sound:
        if _bandwidth(variant) > FLOOR_BITS_PER_SECOND:
            yield f"Variant {variant.uri} of sound alone takes more than {FLOOR_BITS_PER_SECOND} bits per second."


def _has_picture(variant: Tag) -> bool:
    return "RESOLUTION" in variant.attributes


def _bandwidth(variant: Tag) -> int:
    return whole_number(variant.attributes.get("BANDWIDTH"))


def _codec(variant: Tag) -> str:
    return variant.attributes.get("CODECS", "").split(".")[0]


def _variant_problems(tag: Tag, renditions: Sequence[Tag]) -> Iterator[str]:
    values = tag.attributes
    name = f"Variant {tag.uri or 'without an address'}"
    yield from address_problems(tag.uri or "")
    yield from _value_problems(name, tag, (*_RATES, "AUDIO", "CLOSED-CAPTIONS"))
    if not re.fullmatch(_AUDIO_CODEC, values.get("CODECS", "")):
        yield from _value_problems(name, tag, (*_PICTURE, "FRAME-RATE"))
        if not re.fullmatch(f"{_VIDEO_CODEC},{_AUDIO_CODEC}", values.get("CODECS", "")):
            yield f"{name} does not name one video and one audio codec."
    if values.get("CLOSED-CAPTIONS", "NONE") != "NONE":
        yield f"{name} promises captions inside its pictures."
    for attribute, kind in (("AUDIO", "AUDIO"), ("SUBTITLES", "SUBTITLES")):
        groups = {r.attributes.get("GROUP-ID") for r in renditions if r.attributes.get("TYPE") == kind}
        if attribute in values and values[attribute] not in groups:
            yield f"{name} names the {attribute} group “{values[attribute]}”, which does not exist."
        if groups and attribute not in values:
            yield f"{name} does not use the {attribute} group."


def _key_picture_problems(tag: Tag) -> Iterator[str]:
    values = tag.attributes
    name = f"Key pictures {values.get('URI') or 'without an address'}"
    yield from address_problems(values.get("URI", ""))
    yield from _value_problems(name, tag, (*_RATES, *_PICTURE))
    if not re.fullmatch(_VIDEO_CODEC, values.get("CODECS", "")):
        yield f"{name} do not name one video codec."


def _value_problems(name: str, tag: Tag, needed: Sequence[str]) -> Iterator[str]:
    values = tag.attributes
    for attribute in needed:
        if attribute not in values:
            yield f"{name} has no {attribute}."
        elif attribute == "VIDEO-RANGE" and values[attribute] != "SDR":
            yield f"{name} is not in standard dynamic range."
    if "BANDWIDTH" in needed and whole_number(values.get("BANDWIDTH")) < max(
        1, whole_number(values.get("AVERAGE-BANDWIDTH"))
    ):
        yield f"{name} has a peak rate below its average."


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
    characteristics = values.get("CHARACTERISTICS", "")
    if characteristics and not _CHARACTERISTICS.match(characteristics):
        yield f"{name} has CHARACTERISTICS that are no uniform type identifiers."
    if "public.translation" in characteristics and values.get("DEFAULT") == "YES":
        yield f"{name} is an interpretation and on by default."
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
        if kind == "AUDIO" and not any(member.get("DEFAULT") == "YES" for member in members):
            yield f"Group “{group}” does not say which sound is the default."
