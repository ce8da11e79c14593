"""What kind of file bytes are, by their first bytes alone. Only containers named here are ever shown to ffmpeg.

Playlists, scripts and archives (HLS, ffconcat, DASH, SDP, SVG, ZIP …) are text or formats that make ffmpeg open
other files or addresses; they have no entry and so stay unopened, whatever their name ends in.
"""

from enum import Enum
from pathlib import Path

HEAD_BYTES = 4096


class Container(Enum):
    """Containers that are taken; the value is the demuxer forced upon ffmpeg. Those of sound alone hold no recording,
    but may hold a voice.
    """

    MOV = "mov"
    MATROSKA = "matroska"
    MPEG_TS = "mpegts"
    MPEG_PS = "mpeg"
    MPEG_VIDEO = "mpegvideo"
    AVI = "avi"
    ASF = "asf"
    FLV = "flv"
    OGG = "ogg"
    MXF = "mxf"
    DV = "dv"
    WAV = "wav"
    MP3 = "mp3"
    FLAC = "flac"
    AAC = "aac"

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


_MOV_BOXES = frozenset(b"ftyp moov mdat free skip wide pnot styp moof sidx uuid junk udta pdin emsg prft".split())
_IMAGE_BRANDS = frozenset((*b"heic heix heim heis hevc hevx mif1 msf1 avif avis".split(), b"crx "))
_IMAGE_BOXES = frozenset((b"jP  ", b"JXL "))

_PREFIXES: tuple[tuple[bytes, Container | NotVideo], ...] = (
    (b"\x1a\x45\xdf\xa3", Container.MATROSKA),
    (b"\x00\x00\x01\xba", Container.MPEG_PS),
    (b"\x00\x00\x01\xb3", Container.MPEG_VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", Container.ASF),
    (b"FLV\x01", Container.FLV),
    (b"OggS", Container.OGG),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02", Container.MXF),
    (b"\x1f\x07\x00\x3f", Container.DV),
    (b"\x1f\x07\x00\xbf", Container.DV),
    (b"\xff\xd8\xff", NotVideo.IMAGE),
    (b"\x89PNG\r\n\x1a\n", NotVideo.IMAGE),
    (b"GIF8", NotVideo.IMAGE),
    (b"II*\x00", NotVideo.IMAGE),
    (b"MM\x00*", NotVideo.IMAGE),
    (b"ID3", NotVideo.SOUND),
    (b"fLaC", NotVideo.SOUND),
    (b"#!AMR", NotVideo.SOUND),
    (b"caff", NotVideo.SOUND),
    (b".snd", NotVideo.SOUND),
)

_CHUNK_KINDS: dict[bytes, dict[bytes, Container | NotVideo]] = {
    b"RIFF": {
        b"AVI ": Container.AVI,
        b"AVIX": Container.AVI,
        b"WAVE": NotVideo.SOUND,
        b"WEBP": NotVideo.IMAGE,
    },
    b"FORM": {b"AIFF": NotVideo.SOUND, b"AIFC": NotVideo.SOUND},
}


def sniff_file(source: Path) -> Container | NotVideo:
    """The container of a file, or why it is none; reads the first 4 KiB."""
    with source.open("rb") as file:
        return sniff(file.read(HEAD_BYTES))


def sniff(head: bytes) -> Container | NotVideo:
    """The container that these first bytes announce, or why there is none."""
    if not head:
        return NotVideo.EMPTY
    if head[:4] in _CHUNK_KINDS:
        return _CHUNK_KINDS[head[:4]].get(head[8:12], NotVideo.UNKNOWN)
    return _by_first_box(head) or _by_prefix(head) or _by_pattern(head) or NotVideo.UNKNOWN


def sniff_sound(source: Path) -> Container | NotVideo:
    """As `sniff_file`, for a file of which only the sound is wanted."""
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    found = sniff(head)
    return _sound_container(head) if found is NotVideo.SOUND else found


def _sound_container(head: bytes) -> Container | NotVideo:
    if head[:4] == b"RIFF":
        return Container.WAV
    if head[:4] == b"fLaC":
        return Container.FLAC
    if head[:3] == b"ID3":
        return Container.MP3
    if _is_mpeg_audio(head):
        # The two bits of the layer are 0 in ADTS and nowhere else.
        return Container.MP3 if head[1] & 0x06 else Container.AAC
    return NotVideo.SOUND


def _by_first_box(head: bytes) -> Container | NotVideo | None:
    kind, brand = head[4:8], head[8:12]
    if kind in _IMAGE_BOXES or (kind == b"ftyp" and brand in _IMAGE_BRANDS):
        return NotVideo.IMAGE
    return Container.MOV if kind in _MOV_BOXES else None


def _by_prefix(head: bytes) -> Container | NotVideo | None:
    return next((kind for prefix, kind in _PREFIXES if head.startswith(prefix)), None)


def _by_pattern(head: bytes) -> Container | NotVideo | None:
    if transport_packets(head) or _is_short_transport_stream(head):
        return Container.MPEG_TS
    return NotVideo.SOUND if _is_mpeg_audio(head) else None


def transport_packets(head: bytes) -> tuple[int, int] | None:
    """Distance and first place of the sync bytes: 188 (broadcast), 192 (AVCHD cameras) or 204; the first packet may
    be cut off. None where they are not at a steady distance.
    """
    for packet in (188, 192, 204):
        for offset in range(packet):
            if offset + 4 * packet < len(head) and all(head[offset + n * packet] == 0x47 for n in range(5)):
                return packet, offset
    return None


def _is_short_transport_stream(head: bytes) -> bool:
    """Of fewer than five packets, every one must begin right."""
    return len(head) >= 188 and len(head) % 188 == 0 and set(head[::188]) == {0x47}


def _is_mpeg_audio(head: bytes) -> bool:
    """A frame header of MP3, MP2 or ADTS (not the byte order mark of a text, which also begins with 0xFF)."""
    return len(head) > 2 and head[0] == 0xFF and head[1] in b"\xfb\xfa\xf3\xf2\xe3\xe2\xfd\xfc\xf5\xf4\xf1\xf0\xf9\xf8"
