"""A country's page as data for other programs: schema.org's VideoObject, with a clip for each statement."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.domain.languages import SITE_LANGUAGES, country_name
from pipeline.site.page_addresses import address_in_release
from pipeline.site.page_values import CountryPage, StatementForPage

DESCRIPTION_URI = "description.json"

_CONTEXT = "https://schema.org"
_HLS = "application/vnd.apple.mpegurl"
_CLOSING = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What could end the element that the data stand in."""

_AddressOf = Callable[[str], str]


def describe_page(page: CountryPage, language: str) -> str:
    """JSON-LD to stand in a page in `language`; without a known address relative to the country's published folder."""
    described = {"@context": _CONTEXT, **_programme(page, language, lambda uri: (page.address or "./") + uri)}
    text = json.dumps(described, ensure_ascii=False)
    return "".join(_CLOSING.get(sign, sign) for sign in text)


def write_description(page: CountryPage) -> bytes:
    """The same as a file of the release, with each statement as a video of its own."""

    def address_of(uri: str) -> str:
        return address_in_release(page, uri)

    statements = [
        {"@type": "ListItem", "position": one.position, "item": _video(page, one, address_of)}
        for one in page.statements
    ]
    described = {
        "@context": _CONTEXT,
        "@graph": [
            _programme(page, SITE_LANGUAGES[0], address_of),
            {"@type": "ItemList", "numberOfItems": len(statements), "itemListElement": statements},
        ],
    }
    return json.dumps(described, ensure_ascii=False, indent=1).encode()


def _programme(page: CountryPage, language: str, address_of: _AddressOf) -> dict[str, Any]:
    name = f"{country_name(page.country_code, language)} – {page.session_title}"
    return {
        "@type": "VideoObject",
        "name": name,
        "description": name,
        "url": address_of(""),
        "embedUrl": address_of("?embed"),
        "thumbnailUrl": address_of(page.statements[0].poster_uri),
        "contentUrl": address_of(page.programme_uri),
        "encodingFormat": _HLS,
        "duration": _duration(page.statements[-1].chapter.ends_seconds),
        "inLanguage": sorted({statement.language for statement in page.statements}),
        "isAccessibleForFree": True,
        **_uploaded(page),
        "hasPart": [_clip(statement, address_of) for statement in page.statements],
    }


def _clip(statement: StatementForPage, address_of: _AddressOf) -> Mapping[str, object]:
    starts = statement.chapter.statement_starts_seconds
    return {
        "@type": "Clip",
        "name": statement.organisation,
        "startOffset": round(starts),
        "endOffset": round(statement.chapter.ends_seconds),
        "url": address_of(f"#t={round(starts)}"),
    }


def _video(page: CountryPage, statement: StatementForPage, address_of: _AddressOf) -> Mapping[str, object]:
    film = statement.film
    captions = [
        {"@type": "MediaObject", "encodingFormat": "text/vtt", "inLanguage": language, "contentUrl": address_of(uri)}
        for language, uri in statement.subtitle_uris.items()
    ]
    return {
        "@type": "VideoObject",
        "name": statement.theme or statement.organisation,
        "description": " – ".join(part for part in (statement.organisation, statement.theme) if part),
        "creator": {"@type": "Organization", "name": statement.organisation},
        "url": address_of(f"#statement-{statement.position}"),
        "thumbnailUrl": address_of(statement.poster_uri),
        "contentUrl": address_of(film.uri if film else statement.manifest_uri),
        "encodingFormat": "video/mp4" if film else _HLS,
        "duration": _duration(statement.duration_seconds),
        "inLanguage": statement.language,
        "isAccessibleForFree": True,
        **_uploaded(page),
        **({"caption": captions} if captions else {}),
    }


def _uploaded(page: CountryPage) -> Mapping[str, str]:
    return {"uploadDate": page.uploaded_at} if page.uploaded_at else {}


def _duration(seconds: float) -> str:
    """ISO 8601."""
    minutes, rest = divmod(round(seconds), 60)
    return f"PT{minutes}M{rest}S"
