"""Sample descriptions of films: H.264 and AAC, with what players need and nothing else."""

import struct

from pipeline.domain.errors import FinalError
from pipeline.media.boxes import children, find
from pipeline.media.cmaf import box
from pipeline.media.codec_strings import decoder_configuration
from pipeline.media.parameter_sets import UnreadableSet, without_rate

_VISUAL_BYTES, _AUDIO_BYTES = 78, 28
_COMPRESSOR_NAME = slice(42, 74)
_KEPT = (b"avcC", b"colr", b"pasp")


def clean_entry(entry: bytes) -> bytes:
    """A sample description, a whole box, without names of programs and claims about rates. Raises `FinalError`."""
    kind, body = entry[4:8], entry[8 : int.from_bytes(entry[:4], "big")]
    if kind == b"avc1":
        named = body[:_VISUAL_BYTES]
        fixed = named[: _COMPRESSOR_NAME.start] + bytes(32) + named[_COMPRESSOR_NAME.stop :]
        parts = dict(children(body[_VISUAL_BYTES:]))
        return box(kind, fixed + b"".join(box(each, parts[each]) for each in _KEPT if each in parts))
    esds = find(body[_AUDIO_BYTES:], b"esds") if kind == b"mp4a" else None
    if esds is None:
        raise FinalError("A film is made of H.264 and AAC alone.")
    return box(kind, body[:_AUDIO_BYTES] + box(b"esds", esds))


def without_claims(entry: bytes) -> bytes:
    """What has to be equal in two descriptions so that their samples can follow each other.

    Of a picture it is a description that serves both: no rate is claimed in it. Raises `FinalError`.
    """
    if entry[4:8] == b"mp4a":
        return _sound_form(entry)
    body = entry[8:]
    parts = dict(children(body[_VISUAL_BYTES:]))
    if b"avcC" not in parts:
        raise FinalError("A film's picture is not described.")
    parts[b"avcC"] = _without_rates(parts[b"avcC"])
    return box(b"avc1", body[:_VISUAL_BYTES] + b"".join(box(kind, part) for kind, part in parts.items()))


def _without_rates(configuration: bytes) -> bytes:
    """`avcC` (ISO/IEC 14496-15): its sequence parameter sets, which come first, claim no rate."""
    count, position, sets = configuration[5] & 0x1F, 6, b""
    try:
        for _ in range(count):
            (length,) = struct.unpack_from(">H", configuration, position)
            rewritten = without_rate(configuration[position + 2 : position + 2 + length])
            sets += struct.pack(">H", len(rewritten)) + rewritten
            position += 2 + length
    except (UnreadableSet, struct.error) as error:
        raise FinalError("A film's picture is described in a way that our encoders never write.") from error
    return configuration[:6] + sets + configuration[position:]


def _sound_form(entry: bytes) -> bytes:
    """Channels and rate, and the decoder's own configuration; what is said of bit rates may differ."""
    esds = find(entry[8 + _AUDIO_BYTES :], b"esds") or b""
    return entry[8 : 8 + _AUDIO_BYTES] + decoder_configuration(esds[4:])
