"""Only containers on the list are ever shown to ffmpeg, whatever a file is called."""

import pytest

from pipeline.media.sniff import Container, NotVideo, sniff


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x00\x00\x00\x20ftypisom", Container.MOV),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", Container.MOV),
        (b"\x1a\x45\xdf\xa3\x01\x00", Container.MATROSKA),
        (b"RIFF\x00\x00\x00\x00AVI LIST", Container.AVI),
        (b"OggS\x00\x02", Container.OGG),
        (b"FLV\x01\x05", Container.FLV),
        (b"\x00\x00\x00\x18uuid", Container.MOV),
        (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02\x04\x00", Container.MXF),
        (b"\x1f\x07\x00\xbf\x78", Container.DV),
        (b"\x00\x00\x01\xba\x44", Container.MPEG_PS),
        (b"\x00\x00\x01\xb3\x14", Container.MPEG_VIDEO),
        ((b"\x47" + bytes(187)) * 6, Container.MPEG_TS),
        ((b"\x00\x01\x02\x03\x47" + bytes(187)) * 6, Container.MPEG_TS),
        (bytes(50) + (b"\x47" + bytes(187)) * 6, Container.MPEG_TS),
    ],
)
def test_containers_are_known_by_their_first_bytes(head, kind):
    assert sniff(head) is kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", NotVideo.EMPTY),
        (b"\xff\xd8\xff\xe0", NotVideo.IMAGE),
        (b"\x89PNG\r\n\x1a\n", NotVideo.IMAGE),
        (b"GIF89a", NotVideo.IMAGE),
        (b"\x00\x00\x00\x18ftypheic", NotVideo.IMAGE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", NotVideo.IMAGE),
        (b"\x00\x00\x00\x18ftypcrx ", NotVideo.IMAGE),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", NotVideo.IMAGE),
        (b"FORM\x00\x00\x00\x00AIFFCOMM", NotVideo.SOUND),
        (b"ID3\x04\x00", NotVideo.SOUND),
        (b"\xff\xfb\x90\x64", NotVideo.SOUND),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", NotVideo.SOUND),
        (b"fLaC\x00", NotVideo.SOUND),
    ],
)
def test_pictures_and_sound_are_told_apart_from_rubbish(head, kind):
    assert sniff(head) is kind


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"<?xml version='1.0'?><MPD></MPD>",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04",
        b"\x7fELF\x02",
        b"%PDF-1.7",
        b"\xff\xfe#\x00E\x00X\x00T\x00",
        b"concat:/etc/hostname",
        b"\x00",
    ],
)
def test_everything_else_stays_unopened(head):
    assert sniff(head) is NotVideo.UNKNOWN
