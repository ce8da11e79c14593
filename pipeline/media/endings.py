"""Where a container says that it ends, and the marks that a cut leaves in its last bytes: a few reads, no decoder."""

import struct
from collections.abc import Callable
from pathlib import Path

from pipeline.media.sniff import HEAD_BYTES, Container, transport_packets

_HEAD_BYTES = 64 * 1024
_TAIL_BYTES = 128 * 1024
_ZEROS_BYTES = 16 * 1024
_ZEROS_SHARE = 0.02
_ASF_HEADER_BYTES = 24
_MXF_KEY_BYTES = 16
_MXF_FOOTER_AT = 24
_OGG_PAGE_BYTES = 27
_OGG_FLAGS_AT, _OGG_SERIAL_AT = 5, 14
_OGG_LAST_PAGE = 4
_TS_BYTES = 188
_FLV_TAGS = (8, 9, 18)
_FLV_TAG_BYTES, _FLV_LENGTH_BYTES = 11, 4
_PS_PACK, _PS_END, _PS_FIRST_STREAM = 0xBA, 0xB9, 0xBB
_DV_FRAME_BYTES = {0: 120_000, 1: 144_000}
"""Of 525 and of 625 lines; wider kinds have a multiple of it."""


def announced_end(source: Path, container: Container) -> int | None:
    """The size that a file's own header gives; None where there is none (live recordings, streams)."""
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if container is Container.MATROSKA:
        return _matroska_end(head)
    if container is Container.AVI and len(head) >= 8:
        return int(struct.unpack("<I", head[4:8])[0]) + 8
    if container is Container.ASF and len(head) >= _ASF_HEADER_BYTES:
        return _asf_end(source, int(struct.unpack("<Q", head[16:24])[0]))
    if container is Container.MXF:
        return _mxf_footer(head)
    return None


def ends_abruptly(source: Path, container: Container) -> bool:
    """Whether a file stops inside of a packet, without the mark that closes it, or in a long row of zeros."""
    return any(look(source) for look in _LOOKS.get(container, ()))


def _read_tail(source: Path) -> bytes:
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - _TAIL_BYTES))
        return file.read()


