"""The rules that every published manifest keeps, checked on its text: each broken one gives a sentence.

Sources: RFC 8216, Apple's HLS authoring specification, and what players were measured to need at discontinuities.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from pipeline.site.fit_rules import fit_problems
from pipeline.site.manifest_reading import (
    ManifestUnreadable,
    MediaKind,
    ReadPart,
    Rendition,
    Tag,
    parts_in,
    read_tags,
    renditions_in,
    stray_uris,
    tags_in,
)
from pipeline.site.master_rules import master_problems
from pipeline.site.media_rules import media_problems
from pipeline.site.rate_rules import rate_problems


def check_stream(master: str, manifests: Mapping[str, str]) -> list[str]:
    """Problems of a whole stream: the master, every manifest it names (by URI as written there), and their fit."""
    problems = check_master(master)
    parts: dict[Rendition, list[ReadPart]] = {}
    for rendition in renditions_in(master):
        if rendition.uri not in manifests:
            problems.append(f"The master names {rendition.uri}, which is missing.")
            continue
        text = manifests[rendition.uri]
        problems.extend(f"{rendition.uri}: {problem}" for problem in check_media(text, rendition.kind))
        parts[rendition] = parts_in(text)
    problems.extend(fit_problems(parts))
    problems.extend(rate_problems(tags_in(master), manifests))
    return problems


def check_master(text: str) -> list[str]:
    """Problems of a master manifest by itself."""
    return _checked(text, master_problems)


def check_media(text: str, kind: MediaKind) -> list[str]:
    """Problems of a media manifest by itself."""
    return _checked(text, lambda tags: media_problems(tags, kind))


def check_subtitle_segment(text: str) -> list[str]:
    """Problems of one WebVTT segment: its header, its map to the media's clock, cues without identifiers."""
    lines = text.splitlines()
    problems = []
    if lines[:1] != ["WEBVTT"]:
        problems.append("The first line is not WEBVTT.")
    if lines[1:2] != ["X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000"]:
        problems.append("The second line does not map the cues to the media's clock at 0.")
    for before, line in pairwise(lines):
        if "-->" in line and before:
            problems.append(f"The cue at {line.split()[0]} has an identifier, which makes players drop cues.")
    return problems


def _checked(text: str, find: Callable[[tuple[Tag, ...]], Iterable[str]]) -> list[str]:
    try:
        problems = list(find(read_tags(text)))
    except ManifestUnreadable as error:
        return [str(error)]
    return problems + [f"No tag introduces the address {uri}." for uri in stray_uris(text)]
