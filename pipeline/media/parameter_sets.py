"""H.264 parameter sets: what has to agree so that two pictures can follow each other in one track.

Read by ITU-T H.264, sections 7.3.2.1 and E.1. The rate that a set claims is left out of what is compared: in an MP4 the
container alone says when a picture is shown.
"""

from dataclasses import dataclass

_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128})
_OWN_SHAPE = 255
_TIMING_BITS = 65
"""Two numbers of 32 bits, and whether the rate is fixed."""


class UnreadableSet(ValueError):
    """A parameter set that says what our encoders never say."""


@dataclass
class _Bits:
    """Bits of a set as text, read one after the other."""

    text: str
    at: int = 0

    def take(self, count: int) -> int:
        """So many bits as a number."""
        self.at += count
        if self.at > len(self.text):
            raise UnreadableSet
        return int(self.text[self.at - count : self.at] or "0", 2)

    def golomb(self) -> int:
        """One Exp-Golomb number (section 9.1); one with a sign takes as many bits."""
        zeros = self.text.find("1", self.at) - self.at
        if zeros < 0:
            raise UnreadableSet
        self.at += zeros
        return self.take(zeros + 1) - 1


def without_rate(sequence_set: bytes) -> bytes:
    """A sequence parameter set (with its NAL header) that claims no rate of pictures. Raises `UnreadableSet`."""
    payload = sequence_set.replace(b"\0\0\3", b"\0\0")
    bits = _Bits("".join(f"{byte:08b}" for byte in payload), at=8)
    if not _finds_rate(bits):
        return sequence_set
    kept = bits.text[: bits.at - 1] + "0" + bits.text[bits.at + _TIMING_BITS :].rstrip("0")
    kept += "0" * (-len(kept) % 8)
    return _escaped(bytes(int(kept[start : start + 8], 2) for start in range(0, len(kept), 8)))


def _finds_rate(bits: _Bits) -> bool:
    """Read as far as the mark of a rate; whether it is set."""
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    if profile in _HIGH_PROFILES:
        _pass_format(bits)
    _pass_order(bits)
    bits.golomb()
    bits.take(1)
    bits.golomb()
    bits.golomb()
    if not bits.take(1):
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        for _ in range(4):
            bits.golomb()
    if not bits.take(1):
        return False
    _pass_look(bits)
    return bool(bits.take(1))


def _pass_format(bits: _Bits) -> None:
    """Colour, depth and scaling."""
    if bits.golomb() == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        raise UnreadableSet


def _pass_order(bits: _Bits) -> None:
    """How pictures are numbered."""
    bits.golomb()
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        raise UnreadableSet


def _pass_look(bits: _Bits) -> None:
    """Shape of pixels, overscan, colours and their places (annex E)."""
    if bits.take(1) and bits.take(8) == _OWN_SHAPE:
        bits.take(32)
    if bits.take(1):
        bits.take(1)
    if bits.take(1):
        bits.take(4)
        if bits.take(1):
            bits.take(24)
    if bits.take(1):
        bits.golomb()
        bits.golomb()


def _escaped(payload: bytes) -> bytes:
    """With the bytes that keep a start code from appearing (section 7.4.1)."""
    written = bytearray()
    zeros = 0
    for byte in payload:
        if zeros >= 2 and byte <= 3:
            written.append(3)
            zeros = 0
        written.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(written)