def _read_head(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(HEAD_BYTES)


def _matroska_end(head: bytes) -> int | None:
    """End of the Segment element, None when its length is left open as in live recordings."""
    position = 0
    while position + 12 <= len(head):
        id_length = _vint_length(head[position])
        if id_length > 4 or position + id_length >= len(head):
            return None
        size_length = _vint_length(head[position + id_length])
        body = position + id_length + size_length
        if size_length > 8 or body > len(head):
            return None
        unknown = (1 << (7 * size_length)) - 1
        size = int.from_bytes(head[position + id_length : body], "big") & unknown
        if head[position : position + id_length] == b"\x18\x53\x80\x67":
            return None if size == unknown else body + size
        position = body + size
    return None


def _vint_length(first: int) -> int:
    return 9 - first.bit_length()


def _asf_end(source: Path, header_bytes: int) -> int | None:
    with source.open("rb") as file:
        file.seek(min(header_bytes, source.stat().st_size))
        data = file.read(24)
    size = len(data) >= 24 and int(struct.unpack("<Q", data[16:24])[0])
    return header_bytes + size if size else None


def _mxf_footer(head: bytes) -> int | None:
    """Where the first partition says that the last one lies; 0 when the recorder did not come to write it."""
    length = head[_MXF_KEY_BYTES] if len(head) > _MXF_KEY_BYTES else 0
    body = _MXF_KEY_BYTES + 1 + (length & 0x7F if length & 0x80 else 0)
    footer = head[body + _MXF_FOOTER_AT : body + _MXF_FOOTER_AT + 8]
    return (int.from_bytes(footer, "big") + _MXF_KEY_BYTES or None) if any(footer) else None


def _is_filled_with_zeros(source: Path) -> bool:
    """A disk that was full, or a copy that stopped, leaves a file of the right length with nothing in its end."""
    size = source.stat().st_size
    zeros = min(size, max(_ZEROS_BYTES, round(_ZEROS_SHARE * size)))
    with source.open("rb") as file:
        file.seek(size - min(zeros, _TAIL_BYTES))
        return not any(file.read())


def _lacks_last_page(source: Path) -> bool:
    """Each stream of an Ogg file closes with a page that says so, and is there as a whole."""
    tail = _read_tail(source)
    is_closed: dict[bytes, bool] = {}
    start = tail.find(b"OggS")
    while 0 <= start < len(tail) - _OGG_PAGE_BYTES:
        serial = tail[start + _OGG_SERIAL_AT : start + _OGG_SERIAL_AT + 4]
        is_last = bool(tail[start + _OGG_FLAGS_AT] & _OGG_LAST_PAGE)
        is_closed[serial] = is_last and start + _page_bytes(tail, start) <= len(tail)
        start = tail.find(b"OggS", start + 4)
    return not is_closed or not all(is_closed.values())


def _page_bytes(tail: bytes, start: int) -> int:
    table = start + _OGG_PAGE_BYTES
    count = tail[table - 1]
    return _OGG_PAGE_BYTES + count + sum(tail[table : table + count])


def _is_transport_packet_cut(source: Path) -> bool:
    """The last packet begins where it should, as the one before it, and has not all of its bytes."""
    size = source.stat().st_size
    grid = transport_packets(_read_head(source))
    if grid is None:
        return False
    packet, offset = grid
    last = offset + (size - 1 - offset) // packet * packet
    with source.open("rb") as file:
        file.seek(max(offset, last - packet))
        data = file.read(packet + 1)
    begins = len(data) > packet and data[0] == data[packet] == 0x47
    return begins and size - last < max(_TS_BYTES, packet if packet != 192 else 0)


def _is_program_packet_cut(source: Path) -> bool:
    """From the last pack on, packets follow each other by their lengths; one reaches beyond the file."""
    tail = _read_tail(source)
    position = tail.rfind(bytes((0, 0, 1, _PS_PACK)))
    if position < 0:
        return False
    while position + 6 <= len(tail) and tail[position : position + 3] == b"\x00\x00\x01":
        code = tail[position + 3]
        if code == _PS_END:
            return False
        if code == _PS_PACK:
            position += _pack_bytes(tail[position : position + 14])
        elif code >= _PS_FIRST_STREAM:
            position += 6 + int.from_bytes(tail[position + 4 : position + 6], "big")
        else:
            return False
    return position > len(tail)


def _pack_bytes(header: bytes) -> int:
    is_first_kind = header[4] & 0xF0 == 0x20
    return 12 if is_first_kind else 14 + (header[13] & 7 if len(header) > 13 else 0)


def _is_flv_tag_cut(source: Path) -> bool:
    """Tags follow each other by their lengths; one reaches beyond the file. Bytes of another kind were appended."""
    size = source.stat().st_size
    with source.open("rb") as file:
        position = int.from_bytes(file.read(9)[5:], "big") + _FLV_LENGTH_BYTES
        while position < size:
            file.seek(position)
            header = file.read(4)
            if header[0] & 0x1F not in _FLV_TAGS:
                return False
            position += _FLV_TAG_BYTES + int.from_bytes(header[1:4], "big") + _FLV_LENGTH_BYTES
    return position > size


def _is_dv_frame_cut(source: Path) -> bool:
    """Frames are of one size; what is left over begins like one."""
    start = _read_head(source)[:3]
    size = source.stat().st_size
    rest = size % _DV_FRAME_BYTES[_read_head(source)[3] >> 7]
    with source.open("rb") as file:
        file.seek(size - rest)
        return rest > 0 and file.read(3) == start


_LOOKS: dict[Container, tuple[Callable[[Path], bool], ...]] = {
    Container.MATROSKA: (_is_filled_with_zeros,),
    Container.OGG: (_lacks_last_page,),
    Container.MPEG_TS: (_is_transport_packet_cut, _is_filled_with_zeros),
    Container.MPEG_PS: (_is_program_packet_cut, _is_filled_with_zeros),
    Container.FLV: (_is_flv_tag_cut, _is_filled_with_zeros),
    Container.DV: (_is_dv_frame_cut, _is_filled_with_zeros),
}
