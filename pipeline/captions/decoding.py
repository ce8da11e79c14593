"""From the bytes of a subtitle file to text: Unicode that shows itself as such, or the encoding that a person named.

Nothing is guessed, so nothing is garbled: what is not evident is asked about, with the readings there are.
"""

import codecs
import re

from pipeline.captions.encodings import ENCODINGS, possible_readings
from pipeline.captions.mojibake import first_garbled_line
from pipeline.captions.refusals import LARGEST_FILE_BYTES, SubtitleProblem, SubtitlesRefused
from pipeline.domain.errors import WrongUsage

_XML_ENCODING = re.compile(rb"\s*<\?xml\b[^<>]{0,80}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
# What files of the first name hold is nearly always the second, which only adds letters.
_WIDER = {"iso8859_1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932"}
_LINE_END = re.compile("\r\n|[\n\r]")
_REPLACEMENT = "\ufffd"
_ARROW = b" --> "
_UNFIT = re.compile(f"[\0-\x08\x0e-\x1f\x7f-\x9f{_REPLACEMENT}]")

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Every format has one of these among its ASCII; with a NUL after or before each letter it is UTF-16.
_SIGNS = ("-->", "[Script Info]", "ttml", "<tt")


def decode_lines(data: bytes, encoding: str | None = None) -> list[str]:
    """Lines without their ends. `encoding` (one of `ENCODINGS`) is used where the file does not show its own.

    Raises `SubtitlesRefused` for size, encoding, control characters and damaged letters, `WrongUsage` for an
    encoding that cannot be chosen.
    """
    if len(data) > LARGEST_FILE_BYTES:
        raise SubtitlesRefused(SubtitleProblem.TOO_LARGE_FILE, limit=LARGEST_FILE_BYTES)
    if encoding is not None and encoding not in ENCODINGS:
        raise WrongUsage(f"“{encoding}” is no encoding that can be chosen. There are: {', '.join(ENCODINGS)}.")
    text = _decode(data, encoding or _declared_encoding(data))
    lines = _LINE_END.split(text)
    garbled = None if text.isascii() else first_garbled_line(lines)
    if garbled:
        raise SubtitlesRefused(SubtitleProblem.DAMAGED_TEXT, line=garbled)
    unfit = _UNFIT.search(text)
    if unfit:
        raise _refusal_of(unfit.group(), line=_lines_in(text[: unfit.start()]))
    return lines


def _refusal_of(character: str, *, line: int) -> SubtitlesRefused:
    if character == _REPLACEMENT:
        return SubtitlesRefused(SubtitleProblem.DAMAGED_TEXT, line=line)
    return SubtitlesRefused(SubtitleProblem.CONTROL_CHARACTER, line=line, character=f"U+{ord(character):04X}")


def _decode(data: bytes, encoding: str | None) -> str:
    own = _shown_encoding(data)
    if own != "utf-8-sig" and _ARROW in data:  # letters of a byte each among those of two or four
        line = _lines_in(data[: data.index(_ARROW)].decode(own, "ignore"))
        raise SubtitlesRefused(SubtitleProblem.MIXED_ENCODINGS, line=line)
    try:
        text = data.decode(own)
    except UnicodeDecodeError as error:
        if own == "utf-8-sig":
            return _decode_legacy(data, encoding, error)
        raise SubtitlesRefused(SubtitleProblem.ENCODING, line=_line_of(error, own)) from error
    if encoding and own == "utf-8-sig" and not data.isascii():
        # Hardly any text of a code page happens to be UTF-8; read as named, these letters would be damaged.
        line = _lines_in(text[: next(index for index, letter in enumerate(text) if not letter.isascii())])
        raise SubtitlesRefused(SubtitleProblem.WRONG_ENCODING, line=line, encoding=encoding)
    return text


def _shown_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32 that says so or cannot be anything else; otherwise it has to be UTF-8."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" in data:
        for encoding in ("utf-16-le", "utf-16-be"):
            # In the other order the same bytes are found one further; -1 is odd as well.
            if any(data.find(sign.encode(encoding)) % 2 == 0 for sign in _SIGNS):
                return encoding
    return "utf-8-sig"


def _declared_encoding(data: bytes) -> str | None:
    """One of `ENCODINGS` that an XML file names in its first line, where its bytes are not UTF-8."""
    declared = _XML_ENCODING.match(data)
    if declared is None or _is_utf8(data):
        return None
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name.replace("-", "_")
    except LookupError:
        return None
    name = _WIDER.get(name, name)
    return name if name in ENCODINGS else None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _decode_legacy(data: bytes, encoding: str | None, not_utf8: UnicodeDecodeError) -> str:
    line = _line_of(not_utf8, "utf-8-sig")
    if _is_damaged_utf8(data):
        raise SubtitlesRefused(SubtitleProblem.DAMAGED_TEXT, line=line) from not_utf8
    if encoding is None:
        line_shown, readings = possible_readings(data)
        if not readings:
            raise SubtitlesRefused(SubtitleProblem.ENCODING, line=line) from not_utf8
        raise SubtitlesRefused(SubtitleProblem.UNKNOWN_ENCODING, line=line_shown, readings=readings) from not_utf8
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = _line_of(error, encoding)
        raise SubtitlesRefused(SubtitleProblem.WRONG_ENCODING, line=line, encoding=encoding) from error
    return text


def _is_damaged_utf8(data: bytes) -> bool:
    """Far more letters that are UTF-8 than bytes that are not: a file that was cut or patched, no code page."""
    text = data.decode("utf-8", "replace")
    wrong = text.count(_REPLACEMENT)
    right = sum(not letter.isascii() for letter in text) - wrong
    return right > 4 * wrong


def _line_of(error: UnicodeDecodeError, encoding: str) -> int:
    return _lines_in(error.object[: error.start].decode(encoding, "ignore"))


def _lines_in(text: str) -> int:
    return len(_LINE_END.findall(text)) + 1
