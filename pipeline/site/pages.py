"""The published page of a country: static HTML in each interface language, from plain values.

Every address in a page is relative to the country's published folder, wherever the page itself lies: its `base`
says how to get there. So the pointer, `index.html` in that folder, and the pages of a release share one template.
"""

from functools import lru_cache

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.domain.languages import SITE_LANGUAGES, country_name, is_right_to_left, language_name
from pipeline.domain.limits import format_clock
from pipeline.site.descriptions import describe_page
from pipeline.site.manifests import menu_name
from pipeline.site.mark_words import mark_words
from pipeline.site.page_values import CountryPage, MissingStatement
from pipeline.site.program_files import program_file_names
from pipeline.site.words import WORDS

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        # The player's elements carry their style sheets inside themselves, which counts as inline.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        # hls.js hands the picture over as a blob, and begins each subtitle track with an empty one.
        "media-src 'self' blob: data:",
        "connect-src 'self'",
        "base-uri 'self'",
        "form-action 'none'",
        "script-src 'self'",  # last, for a page adds the digests of scripts that it may unpack and run
    )
)


def write_release_page(page: CountryPage, language: str) -> bytes:
    """The page that lies in the release's folder."""
    return _render("country.html", page, language, base="../../", own_uri=page.page_uri(language))


def write_embed_page(page: CountryPage, language: str) -> bytes:
    """The player by itself, in the release's folder."""
    return _render("embed.html", page, language, base="../../", own_uri=page.embed_uri(language))


def write_pointer_page(page: CountryPage) -> bytes:
    """`index.html` of the published folder: the English page, which leads on to the reader's language."""
    return _render("country.html", page, SITE_LANGUAGES[0], base="./", own_uri="./", is_pointer=True)


def _render(
    template: str, page: CountryPage, language: str, *, base: str, own_uri: str, is_pointer: bool = False
) -> bytes:
    html = page_templates().get_template(template).render(
        page=page,
        language=language,
        words=WORDS[language],
        base=base,
        own_uri=own_uri,
        # Keeps a number after Latin letters on its own side of them.
        direction_mark="\u200f" if is_right_to_left(language) else "",
        is_pointer=is_pointer,
        assets=f"{page.release_uri}assets/",
        program_files=program_file_names(page),
        policy=" ".join((CONTENT_SECURITY_POLICY, *page.script_digests)),
        country=country_name(page.country_code, language),
        description=describe_page(page, language) if page.statements else "",
        languages=[(code, menu_name(code), page.page_uri(code)) for code in SITE_LANGUAGES],
    )  # fmt: skip
    return html.encode()


@lru_cache(maxsize=1)
def page_templates() -> Environment:
    """The templates of published pages, with what they need to show values in a reader's language."""
    environment = Environment(
        loader=PackageLoader("pipeline.site"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=format_clock,
        language_name=language_name,
        mark_words=mark_words,
        menu_name=menu_name,
        seconds=_seconds,
        size=_size,
    )
    environment.tests["missing"] = lambda place: isinstance(place, MissingStatement)
    environment.tests["right_to_left"] = is_right_to_left
    return environment


def _size(size_bytes: int, language: str) -> str:
    """A file's size in megabytes; at least 0.1, so that nothing seems to be empty."""
    megabytes = max(size_bytes / 1e6, 0.1)
    return str(format_decimal(megabytes, "#,##0.#" if megabytes < 10 else "#,##0", locale=language))


def _seconds(value: float) -> str:
    return f"{value:.3f}"
