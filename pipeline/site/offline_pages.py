"""The pages of an export: they play from a stick, opened by a double click, as well as from a plain web server.

A browser refuses pages that were opened as files to read other files by script, and subtitles too. So each statement
is a film that the browser plays by itself, and its subtitles stand in the page; all of it works without JavaScript.
"""

import base64
from collections.abc import Mapping
from pathlib import Path

from babel.dates import format_date

from pipeline.captions.webvtt import write_webvtt
from pipeline.domain.errors import FinalError
from pipeline.domain.languages import SITE_LANGUAGES, country_name
from pipeline.site.manifests import menu_name
from pipeline.site.offline_values import OfflineCountry, OfflineSession, OfflineSubtitles
from pipeline.site.pages import page_templates
from pipeline.site.player_assets import ASSETS_DIR
from pipeline.site.recommendation_files import KINDS
from pipeline.site.session_words import dates_text, order_of
from pipeline.site.words import WORDS

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' file:",
        "style-src 'self' file:",
        "img-src 'self' file: data:",
        "media-src 'self' file: data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""`file:` for browsers to which a page that was opened as a file is nobody's own."""

_ASSETS = ("language.js", "offline.css", "offline.js", "player.css")
_ENGLISH = SITE_LANGUAGES[0]
_BYTE_ORDER_MARK = "\ufeff"


def write_offline_pages(session: OfflineSession) -> dict[str, bytes]:
    """Path to bytes: the page of all countries, one for each country, in each language; style and script beside."""
    files = {f"assets/{name}": data for name, data in _read_assets(ASSETS_DIR).items()}
    files |= _in_each_language("", "offline_session.html", session)
    for country in session.countries:
        if country.places:
            files |= _in_each_language(f"{country.code}/", "offline_country.html", session, country)
    return files


def write_read_me(session: OfflineSession) -> bytes:
    """How to play what lies there, in each language, for an editor on Windows as well."""
    parts = []
    for language in SITE_LANGUAGES:
        words = WORDS[language]
        notes = (words.missions_only,) if session.audience != "public" else ()
        lines = (session.title, *notes, words.read_open, words.read_players, words.read_sums)
        parts.append(
            "\r\n".join((*lines, words.made_on.replace("{date}", _day(session, language)), words.not_official))
        )
    address = f"\r\n\r\n{session.address}\r\n" if session.address else "\r\n"
    return (_BYTE_ORDER_MARK + "\r\n\r\n".join(parts) + address).encode()


def _in_each_language(
    folder: str, template: str, session: OfflineSession, country: OfflineCountry | None = None
) -> dict[str, bytes]:
    pages = {f"{folder}{code}.html": _render(template, session, country, code) for code in SITE_LANGUAGES}
    pointer = _render(template, session, country, _ENGLISH, is_pointer=True)
    return {**pages, f"{folder}index.html": pointer}


def _render(
    template: str, session: OfflineSession, country: OfflineCountry | None, language: str, *, is_pointer: bool = False
) -> bytes:
    html = page_templates().get_template(template).render(
        session=session,
        country=country,
        name=country_name(country.code, language) if country else "",
        countries=sorted(_named(session, language), key=lambda pair: order_of(pair[0])),
        dates=dates_text(session.starts_on, session.ends_on, language),
        made_on=_day(session, language),
        language=language,
        words=WORDS[language],
        is_pointer=is_pointer,
        assets="../assets/" if country else "assets/",
        policy=_POLICY,
        as_data=_as_data,
        suffixes=KINDS,
        languages=[(code, menu_name(code), f"{code}.html") for code in SITE_LANGUAGES],
    )  # fmt: skip
    return html.encode()


def _as_data(track: OfflineSubtitles) -> str:
    """Subtitles as an address that holds them."""
    return f"data:text/vtt;base64,{base64.b64encode(write_webvtt(track.cues).encode()).decode()}"


def _named(session: OfflineSession, language: str) -> list[tuple[str, OfflineCountry]]:
    return [(country_name(country.code, language), country) for country in session.countries]


def _day(session: OfflineSession, language: str) -> str:
    return str(format_date(session.made_on, "long", locale=language))


def _read_assets(folder: Path) -> Mapping[str, bytes]:
    missing = [name for name in _ASSETS if not (folder / name).is_file()]
    if missing:
        raise FinalError(f"The pages' scripts are not built ({', '.join(missing)} missing). Run “make setup”.")
    return {name: (folder / name).read_bytes() for name in _ASSETS}
