"""Plain text files, and what text taken from any document is tidied to."""

import re
import unicodedata

from pipeline.documents.refusals import DocumentFault, DocumentRefused

_BY_LANGUAGE = {
    "ru": "cp1251",
    "uk": "cp1251",
    "be": "cp1251",
    "bg": "cp1251",
    "sr": "cp1251",
    "mk": "cp1251",
    "mn": "cp1251",
    "ky": "cp1251",
    "kk": "cp1251",
    "tg": "cp1251",
    "ar": "cp1256",
    "fa": "cp1256",
    "ur": "cp1256",
    "el": "cp1253",
    "he": "cp1255",
    "tr": "cp1254",
    "az": "cp1254",
    "pl": "cp1250",
    "cs": "cp1250",
    "sk": "cp1250",
    "hu": "cp1250",
    "ro": "cp1250",
    "hr": "cp1250",
    "sl": "cp1250",
    "vi": "cp1258",
    "th": "cp874",
}
"""What a text editor writes on a computer that is set up for a language, where it does not write UTF-8."""

_WESTERN = "cp1252"
_BLANK_LINES = re.compile(r"\n[ \t]*(\n[ \t]*)+\n*")


def read_plain(data: bytes, language: str) -> str:
    """The text of a file; where it is not UTF-8, in the code page of the language. A person reads it after us."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(data, _BY_LANGUAGE.get(language.split("-", maxsplit=1)[0], _WESTERN))


def tidy_text(text: str, *, at_most: int) -> str:
    """Paragraphs with at most one empty line between them, no control signs, composed letters, a bounded length."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n"))
    kept = "".join(sign for sign in composed if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Co"})
    lines = (line.rstrip() for line in kept.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()[:at_most]


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentRefused(DocumentFault.NO_TEXT) from error
