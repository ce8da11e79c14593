"""Nothing that a recording says of its maker reaches any published byte; first it is shown to be in the source."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from pipeline.domain.limits import Limit
from pipeline.media.encode import encode_recording
from pipeline.media.intake import inspect_recording
from pipeline.media.metadata import PROGRAM_NAMES, find_metadata, find_words
from tests.fixtures.media import AAC, H264, PICTURE, TONE

TAGS = {
    "title": "CANARY-TITLE",
    "artist": "CANARY-ARTIST",
    "comment": "CANARY-COMMENT",
    "location": "+46.2044+006.1432/",
    "make": "CANARY-MAKE",
    "model": "CANARY-MODEL",
}
CHAPTERS = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=CANARY-CHAPTER\n"
SUBTITLES = "1\n00:00:00,500 --> 00:00:02,000\nCANARY-SUBTITLE\n"
POSITIONS = "CANARY-GPS 46.2044 6.1432\n" * 50
CANARIES = [*TAGS.values(), "CANARY-CHAPTER", "CANARY-SUBTITLE"]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Path:
    """Files that tell of a maker: chapters, subtitles, positions, a document, a picture with EXIF."""
    folder = tmp_path_factory.mktemp("told")
    (folder / "chapters.txt").write_text(CHAPTERS, encoding="utf-8")
    (folder / "words.srt").write_text(SUBTITLES, encoding="utf-8")
    (folder / "positions.bin").write_text(POSITIONS, encoding="utf-8")
    (folder / "letter.txt").write_text("CANARY-ATTACHMENT", encoding="utf-8")
    exif = Image.Exif()
    exif[0x010F] = "CANARY-EXIF"
    Image.new("RGB", (160, 90), "teal").save(folder / "cover.jpg", exif=exif, comment=b"CANARY-EXIF-COMMENT")
    return folder


@pytest.fixture(scope="module")
def telling_clips(make_clip, told):
    """One recording as phones, cameras and editors save it, with everything that they say beside it."""
    inputs = (*PICTURE, *TONE, "-i", told / "words.srt", "-i", told / "chapters.txt")
    maps = ("-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3")
    tags = [part for name, value in TAGS.items() for part in ("-metadata", f"{name}={value}")]
    tags += ["-metadata:s:v", "handler_name=CANARY-HANDLER", "-metadata:s:a", "title=CANARY-TRACK"]
    common = (*inputs, *maps, *tags, *H264, *AAC, "-t", "2")
    letter = (
        "-attach",
        told / "letter.txt",
        "-metadata:s:t",
        "mimetype=text/plain",
        "-metadata:s:t",
        "filename=CANARY",
    )
    positions = (*PICTURE, *TONE, "-f", "data", "-i", told / "positions.bin", "-map", "0", "-map", "1", "-map", "2")
    cover = (*PICTURE, *TONE, "-i", told / "cover.jpg", "-map", "0", "-map", "1", "-map", "2", *H264, *AAC, "-t", "2")
    return {
        "mp4": make_clip("telling.mp4", *common, "-c:s", "mov_text", "-movflags", "+use_metadata_tags"),
        "mkv": make_clip("telling.mkv", *common, "-c:s", "srt", *letter),
        "mov": make_clip(
            "telling.mov", *positions, *H264, *AAC, "-c:d", "copy", "-tag:d", "gpmd", "-timecode", "01:02:03:04",
            "-metadata:s:v", "reel_name=CANARY-REEL", "-t", "2",
        ),
        "cover": make_clip("cover.mp4", *cover, "-c:v:1", "copy", "-disposition:v:1", "attached_pic"),
    }  # fmt: skip


TOLD = {
    "mp4": [*CANARIES, "CANARY-HANDLER"],
    "mkv": [*CANARIES, "CANARY-TRACK", "CANARY-ATTACHMENT"],
    "mov": ["CANARY-GPS", "CANARY-REEL", "gpmd"],
    "cover": ["CANARY-EXIF", "CANARY-EXIF-COMMENT"],
}


@pytest.mark.parametrize("form", TOLD)
def test_no_word_of_the_source_is_published(telling_clips, media_programs, modern_ladder, tmp_path, form):
    source = telling_clips[form]
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "x").write_bytes(source.read_bytes())
    assert {word for _, word in find_words(tmp_path / "source", TOLD[form])} == set(TOLD[form])

    out = tmp_path / "out"
    out.mkdir()
    report = inspect_recording(source, limit=Limit(0, 60), programs=media_programs, work_dir=out)
    package = encode_recording(source, report, ladder=modern_ladder, out_dir=out, programs=media_programs).package
    assert package
    assert find_words(out, [*TOLD[form], "CANARY", "46.2044", *PROGRAM_NAMES]) == []
    for uri in package.media_uris():
        assert find_metadata(out / uri) == [], uri
    assert "CANARY" not in str(report.to_json())


def test_the_search_finds_what_an_ordinary_encode_leaks(telling_clips, make_clip, tmp_path):
    leaking = make_clip("leaking.mp4", "-i", telling_clips["mp4"], *H264, *AAC, "-movflags", "+use_metadata_tags")
    (tmp_path / "leaking.mp4").write_bytes(leaking.read_bytes())
    assert ("leaking.mp4", "CANARY-ARTIST") in find_words(tmp_path, CANARIES)
    assert find_words(tmp_path, ["Lavf"])
    assert "udta" in find_metadata(leaking)
    assert "SEI" in find_metadata(make_clip("encoder-settings.mp4", *PICTURE, *H264))


def test_supplemental_information_inside_the_pictures_is_dropped(make_clip, media_programs, small_ladder, tmp_path):
    """H.264 carries an encoder's settings there, and whatever a camera writes."""
    marked = make_clip(
        "marked.mp4", *PICTURE, *H264,
        "-bsf:v", "h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+CANARY-SEI",
    )  # fmt: skip
    assert b"CANARY-SEI" in marked.read_bytes()
    published(marked, media_programs, small_ladder, tmp_path)
    assert find_words(tmp_path, ["CANARY-SEI", "CANARY"]) == []


