"""RFC 6381 codec strings, read from the sample descriptions of encoded media."""

import struct

from pipeline.domain.errors import FinalError
from pipeline.media.boxes import find
from pipeline.media.fragments import FragmentedTrack

_VISUAL_ENTRY_BYTES = 78
_AUDIO_ENTRY_BYTES = 28


def codec_string(track: FragmentedTrack) -> str:
    """`avc1.64001f`, `av01.0.04M.08` or `mp4a.40.2` of an encoded track."""
    table = find(track.moov, b"trak", b"mdia", b"minf", b"stbl", b"stsd") or b""
    entry = table[8:]
    kind = entry[4:8]
    if kind == b"avc1":
        configuration = find(entry[8 + _VISUAL_ENTRY_BYTES :], b"avcC")
        if configuration:
            return "avc1." + configuration[1:4].hex()
    if kind == b"av01":
        configuration = find(entry[8 + _VISUAL_ENTRY_BYTES :], b"av1C")
        if configuration:
            return _av1_string(configuration)
    if kind == b"mp4a":
        descriptor = find(entry[8 + _AUDIO_ENTRY_BYTES :], b"esds")
        if descriptor:
            return f"mp4a.{_object_type(descriptor[4:]):x}.{_audio_object_type(descriptor[4:])}"
    raise FinalError("The encode left media in a codec that we do not publish.")


def _av1_string(configuration: bytes) -> str:
    """Profile, level, tier and depth (AV1 Codec ISO Media File Format Binding, section 5)."""
    profile, level = configuration[1] >> 5, configuration[1] & 0x1F
    tier = "H" if configuration[2] & 0x80 else "M"
    is_high_depth, is_twelve = configuration[2] & 0x40, configuration[2] & 0x20
    depth = 8 if not is_high_depth else 12 if is_twelve else 10
    return f"av01.{profile}.{level:02d}{tier}.{depth:02d}"


def picture_size(track: FragmentedTrack) -> tuple[int, int]:
    """Width and height from the sample description."""
    table = find(track.moov, b"trak", b"mdia", b"minf", b"stbl", b"stsd") or b""
    width, height = struct.unpack(">HH", table[40:44])
    return width, height


def _object_type(descriptors: bytes) -> int:
    return _descriptor(_descriptor(descriptors, 0x03)[3:], 0x04)[0]


def decoder_configuration(descriptors: bytes) -> bytes:
    """What a decoder of AAC has to know, from the descriptors of an `esds` box; raises `FinalError`."""
    return _descriptor(_descriptor(_descriptor(descriptors, 0x03)[3:], 0x04)[13:], 0x05)


def _audio_object_type(descriptors: bytes) -> int:
    return decoder_configuration(descriptors)[0] >> 3


def _descriptor(data: bytes, tag: int) -> bytes:
    """Contents of an MPEG-4 descriptor, whose length comes in up to four groups of seven bits."""
    if not data or data[0] != tag:
        raise FinalError("The encode left a sound whose description cannot be read.")
    length, position = 0, 1
    while True:
        byte = data[position]
        length = length << 7 | byte & 0x7F
        position += 1
        if not byte & 0x80:
            return data[position : position + length]
