"""The published page of a country: static HTML in each interface language, from plain values.

Every address in a page is relative to the country's published folder, wherever the page itself lies: its `base`
says how to get there. So the pointer, `index.html` in that folder, and the pages of a release share one template.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.domain.languages import INTERFACE_LANGUAGES, country_name, is_right_to_left, language_name
from pipeline.domain.limits import format_clock
from pipeline.domain.sheets import TrackMark
from pipeline.site.manifests import menu_name
from pipeline.site.mark_words import mark_words
from pipeline.site.programme import Chapter
from pipeline.site.words import WORDS

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # The player's elements carry their style sheets inside themselves, which counts as inline.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        # hls.js hands the picture over as a blob, and begins each subtitle track with an empty one.
        "media-src 'self' blob: data:",
        "connect-src 'self'",
        "base-uri 'self'",
        "form-action 'none'",
    )
)


@dataclass(frozen=True)
class PaperForPage:
    """A paper to fetch; `title` is empty where it has none. `kind` is its suffix."""

    title: str
    uri: str
    kind: str
    size_bytes: int


@dataclass(frozen=True)
class StatementForPage:
    """One statement on the page; `speaker` only where the speaker agreed to show a name.

    URIs are relative to the country's published folder; there may be no storyboard, which is then an empty URI.
    `voice_marks` has every language of spoken interpretation.
    """

    position: int
    organisation: str
    speaker: str | None
    theme: str
    language: str
    duration_seconds: float
    subtitle_languages: tuple[str, ...]
    poster_uri: str
    manifest_uri: str
    storyboard_uri: str
    chapter: Chapter
    subtitle_marks: Mapping[str, TrackMark] = field(default_factory=dict)
    paragraphs: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    papers: tuple[PaperForPage, ...] = ()
    voice_marks: Mapping[str, TrackMark | None] = field(default_factory=dict)


@dataclass(frozen=True)
class MissingStatement:
    """A place in the panel whose statement is not shown; nothing of the speaker is said."""

    position: int


@dataclass(frozen=True)
class CountryPage:
    """What a country's page shows. `programme_uri` and its `storyboard_uri` are empty when no statement is left."""

    country_code: str
    session_title: str
    release_uri: str
    places: Sequence[StatementForPage | MissingStatement]
    programme_uri: str = ""
    storyboard_uri: str = ""

    @property
    def statements(self) -> tuple[StatementForPage, ...]:
        """The places that have something to watch."""
        return tuple(place for place in self.places if isinstance(place, StatementForPage))

    def page_uri(self, language: str) -> str:
        """This release's page in one language."""
        return f"{self.release_uri}{language}.html"


def write_release_page(page: CountryPage, language: str) -> bytes:
    """The page that lies in the release's folder."""
    return _render(page, language, base="../../", own_uri=page.page_uri(language), is_pointer=False)


def write_pointer_page(page: CountryPage) -> bytes:
    """`index.html` of the published folder: the English page, which leads on to the reader's language."""
    return _render(page, INTERFACE_LANGUAGES[0], base="./", own_uri="./", is_pointer=True)


def _render(page: CountryPage, language: str, *, base: str, own_uri: str, is_pointer: bool) -> bytes:
    html = _environment().get_template("country.html").render(
        page=page,
        language=language,
        words=WORDS[language],
        base=base,
        own_uri=own_uri,
        is_pointer=is_pointer,
        assets=f"{page.release_uri}assets/",
        policy=CONTENT_SECURITY_POLICY,
        country=country_name(page.country_code, language),
        languages=[(code, menu_name(code), page.page_uri(code)) for code in INTERFACE_LANGUAGES],
    )  # fmt: skip
    return html.encode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.site"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=format_clock, language_name=language_name, mark_words=mark_words, seconds=_seconds, size=_size
    )
    environment.tests["missing"] = lambda place: isinstance(place, MissingStatement)
    environment.tests["right_to_left"] = is_right_to_left
    return environment


def _size(size_bytes: int, language: str) -> str:
    """A file's size in megabytes; at least 0.1, so that nothing seems to be empty."""
    return str(format_decimal(max(size_bytes / 1e6, 0.1), "#,##0.#", locale=language))


def _seconds(value: float) -> str:
    return f"{value:.3f}"