def test_closed_captions_inside_the_pictures_are_dropped(make_clip, media_programs, small_ladder, tmp_path):
    """x264 would pass on what a camera or a broadcaster captioned."""
    captioned = with_captions(make_clip("plain.264", *PICTURE, *H264, "-t", "2"))
    leaking = make_clip("captions-leak.mp4", "-i", captioned, *H264)
    assert b"GA94" in leaking.read_bytes()
    source = make_clip("captioned.mp4", "-i", captioned, "-c", "copy")
    assert b"GA94" in source.read_bytes()
    published(source, media_programs, small_ladder, tmp_path)
    assert find_words(tmp_path, ["GA94"]) == []


def with_captions(stream: Path) -> Path:
    """The H.264 stream with CEA-608 captions (ATSC A/53, in SEI) before every picture."""
    triples = b"".join(b"\xfc" + pair for pair in (b"CA", b"NA", b"RY"))
    payload = b"\xb5\x00\x31GA94\x03" + bytes([0xC0 | 3, 0xFF]) + triples + b"\xff"
    unit = b"\x00\x00\x00\x01\x06\x04" + bytes([len(payload)]) + payload + b"\x80"
    parts = stream.read_bytes().split(b"\x00\x00\x01")
    made = parts[0]
    for part in parts[1:]:
        # A first slice of a picture begins with first_mb_in_slice 0, which is a 1 bit.
        is_picture = part[0] & 0x1F in (1, 5) and part[1] & 0x80
        made = made.rstrip(b"\x00") + (unit if is_picture else b"") + b"\x00\x00\x00\x01" + part
    captioned = stream.with_name("captioned.264")
    captioned.write_bytes(made)
    return captioned


def published(source, programs, ladder, out) -> None:
    report = inspect_recording(source, limit=Limit(0, 60), programs=programs, work_dir=out)
    assert encode_recording(source, report, ladder=ladder, out_dir=out, programs=programs).package


def test_metadata_units_of_av1_are_found(tmp_path):
    unit = bytes([0x32, 3]) + b"abc"
    telling = bytes([0x2A, 4]) + b"\x04tel"
    for name, media, expected in (("bare", unit, []), ("telling", unit + telling, ["AV1 metadata"])):
        (tmp_path / name).write_bytes(struct.pack(">I4s", len(media) + 8, b"mdat") + media)
        assert find_metadata(tmp_path / name) == expected


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["strip-*", "ax-sample_with_*", "dn-*"])
def test_recordings_that_tell_of_their_makers(shared_media, media_programs, small_ladder, tmp_path, pattern):
    words = ["CANARY", "iPhone", "Apple", "FLIR", "+37.4", "Adobe", *PROGRAM_NAMES]
    for number, source in enumerate(sorted((shared_media / "intake").glob(f"*/{pattern}"))):
        out = tmp_path / str(number)
        out.mkdir()
        report = inspect_recording(source, limit=Limit(0, 600), programs=media_programs, work_dir=out)
        if report.is_accepted:
            encode_recording(source, report, ladder=small_ladder, out_dir=out, programs=media_programs)
    assert list(tmp_path.glob("*/poster.jpg"))
    assert find_words(tmp_path, words) == []
