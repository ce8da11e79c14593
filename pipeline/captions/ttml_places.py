"""Where TTML puts its text: regions, and alignments that styles give and elements inherit."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from pipeline.captions.places import Place, column_of, place_at, row_at
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused

_MOST_REFERENCES = 20
_MOST_ATTRIBUTES = 100
_NAMED = ("{*}region", "{*}style", "region", "style")
_ANCHORS = {"before": 0.0, "center": 0.5, "after": 1.0}


class Layout:
    """The regions and styles of one document, by their names."""

    def __init__(self, root: Any) -> None:
        self._named: dict[str, Mapping[str, str]] = {}
        values = attributes_of(root)
        self._pixels = values.get("extent", "")
        self._cells = values.get("cellResolution", "32 15")
        self._found: dict[tuple[Any, str], str] = {}
        for element in root.iter(*_NAMED):
            name = attributes_of(element).get("id")
            if name:
                self._named[name] = _with_own_styles(element)

    def place_of(self, paragraph: Any, text: str) -> Place:
        """The place of a paragraph's text; below in the middle where nothing is said."""
        region = self._named.get(self.own(paragraph, "region"), {})
        alignment = self.own(paragraph, "textAlign") or self._of(region, "textAlign")
        return place_at(self._row(region), column_of(alignment, text))

    def own(self, element: Any, name: str) -> str:
        """The value on an element, on its styles, or on what it stands in; each is looked for once."""
        if element is None:
            return ""
        if (element, name) not in self._found:
            here = self._of(attributes_of(element), name)
            self._found[element, name] = here or self.own(element.getparent(), name)
        return self._found[element, name]

    def _of(self, values: Mapping[str, str], name: str) -> str:
        return next((found[name] for found in self._with_styles(values) if found.get(name)), "")

    def _with_styles(self, values: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        """What is given at a place itself, then by the styles that it names, and those that they name."""
        seen: set[str] = set()
        waiting = [values]
        while waiting and len(seen) <= _MOST_REFERENCES:
            here = waiting.pop(0)
            yield here
            names = [name for name in reversed(here.get("style", "").split()[-_MOST_REFERENCES:]) if name not in seen]
            seen.update(names)
            waiting += [self._named[name] for name in names if name in self._named]

    def _row(self, region: Mapping[str, str]) -> int:
        top, height = (self._height(self._of(region, name)) for name in ("origin", "extent"))
        if top is None or height is None:
            return {"before": 2, "center": 1}.get(self._of(region, "displayAlign"), 0) if region else 0
        return row_at(top + height * _ANCHORS.get(self._of(region, "displayAlign"), 0.0))

    def _height(self, pair: str) -> float | None:
        """The second of two lengths, as a share of the picture's height."""
        length = pair.rsplit(maxsplit=1)[-1] if pair.split() else ""
        whole = {"px": self._pixels.removesuffix("px"), "c": self._cells}
        unit = next((unit for unit in ("%", "px", "c") if length.endswith(unit)), "")
        number = _number(length.removesuffix(unit)) if unit else None
        if number is None or unit == "%":
            return None if number is None else number / 100
        of = _number((whole[unit].split() or [""])[-1])
        return number / of if of else None


def local_name(element: Any) -> str:
    """An element's name without its namespace, which drafts of the standard change; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attributes_of(element: Any) -> dict[str, str]:
    """An element's attributes by their names without namespaces. Raises `SubtitlesRefused` for a flood of them."""
    if len(element.attrib) > _MOST_ATTRIBUTES:  # looking each up takes as long as there are others
        raise SubtitlesRefused(SubtitleProblem.COMPLEX_XML, line=element.sourceline)
    return {etree.QName(name).localname: value.strip() for name, value in element.attrib.items()}


def _with_own_styles(element: Any) -> Mapping[str, str]:
    """A region or style with what the styles within it say."""
    values = attributes_of(element)
    for child in element:
        if local_name(child) == "style":
            values = {**attributes_of(child), **values}
    return values


def _number(text: str) -> float | None:
    try:
        return float(text) if len(text) <= 12 else None
    except ValueError:
        return None
