"""What the page says of a chosen file before a byte of it is sent; whatever it says, the file can be sent."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import OpenPage
from tests.fixtures.media import AAC, H264, PICTURE, TONE, VP8, MakeClip
from tests.fixtures.portal import InvitedSpeaker
from tests.fixtures.speaker_pages import MEGABYTE, PHONE, choose, enter, write_random

pytestmark = [pytest.mark.slow, pytest.mark.browser]

GOOD = "Yes, this recording can be sent."
MIND = "You can send this recording. Please look at this first:"
UNKNOWN = "This browser cannot look into the file."


def source(size: str, seconds: int, rate: int = 25) -> tuple[str, ...]:
    """ffmpeg's moving picture of a size."""
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}")


@pytest.fixture
def files(make_clip: MakeClip, tmp_path: Path) -> dict[str, tuple[Path, str, list[str]]]:
    """Files by what is wrong with them: the sum that is said, and lines under it."""
    phone = (*source("640x360", 2), *TONE, *H264, *AAC, "-t", "2")
    upright = (*source("360x640", 2), *H264, "-movflags", "+faststart")
    long = (*source("64x36", 75, rate=1), *H264)
    webm = (*PICTURE, *TONE, *VP8, "-c:a", "libopus", "-t", "2")
    return {
        "phone": (make_clip("phone.mp4", *phone), GOOD, ["Length: 0:02", "Picture: 640 × 360", "Sound: found"]),
        "upright": (make_clip("upright.mov", *upright), MIND, ["held the camera upright", "No sound was found"]),
        "long": (make_clip("long.mp4", *long), MIND, ["It lasts 1:15; at most 1:00", "The picture is small: 64 × 36"]),
        "webm": (make_clip("plain.webm", *webm), MIND, ["Length: 0:02", "small: 320 × 180", "Sound: found"]),
        "unknown": (write_random(tmp_path / "a.mp4", 2 * MEGABYTE), UNKNOWN, ["On your line this takes about"]),
    }


def test_a_chosen_file_is_looked_at_and_never_held_back(
    invited: InvitedSpeaker, open_page: OpenPage, files: dict[str, tuple[Path, str, list[str]]]
) -> None:
    watched = open_page(**PHONE, locale="en")
    page = enter(watched.page, invited)
    panel = page.locator(".preflight")
    for path, said, lines in files.values():
        choose(page, path)
        expect(panel).to_contain_text(said)
        for line in lines:
            expect(panel.get_by_role("listitem").filter(has_text=line)).to_have_count(1)
        expect(page.get_by_role("button", name="Send this recording")).to_be_visible()
    sent = [url for url in watched.requests if "/uploads/" in url]
    assert sent == []
    assert watched.errors == []
