"""The verdicts over a collection of crafted and found recordings, each with the verdict that it should get."""

import json
import re
import time

import pytest

from pipeline.domain.limits import Limit
from pipeline.media.encode import encode_recording
from pipeline.media.intake import check_recording, complete_report, inspect_recording

_SAME = {"no_usable_video": "no_video", "damaged": "damaged", "black": "black"}


def expectations(text: str) -> tuple[set[str], set[str]]:
    """`reject:unreadable; 0 hits` as ({"refused"}, {"unreadable"}): allowed verdicts, and codes of which one is due."""
    clause = re.split(r"[;(]", text, maxsplit=1)[0]
    verdicts, codes = set(), set()
    for part in clause.split(" or "):
        word, _, names = part.strip().partition(":")
        head = word.split()[0].strip(",") if word else "any"
        if head == "any":
            return {"accepted", "refused"}, set()
        verdicts.add("refused" if head == "reject" else "accepted")
        found = {_SAME.get(name, name) for name in re.findall(r"[a-z_]+", names)}
        codes |= found if head in ("reject", "warn") else set()
    return verdicts, codes


@pytest.mark.slow
def test_every_recording_gets_its_verdict(shared_media, media_programs, tmp_path):
    folder = shared_media / "intake"
    wrong = []
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        if "/sub-" in entry["file"]:
            continue
        started = time.monotonic()
        report = check_recording(
            folder / entry["file"], limit=Limit(0, 600), programs=media_programs, work_dir=tmp_path
        )
        verdicts, codes = expectations(entry["expect"])
        found = {finding.code.value for finding in report.findings}
        named = not codes or "accept" in entry["expect"] or found & codes or "damaged_slightly" in found
        if report.verdict.value not in verdicts or not named:
            wrong.append((entry["file"], entry["expect"], report.verdict.value, sorted(found)))
        assert time.monotonic() - started < 90
        assert "/etc/hostname" not in json.dumps(report.to_json())
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "crafted/ok-10bit-hlg.mp4",
        "crafted/ok-interlaced.ts",
        "crafted/rej-zero-hole-in-mdat.mp4",
        "crafted/warn-1pct-noise-in-mdat.mp4",
        "crafted/warn-audio-shifted-500ms.mp4",
        "fetched/ax-edit_list_positive_shift.mp4",
        "fetched/ax-sample_android_slow_motion.mp4",
        "fetched/ax-sample_rotate_and_reflect.mp4",
        "fetched/ax-sample_scte35.ts",
        "fetched/ax-sample-with-large-length.avi",
        "fetched/ax-silent-black-10s.mp4",
        "fetched/dn-FLIR_Thermal.mp4",
        "fetched/ft-fixture.asf",
        "fetched/ft-fixture.mpg",
    ],
)
def test_an_encode_gives_the_verdict_of_a_check(shared_media, check, media_programs, small_ladder, tmp_path, name):  # noqa: PLR0917
    source, limit = shared_media / "intake" / name, Limit(0, 600)
    report = inspect_recording(source, limit=limit, programs=media_programs, work_dir=tmp_path)
    if report.is_accepted:
        encoded = encode_recording(
            source, report, ladder=small_ladder, out_dir=tmp_path / "out", programs=media_programs
        )
        report = complete_report(report, encoded.picture, limit=limit)
    assert report == check(source)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size", "seconds"),
    [
        ("Zulko+moviepy-fire2.mp4", (1280, 720), 2.4),
        ("ageitgey+face_recognition-short_hamilton_clip.mp4", (640, 360), 10.0),
        ("pytorch+torchcodec-nasa_13013.mp4", (320, 180), 13.1),
        ("drewnoakes+metadata-extractor-images-with-gps.mov", (320, 568), 4.0),
        ("bytedance+LatentSync-demo1_video.mp4", (1080, 1920), 10.0),
    ],
)
def test_camera_recordings_are_accepted(shared_media, check, name, size, seconds):
    report = check(shared_media / "video" / name)
    assert report.is_accepted
    assert (report.video.width, report.video.height) == size
    assert report.duration_seconds == pytest.approx(seconds, abs=0.1)
