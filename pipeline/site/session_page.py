"""The page of a session: its countries, which of them can be watched, and since when. Static, as a country's page is.

Its files lie beside the countries' folders and are written anew whenever a country comes or goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from pipeline.domain.consents import Audience
from pipeline.domain.languages import SITE_LANGUAGES, country_name
from pipeline.site.manifests import menu_name
from pipeline.site.pages import CONTENT_SECURITY_POLICY, page_templates
from pipeline.site.session_words import dates_text, order_of
from pipeline.site.words import WORDS

_ASSETS = ("player.css", "language.js")


@dataclass(frozen=True)
class CountryOnPage:
    """One country: how many statements can be watched, and since when; none and None where nothing is published."""

    code: str
    statements: int = 0
    published_on: date | None = None


@dataclass(frozen=True)
class SessionPage:
    """A session for one audience, with all its countries, published or not."""

    title: str
    starts_on: date
    ends_on: date
    countries: Sequence[CountryOnPage]
    audience: Audience = Audience.PUBLIC


@dataclass(frozen=True)
class _Line:
    name: str
    uri: str
    statements: int
    published: str


def write_session_files(page: SessionPage, assets: Mapping[str, bytes]) -> dict[str, bytes]:
    """Path below the session's published folder to bytes, `index.html` last; `assets` are the player's files."""
    files = {f"assets/{name}": assets[name] for name in _ASSETS}
    files |= {f"{language}.html": _render(page, language, is_pointer=False) for language in SITE_LANGUAGES}
    return {**files, "index.html": _render(page, SITE_LANGUAGES[0], is_pointer=True)}


def _render(page: SessionPage, language: str, *, is_pointer: bool) -> bytes:
    html = page_templates().get_template("session.html").render(
        page=page,
        language=language,
        words=WORDS[language],
        is_pointer=is_pointer,
        policy=CONTENT_SECURITY_POLICY,
        dates=dates_text(page.starts_on, page.ends_on, language),
        lines=sorted(_lines(page, language), key=lambda line: order_of(line.name)),
        languages=[(code, menu_name(code), f"{code}.html") for code in SITE_LANGUAGES],
    )  # fmt: skip
    return html.encode()


def _lines(page: SessionPage, language: str) -> list[_Line]:
    return [
        _Line(
            name=country_name(country.code, language),
            uri=f"{country.code.lower()}/",
            statements=country.statements,
            published=format_date(country.published_on, "long", locale=language) if country.published_on else "",
        )
        for country in page.countries
    ]
