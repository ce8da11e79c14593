"""A program that crashes, hangs, lies or is killed gives an error that says whose fault it is."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain.errors import DiskFull, FinalError, RetryableError
from pipeline.domain.limits import Limit
from pipeline.media import encode_runs
from pipeline.media.cards import CardMaking, CardText, encode_card
from pipeline.media.encode import encode_recording
from pipeline.media.intake import check_recording
from pipeline.media.programs import MediaPrograms
from pipeline.processes import ProgramFlooded, ProgramMissing, ProgramStalled

LIMIT = Limit(0, 60)


@pytest.fixture
def fake(tmp_path):
    """`fake("ffmpeg", body)`: a shell script in place of a program. Questions about filters are answered."""

    def make(name: str, body: str) -> str:
        path = tmp_path / "programs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/bash\ncase "$*" in *-filters*) exit 0;; esac\n{body}\n', encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


@pytest.fixture
def faulty_encoder(fake, media_programs):
    """`faulty_encoder(body)`: an ffmpeg that is itself again wherever it does not encode pictures."""

    def make(body: str) -> str:
        return fake("ffmpeg", f'case "$*" in *libx264*) ;; *) exec {media_programs.ffmpeg} "$@";; esac\n{body}')

    return make


@pytest.fixture
def encode_with(plain_clip, media_programs, small_ladder, tmp_path):
    """Encode a good recording with another ffmpeg."""
    report = check_recording(plain_clip, limit=LIMIT, programs=media_programs, work_dir=tmp_path)

    def run(ffmpeg: str, **options):
        out = tmp_path / "out"
        out.mkdir()
        programs = MediaPrograms(ffmpeg=ffmpeg, **options)
        return encode_recording(plain_clip, report, ladder=small_ladder, out_dir=out, programs=programs)

    return run


def test_a_missing_ffmpeg_names_what_to_install(encode_with):
    with pytest.raises(ProgramMissing, match="ffmpeg"):
        encode_with("/nowhere/ffmpeg")


def test_a_crash_can_be_tried_again(faulty_encoder, encode_with):
    with pytest.raises(RetryableError, match="SIGSEGV"):
        encode_with(faulty_encoder("kill -SEGV $$"))


def test_a_crash_that_the_pictures_cause_is_told_of_them(fake, encode_with):
    encoded = encode_with(fake("ffmpeg", "kill -SEGV $$"))
    assert encoded.package is None
    assert encoded.picture.log.gave_up == "crash"


def test_pictures_of_which_nothing_can_be_decoded_are_no_error(fake, encode_with):
    encoded = encode_with(fake("ffmpeg", "echo '[warning] Output file is empty, nothing was encoded' >&2"))
    assert encoded.package is None
    assert encoded.picture.frames == 0


def test_a_kill_from_outside_can_be_tried_again(fake, encode_with):
    with pytest.raises(RetryableError, match="SIGKILL"):
        encode_with(fake("ffmpeg", "kill -9 $$"))


def test_a_refusal_of_ffmpeg_is_final_and_quoted(faulty_encoder, encode_with):
    body = "echo \"Unknown encoder 'libx264'\" >&2; echo progress=end >&2; exit 1"
    with pytest.raises(FinalError, match=r"status 1.*Unknown encoder"):
        encode_with(faulty_encoder(body))


def test_a_full_disk_is_told_as_such(fake, encode_with):
    with pytest.raises(RetryableError, match="disk is full"):
        encode_with(fake("ffmpeg", "echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1"))


def test_a_disk_that_is_full_at_the_end_is_no_success(faulty_encoder, encode_with, media_programs):
    """ffmpeg ends with status 0 although the last bytes of its files found no room."""
    told = "echo 'Error writing trailer of file:v90.mp4: No space left on device' >&2"
    with pytest.raises(DiskFull, match="Free some space"):
        encode_with(faulty_encoder(f'{media_programs.ffmpeg} "$@"; truncate -s 1000 v90.mp4; {told}; exit 0'))


@pytest.fixture
def encode_card_with(fake, media_programs, small_ladder, card_style, tmp_path):
    """Make a title card with an ffmpeg that does something else after it has drawn the film."""

    def run(body: str):
        film = f'{media_programs.ffmpeg} "$@"; {body}; exit 0'
        ffmpeg = fake("ffmpeg", f'case "$*" in *libx264rgb*) {film};; *) exec {media_programs.ffmpeg} "$@";; esac')
        text = CardText("Malawi", "36th session", "Grace Banda", "Centre for Human Rights", "Water", "en")
        programs = replace(media_programs, ffmpeg=ffmpeg)
        making = CardMaking(small_ladder, replace(card_style, seconds=0.5))
        return encode_card(text, making, out_dir=tmp_path / "card", programs=programs)

    return run


def test_a_card_whose_film_found_no_room_is_told_as_a_full_disk(encode_card_with):
    with pytest.raises(DiskFull, match="Free some space"):
        encode_card_with("echo 'Error writing trailer of file:card.mkv: No space left on device' >&2")


def test_a_card_whose_film_is_broken_can_be_tried_again(encode_card_with, tmp_path):
    film = tmp_path / "card" / "card" / "card.mkv"
    with pytest.raises(RetryableError, match="card"):
        encode_card_with(f"truncate -s 3000 {film}")


def test_too_little_memory_names_the_setting(encode_with, media_programs):
    with pytest.raises((FinalError, RetryableError)) as caught:
        encode_with(media_programs.ffmpeg, memory_bytes=120_000_000)
    said = str(caught.value)
    assert any(words in said for words in ("MEMORY_BYTES", "status", "SIG", "does not run"))


def test_success_without_any_output_is_no_success(faulty_encoder, encode_with):
    with pytest.raises(FinalError, match="status 0"):
        encode_with(faulty_encoder("exit 0"))


def test_garbage_instead_of_media_is_no_success(faulty_encoder, encode_with, media_programs):
    body = f'{media_programs.ffmpeg} "$@"; head -c 5000 /dev/urandom > v144.mp4'
    with pytest.raises(FinalError, match="cannot be packaged"):
        encode_with(faulty_encoder(body))


def test_missing_frames_are_noticed(faulty_encoder, encode_with, media_programs):
    """An ffmpeg that stops early and still says 0."""
    body = f'exec {media_programs.ffmpeg} "${{@//end_frame=100/end_frame=50}}"'
    with pytest.raises(FinalError, match="50 frames where 100 were expected"):
        encode_with(faulty_encoder(body))


def test_garbage_between_the_lines_does_no_harm(faulty_encoder, encode_with, media_programs):
    body = f"""head -c 100000 /dev/urandom; echo; head -c 10000 /dev/urandom >&2; echo out_time_us=N/A >&2
