"""Rules that master and media manifests share: their head, their addresses, what may not be repeated."""

import re
from collections.abc import Iterator, Sequence

from pipeline.site.manifest_reading import Tag

_OUTSIDE = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:|/)")


def header_problems(tags: tuple[Tag, ...], *, foreign: set[str]) -> Iterator[str]:
    """What is wrong with the tags that every manifest has; `foreign` tags belong in the other kind."""
    if values_of(tags, "#EXT-X-VERSION") != ["7"]:
        yield "The version is not 7."
    if not any(tag.name == "#EXT-X-INDEPENDENT-SEGMENTS" for tag in tags):
        yield "The segments are not said to be independent."
    for name in sorted({tag.name for tag in tags} & foreign):
        yield f"{name} does not belong in this kind of manifest."


def address_problems(uri: str) -> Iterator[str]:
    """What is wrong with one address: a release plays from any place, so all are plain and relative."""
    if not uri:
        yield "An address is missing."
    elif _OUTSIDE.match(uri) or "?" in uri or "#" in uri:
        yield f"The address {uri} is not a plain relative one."


def repeated(what: str, values: Sequence[str]) -> Iterator[str]:
    """A sentence for each value that stands there more than once."""
    for value in sorted({value for value in values if values.count(value) > 1}):
        yield f"The {what} “{value}” is there more than once."


def values_of(tags: tuple[Tag, ...], name: str) -> list[str]:
    """The values of every tag of this name, in order."""
    return [tag.value for tag in tags if tag.name == name]


def whole_number(text: str | None) -> int:
    """The number, 0 where there is none."""
    return int(text) if text and text.isdigit() else 0
