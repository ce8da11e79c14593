"""From the bytes of a subtitle file to text: UTF-8, or UTF-16 that says so; nothing is guessed, so nothing garbled."""

import codecs
import re

from pipeline.captions.refusals import LARGEST_FILE_BYTES, SubtitleProblem, SubtitlesRefused

_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f]")
_REPLACEMENT = "\ufffd"


def decode_lines(data: bytes) -> list[str]:
    """Lines without their ends; raises `SubtitlesRefused` for size, encoding, control characters, damaged letters."""
    if len(data) > LARGEST_FILE_BYTES:
        raise SubtitlesRefused(SubtitleProblem.TOO_LARGE_FILE, limit=LARGEST_FILE_BYTES)
    lines = re.split("\r\n|[\n\r]", _decode(data))
    for number, line in enumerate(lines, 1):
        control = _CONTROL.search(line)
        if control:
            character = f"U+{ord(control.group()):04X}"
            raise SubtitlesRefused(SubtitleProblem.CONTROL_CHARACTER, line=number, character=character)
        if _REPLACEMENT in line:
            raise SubtitlesRefused(SubtitleProblem.DAMAGED_TEXT, line=number)
    _refuse_garbled(lines)
    return lines


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise SubtitlesRefused(SubtitleProblem.ENCODING, line=line) from error


def _refuse_garbled(lines: list[str]) -> None:
    """UTF-8 that was taken for Windows-1252 and saved as UTF-8 again (“Ã©” for “é”) is valid, and wrong.

    A single such line can be chance (“CAFÉ…” looks alike), most of those with accents cannot.
    """
    accented = [number for number, line in enumerate(lines, 1) if not line.isascii()]
    garbled = [number for number in accented if _is_garbled(lines[number - 1])]
    if len(garbled) >= 2 and len(garbled) * 2 > len(accented):
        raise SubtitlesRefused(SubtitleProblem.DAMAGED_TEXT, line=garbled[0])


def _is_garbled(line: str) -> bool:
    try:
        line.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True
