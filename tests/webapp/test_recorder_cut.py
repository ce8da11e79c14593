"""What a browser recorded until it died can be handed in: slices are cut where the file is whole."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.media import AAC, H264, PICTURE, TONE, VP8

CUT = Path(__file__).parent / "recorder_cut.mjs"
FORMS = {
    "live.webm": ("video/webm;codecs=vp8,opus", *VP8, "-c:a", "libopus", "-live", "1", "-cluster_time_limit", "1000"),
    "fragments.mp4": (
        "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
        *(*H264, *AAC, "-movflags", "frag_keyframe+empty_moov", "-frag_duration", "500000"),
    ),
}


def kept_of(path: Path, kind: str, slice_bytes: int) -> bytes:
    node = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    assert node is not None, "Node is missing; `make setup` installs one."
    done = subprocess.run([node, CUT, path, kind, str(slice_bytes)], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", FORMS)
def test_what_is_kept_of_a_take_that_broke_off_is_whole(make_clip, check, tmp_path, name):
    kind, *options = FORMS[name]
    whole = make_clip(name, *PICTURE, *TONE, *options).read_bytes()
    broken = tmp_path / f"broken-{name}"
    broken.write_bytes(whole[: len(whole) * 3 // 4 + 1])
    assert not check(broken).is_accepted, "cut anywhere it is refused"
    kept = tmp_path / name
    kept.write_bytes(kept_of(broken, kind, 7001))
    assert whole.startswith(kept.read_bytes())
    report = check(kept)
    assert report.is_accepted
    assert report.duration_seconds > 1.5
