"""Recordings as phones, browsers, cameras and editors make them are taken, and measured by what was decoded."""

import pytest

from pipeline.domain.findings import FindingCode
from pipeline.media.report import IntakeReport
from tests.fixtures.media import AAC, H264, PICTURE, TONE, VP8


def codes(report: IntakeReport) -> set[str]:
    return {finding.code.value for finding in report.findings}


FORMS = {
    "moov-last.mp4": (*H264, *AAC),
    "fragmented.mp4": (*H264, *AAC, "-movflags", "frag_keyframe+empty_moov"),
    "camera.mov": (*H264, "-c:a", "pcm_s16le"),
    "browser.webm": (*VP8, "-c:a", "libopus", "-live", "1"),
    "editor.mkv": (*H264, "-c:a", "flac"),
    "broadcast.ts": ("-c:v", "mpeg2video", "-q:v", "4", "-c:a", "mp2"),
    "disc.mpg": ("-c:v", "mpeg2video", "-q:v", "4", "-c:a", "mp2", "-f", "dvd"),
    "old-camera.avi": ("-c:v", "mpeg4", "-q:v", "4", "-c:a", "libmp3lame"),
    "windows.wmv": ("-c:v", "wmv2", "-b:v", "500k", "-c:a", "wmav2"),
    "free.ogv": ("-c:v", "libtheora", "-q:v", "5", "-c:a", "libvorbis"),
    "flash.flv": ("-c:v", "flv1", "-b:v", "500k", "-c:a", "libmp3lame", "-ar", "44100"),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_usual_form_is_accepted(make_clip, check, name):
    report = check(make_clip(name, *PICTURE, *TONE, *FORMS[name]))
    assert report.is_accepted
    assert codes(report) == {"low_resolution"}
    assert report.duration_seconds == pytest.approx(4.0, abs=0.15)
    assert report.video.frames == pytest.approx(100, abs=1)
    assert report.video.frame_rate == pytest.approx(25, abs=0.1)
    assert report.video.output_rate == "25"
    assert report.audio.loudness_lufs is not None


def test_a_browser_recording_without_duration_is_measured(make_clip, check):
    """MediaRecorder writes neither length nor frame rate."""
    live = ("-f", "webm", "-live", "1", *VP8, "-c:a", "libopus")
    report = check(make_clip("no-length.webm", *PICTURE, *TONE, *live))
    assert report.duration_seconds == pytest.approx(4.0, abs=0.1)


def test_a_thousand_frames_a_second_are_not_kept(make_clip, check):
    claimed = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=1000:d=1", *H264)
    assert check(make_clip("thousand.mp4", *claimed)).video.output_rate == "30"


def test_an_upright_phone_is_told_by_its_display_matrix(turned_clip, check):
    report = check(turned_clip)
    assert (report.video.width, report.video.height) == (180, 320)
    assert report.video.rotation in (-90, 90)
    assert "portrait" in codes(report)


def test_non_square_pixels_are_counted(make_clip, check):
    wide = make_clip("wide.mp4", *PICTURE, *H264, "-vf", "setsar=2")
    assert (check(wide).video.width, check(wide).video.height) == (640, 180)


def test_a_pause_in_the_sound_track_is_no_damage(make_clip, check):
    """Editors leave packets out where nothing is heard; the packet before claims the pause as its own."""
    dropped = ("-bsf:a", "noise=drop='between(n,60,100)'")
    report = check(make_clip("pause-in-track.mp4", *PICTURE, *TONE, *H264, *AAC, *dropped))
    assert codes(report) == {"low_resolution"}


def test_two_sound_tracks_are_told_with_their_languages(make_clip, check):
    two = ("-map", "0", "-map", "1", "-map", "1", "-metadata:s:a:0", "language=fra", "-metadata:s:a:1", "language=eng")
    report = check(make_clip("two-tracks.mp4", *PICTURE, *TONE, *two, *H264, *AAC))
    found = {finding.code: finding.values for finding in report.findings}
    assert found[FindingCode.SEVERAL_AUDIO_TRACKS] == {"tracks": 2, "languages": ["fra", "eng"]}
    assert report.audio.language == "fra"


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("mute.mp4", (*PICTURE, *H264), "no_audio"),
        ("silent.mp4", (*PICTURE, "-f", "lavfi", "-i", "anullsrc=d=4", *H264, *AAC), "silent"),
        ("quiet.mp4", (*PICTURE, *TONE, "-af", "volume=-30dB", *H264, *AAC), "quiet"),
        ("shouted.mp4", (*PICTURE, *TONE, "-af", "volume=40dB", *H264, *AAC), "clipped"),
        ("black.mp4", ("-f", "lavfi", "-i", "color=black:s=640x360:r=25:d=4", *TONE, *H264, *AAC), "black"),
        ("still.mp4", ("-f", "lavfi", "-i", "color=red:s=640x360:r=10:d=12", *H264), "frozen"),
        ("pause.mp4", (*PICTURE, *TONE, "-af", "apad=pad_dur=12", *H264, *AAC), "long_silence"),
        ("uneven.mp4", (*PICTURE, "-vf", "select=lt(mod(n\\,25)\\,12)", "-fps_mode", "vfr", *H264),
         "variable_frame_rate"),
    ],
)  # fmt: skip
def test_what_spoils_a_recording_is_noted_and_does_not_refuse_it(make_clip, check, name, arguments, code):
    report = check(make_clip(name, *arguments))
    assert report.is_accepted
    assert code in codes(report)


def test_loudness_and_peak_are_those_of_the_stereo_form(make_clip, check):
    """A sine of -18 dBFS in one channel, spread over two."""
    tone = ("-f", "lavfi", "-i", "aevalsrc=0.125*sin(2*PI*997*t):d=4:s=48000")
    audio = check(make_clip("measured.mkv", *PICTURE, *tone, *H264, "-c:a", "pcm_s16le")).audio
    assert audio.loudness_lufs == pytest.approx(-21.1, abs=0.3)
    assert audio.true_peak_dbtp == pytest.approx(-21.1, abs=0.3)


def test_a_report_survives_its_json(plain_clip, check):
    report = check(plain_clip)
    assert IntakeReport.from_json(report.to_json()) == report
    assert report.to_json()["verdict"] == "accepted"


def test_progress_goes_from_nothing_to_all(plain_clip, check):
    seen = []
    check(plain_clip, on_progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
