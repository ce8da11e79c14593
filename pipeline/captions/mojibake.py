"""Letters that were damaged before a file came to us: UTF-8 that was taken for a code page and saved as UTF-8 again.

Such a file is valid, and wrong: “Ã©” for “é”, “РџСЂРё” for “При”.
"""

import re
from collections.abc import Sequence
from itertools import chain

_LOOKED_AT_LINES = 2000
_CODE_PAGES = ("cp1252", "cp1251", "cp1250", "cp1256", "mac_roman", "cp850", "cp437")
_WESTERN_TRAIL = "".join(chr(code) for code in range(0x80, 0xC0)) + "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
# Capitals before symbols in the midst of small letters, and the three signs that begin every typographic mark:
# nobody writes them, while “IRMû (Portuguese, with a closing quotation mark) can be meant.
_CERTAIN = re.compile(rf"[ÂÃ][{_WESTERN_TRAIL}](?=[a-zÂÃ])|(?<=[a-z])[ÂÃ][{_WESTERN_TRAIL}]|â€[{_WESTERN_TRAIL}]")


def first_garbled_line(lines: Sequence[str]) -> int | None:
    """The number of the first line that was damaged so, or None.

    A line that is UTF-8 when it is put back into a code page can be chance once (“CAFÉ…” is), but not in most lines
    with letters beyond ASCII.
    """
    certain = next((number for number, line in enumerate(lines, 1) if _CERTAIN.search(line)), None)
    if certain:
        return certain
    beyond = [number for number, line in enumerate(lines, 1) if not line.isascii()][:_LOOKED_AT_LINES]
    for code_page in _CODE_PAGES if len(beyond) > 1 else ():
        garbled = [number for number in beyond if _is_utf8_in(code_page, lines[number - 1])]
        if len(garbled) >= 2 and len(garbled) * 2 > len(beyond):
            return garbled[0]
    return None


def _is_utf8_in(code_page: str, line: str) -> bool:
    try:
        raw = bytes(chain.from_iterable(_bytes_of(letter, code_page) for letter in line))
        raw.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _bytes_of(letter: str, code_page: str) -> bytes:
    """A code page's undefined bytes were passed through as control characters."""
    return bytes([ord(letter)]) if 0x80 <= ord(letter) < 0xA0 else letter.encode(code_page)