exec {media_programs.ffmpeg} "$@\""""
    assert encode_with(faulty_encoder(body)).package.duration_seconds == 4.0


def test_a_hang_is_ended(fake, encode_with, monkeypatch):
    monkeypatch.setattr(encode_runs, "_STALL_SECONDS", 1)
    with pytest.raises(ProgramStalled):
        encode_with(fake("ffmpeg", "sleep 300"))


def test_a_hang_that_keeps_reporting_is_ended(fake, encode_with, monkeypatch):
    monkeypatch.setattr(encode_runs, "_STALL_SECONDS", 1)
    with pytest.raises(ProgramStalled, match="no progress"):
        encode_with(fake("ffmpeg", "while :; do echo out_time_us=1000000 >&2; sleep 0.1; done"))


def test_a_place_that_cannot_be_written(plain_clip, media_programs, small_ladder, tmp_path):
    report = check_recording(plain_clip, limit=LIMIT, programs=media_programs, work_dir=tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(RetryableError, match="could not write"):
        encode_recording(plain_clip, report, ladder=small_ladder, out_dir=tmp_path / "file", programs=media_programs)


def test_a_refused_recording_is_not_encoded(tmp_path, media_programs, small_ladder):
    (tmp_path / "x.mp4").write_bytes(b"nothing")
    report = check_recording(tmp_path / "x.mp4", limit=LIMIT, programs=media_programs, work_dir=tmp_path)
    with pytest.raises(FinalError, match="accepted"):
        encode_recording(tmp_path / "x.mp4", report, ladder=small_ladder, out_dir=tmp_path, programs=media_programs)


def checked(source: Path, tmp_path: Path, **programs):
    return check_recording(source, limit=LIMIT, programs=MediaPrograms(**programs), work_dir=tmp_path)


def test_intake_with_a_missing_ffprobe(plain_clip, tmp_path):
    with pytest.raises(ProgramMissing, match="ffprobe"):
        checked(plain_clip, tmp_path, ffprobe="/nowhere/ffprobe")


def test_intake_with_an_ffprobe_that_talks_nonsense(plain_clip, tmp_path, fake):
    with pytest.raises(FinalError, match="ffprobe"):
        checked(plain_clip, tmp_path, ffprobe=fake("ffprobe", "echo hello"))


def test_intake_with_an_ffprobe_that_never_stops_talking(plain_clip, tmp_path, fake):
    with pytest.raises(ProgramFlooded):
        checked(plain_clip, tmp_path, ffprobe=fake("ffprobe", "exec cat /dev/zero"))


def test_a_decoder_that_crashes_on_a_recording_condemns_the_recording(plain_clip, tmp_path, fake):
    report = checked(plain_clip, tmp_path, ffmpeg=fake("ffmpeg", "kill -SEGV $$"))
    assert {finding.code.value for finding in report.findings} == {"undecodable"}
    assert report.findings[0].values["reason"] == "crash"


def test_a_decoder_killed_from_outside_does_not(plain_clip, tmp_path, fake):
    with pytest.raises(RetryableError, match="killed"):
        checked(plain_clip, tmp_path, ffmpeg=fake("ffmpeg", "kill -9 $$"))


@pytest.mark.slow
def test_a_small_file_that_keeps_the_decoder_busy_is_refused(plain_clip, tmp_path, fake, monkeypatch):
    monkeypatch.setattr("pipeline.media.untrusted._SMALL_SECONDS", 5)
    report = checked(plain_clip, tmp_path, ffmpeg=fake("ffmpeg", "sleep 300"))
    assert report.findings[0].values["reason"] == "slow"
