"""A country's page as data for other programs: schema.org's VideoObject, with a clip for each statement."""

import json
from collections.abc import Mapping
from typing import Any

from pipeline.domain.languages import country_name
from pipeline.site.page_values import CountryPage, StatementForPage

_CLOSING = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What could end the element that the data stand in."""


def describe_page(page: CountryPage, language: str) -> str:
    """JSON-LD to stand in a page in `language`; addresses are relative to the country's published folder."""
    name = f"{country_name(page.country_code, language)} – {page.session_title}"
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": name,
        "description": name,
        "url": "./",
        "embedUrl": "./?embed",
        "thumbnailUrl": page.statements[0].poster_uri,
        "contentUrl": page.programme_uri,
        "encodingFormat": "application/vnd.apple.mpegurl",
        "duration": _duration(page.statements[-1].chapter.ends_seconds),
        "inLanguage": sorted({statement.language for statement in page.statements}),
        "isAccessibleForFree": True,
        "hasPart": [_clip(statement) for statement in page.statements],
    }
    if page.uploaded_at:
        described["uploadDate"] = page.uploaded_at
    text = json.dumps(described, ensure_ascii=False)
    return "".join(_CLOSING.get(sign, sign) for sign in text)


def _clip(statement: StatementForPage) -> Mapping[str, object]:
    starts = statement.chapter.statement_starts_seconds
    return {
        "@type": "Clip",
        "name": statement.organisation,
        "startOffset": round(starts),
        "endOffset": round(statement.chapter.ends_seconds),
        "url": f"./#t={round(starts)}",
    }


def _duration(seconds: float) -> str:
    """ISO 8601."""
    minutes, rest = divmod(round(seconds), 60)
    return f"PT{minutes}M{rest}S"
