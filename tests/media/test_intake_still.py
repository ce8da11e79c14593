"""A picture that stands still is noticed, though an encoder writes it a little differently each time."""

import pytest

from tests.fixtures.media import H264, VP8

STILL = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1,loop=-1:size=1,trim=duration=12")


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("still.mp4", H264),
        ("still.webm", (*VP8, "-b:v", "200k")),
        ("still.ts", ("-c:v", "mpeg2video", "-b:v", "600k")),
    ],
)
def test_a_picture_that_stands_still_is_frozen(make_clip, check, name, codec):
    report = check(make_clip(name, *STILL, *codec))
    assert "frozen" in {finding.code.value for finding in report.findings}
