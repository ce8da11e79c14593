"""What kind of file bytes are, by their first bytes alone. Only containers named here are ever shown to ffmpeg.

Playlists, scripts and archives (HLS, ffconcat, DASH, SDP, SVG, ZIP …) are text or formats that make ffmpeg open
other files or addresses; they have no entry and so stay unopened, whatever their name ends in.
"""

from enum import Enum
from pathlib import Path

HEAD_BYTES = 4096


class Container(Enum):
    """Containers that are taken; the value is the demuxer forced upon ffmpeg."""

    MOV = "mov"
    MATROSKA = "matroska"
    MPEG_TS = "mpegts"
    MPEG_PS = "mpeg"
    MPEG_VIDEO = "mpegvideo"
    AVI = "avi"
    ASF = "asf"
    FLV = "flv"
    OGG = "ogg"

    @property
    def demuxer(self) -> str:
        """ffmpeg's name of the demuxer."""
        return self.value


class NotVideo(Enum):
    """Why a file is not taken, seen from its first bytes."""

    EMPTY = "empty"
    IMAGE = "image"
    SOUND = "sound"
    UNKNOWN = "unknown"


_MOV_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof", b"sidx"}
_IMAGE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}

_PREFIXES: tuple[tuple[bytes, Container | NotVideo], ...] = (
    (b"\x1a\x45\xdf\xa3", Container.MATROSKA),
    (b"\x00\x00\x01\xba", Container.MPEG_PS),
    (b"\x00\x00\x01\xb3", Container.MPEG_VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", Container.ASF),
    (b"FLV\x01", Container.FLV),
    (b"OggS", Container.OGG),
    (b"\xff\xd8\xff", NotVideo.IMAGE),
    (b"\x89PNG\r\n\x1a\n", NotVideo.IMAGE),
    (b"GIF8", NotVideo.IMAGE),
    (b"II*\x00", NotVideo.IMAGE),
    (b"MM\x00*", NotVideo.IMAGE),
    (b"ID3", NotVideo.SOUND),
    (b"fLaC", NotVideo.SOUND),
    (b"#!AMR", NotVideo.SOUND),
    (b"caff", NotVideo.SOUND),
)

_RIFF_KINDS: dict[bytes, Container | NotVideo] = {
    b"AVI ": Container.AVI,
    b"AVIX": Container.AVI,
    b"WAVE": NotVideo.SOUND,
    b"WEBP": NotVideo.IMAGE,
}


def sniff_file(source: Path) -> Container | NotVideo:
    """The container of a file, or why it is none; reads the first 4 KiB."""
    with source.open("rb") as file:
        return sniff(file.read(HEAD_BYTES))


def sniff(head: bytes) -> Container | NotVideo:
    """The container that these first bytes announce, or why there is none."""
    if not head:
        return NotVideo.EMPTY
    if head[:4] == b"RIFF":
        return _RIFF_KINDS.get(head[8:12], NotVideo.UNKNOWN)
    if head[4:8] in _MOV_BOXES:
        return NotVideo.IMAGE if head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS else Container.MOV
    for prefix, kind in _PREFIXES:
        if head.startswith(prefix):
            return kind
    if _is_transport_stream(head):
        return Container.MPEG_TS
    return NotVideo.SOUND if _is_mpeg_audio(head) else NotVideo.UNKNOWN


def _is_transport_stream(head: bytes) -> bool:
    """Sync bytes at a steady distance: 188 (broadcast), 192 (AVCHD cameras) or 204; the first may be cut off."""
    for packet in (188, 192, 204):
        for offset in range(packet):
            if offset + 4 * packet < len(head) and all(head[offset + n * packet] == 0x47 for n in range(5)):
                return True
    # A stream shorter than five packets: every packet must begin right.
    return len(head) >= 188 and len(head) % 188 == 0 and set(head[::188]) == {0x47}


def _is_mpeg_audio(head: bytes) -> bool:
    """A frame header of MP3, MP2 or ADTS (not the byte order mark of a text, which also begins with 0xFF)."""
    return len(head) > 2 and head[0] == 0xFF and head[1] in b"\xfb\xfa\xf3\xf2\xe3\xe2\xfd\xfc\xf5\xf4\xf1\xf0\xf9\xf8"
