"""Nothing that a recording says of its maker reaches any published byte; first it is shown to be in the source."""

import pytest

from pipeline.domain.limits import Limit
from pipeline.media.encode import encode_recording
from pipeline.media.intake import check_recording
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


@pytest.fixture(scope="module")
def telling_clips(make_clip, tmp_path_factory):
    """One recording as MP4 and as Matroska with tags, chapters, embedded subtitles and handler names."""
    folder = tmp_path_factory.mktemp("telling")
    (folder / "chapters.txt").write_text(CHAPTERS, encoding="utf-8")
    (folder / "words.srt").write_text(SUBTITLES, encoding="utf-8")
    inputs = (*PICTURE, *TONE, "-i", folder / "words.srt", "-i", folder / "chapters.txt")
    maps = ("-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3")
    tags = [part for name, value in TAGS.items() for part in ("-metadata", f"{name}={value}")]
    tags += ["-metadata:s:v", "handler_name=CANARY-HANDLER", "-metadata:s:a", "title=CANARY-TRACK"]
    common = (*inputs, *maps, *tags, *H264, *AAC)
    return {
        "mp4": make_clip("telling.mp4", *common, "-c:s", "mov_text", "-movflags", "+use_metadata_tags"),
        "mkv": make_clip("telling.mkv", *common, "-c:s", "srt"),
    }


CANARIES = [*TAGS.values(), "CANARY-CHAPTER", "CANARY-SUBTITLE"]


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_no_word_of_the_source_is_published(telling_clips, media_programs, small_ladder, tmp_path, suffix):
    source = telling_clips[suffix]
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "x").write_bytes(source.read_bytes())
    planted = {word for _, word in find_words(tmp_path / "source", CANARIES)}
    assert planted == set(CANARIES)
    assert find_words(tmp_path / "source", ["CANARY-TRACK" if suffix == "mkv" else "CANARY-HANDLER"])

    out = tmp_path / "out"
    out.mkdir()
    report = check_recording(source, limit=Limit(0, 60), programs=media_programs, work_dir=out)
    package = encode_recording(source, report, ladder=small_ladder, out_dir=out, programs=media_programs).package
    assert package
    assert find_words(out, [*CANARIES, "CANARY", "46.2044", *PROGRAM_NAMES]) == []
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


def test_closed_captions_inside_the_pictures_are_dropped(make_clip, media_programs, small_ladder, tmp_path):
    """H.264 carries them, and an encoder's settings, as supplemental information."""
    captioned = make_clip(
        "captioned.mp4", *PICTURE, *H264,
        "-bsf:v", "h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+CANARY-SEI",
    )  # fmt: skip
    assert b"CANARY-SEI" in captioned.read_bytes()
    report = check_recording(captioned, limit=Limit(0, 60), programs=media_programs, work_dir=tmp_path)
    encode_recording(captioned, report, ladder=small_ladder, out_dir=tmp_path, programs=media_programs)
    assert find_words(tmp_path, ["CANARY-SEI"]) == []


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["strip-*", "ax-sample_with_*", "dn-*"])
def test_recordings_that_tell_of_their_makers(shared_media, media_programs, small_ladder, tmp_path, pattern):
    words = ["CANARY", "iPhone", "Apple", "FLIR", "+37.4", "Adobe", *PROGRAM_NAMES]
    for number, source in enumerate(sorted((shared_media / "intake").glob(f"*/{pattern}"))):
        out = tmp_path / str(number)
        out.mkdir()
        report = check_recording(source, limit=Limit(0, 600), programs=media_programs, work_dir=out)
        if report.is_accepted:
            encode_recording(source, report, ladder=small_ladder, out_dir=out, programs=media_programs)
    assert list(tmp_path.glob("*/poster.jpg"))
    assert find_words(tmp_path, words) == []
