"""ffprobe and ffmpeg that crash, hang, lie, flood or are killed, at every place where they are run.

Whatever they do: an answer in time that says whose fault it is, no process left, no half-written package.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.domain.limits import Limit
from pipeline.media import encode_runs, untrusted
from pipeline.media.encode import encode_recording
from pipeline.media.intake import check_recording, inspect_recording
from pipeline.media.programs import MediaPrograms
from pipeline.processes import ProgramFlooded, ProgramMissing
from tests.fixtures.programs import left_behind, script, wait_until

pytestmark = pytest.mark.slow

LIMIT = Limit(0, 60)

PLACES = {
    "headers": ("ffprobe", "*-show_streams*"),
    "packets": ("ffprobe", "*packet=*"),
    "sound": ("ffmpeg", "*ebur128*"),
    "pictures": ("ffmpeg", "*framecrc*"),
    "encode": ("ffmpeg", "*libx264*"),
}
"""Which program runs there, and by which argument it is known to be there and nowhere else."""

FAULTS = {
    "crash": "kill -SEGV $$",
    "abort": "kill -ABRT $$",
    "killed": "kill -9 $$",
    "terminated": "kill -TERM $$",
    "hang": "sleep 300",
    "deaf": "trap '' TERM INT HUP; while :; do sleep 0.2; done",
    "chatter": "while :; do echo out_time_us=1000000 >&2; echo out_time_us=1000000; sleep 0.05; done",
    "disk": "exec head -c 900000000 /dev/zero > large",
    "full": "echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1",
    "refusal": "echo 'Unknown option' >&2; exit 1",
    "nothing": "exit 0",
    "noise": "head -c 1000000 /dev/urandom; echo; echo 0,1,1,1,K__",
    "endless line": "head -c 100000000 /dev/zero | tr '\\0' x",
    "odd digits": "echo ²,1,1,1,K__; echo 99999999999999999999,1,1,1,K__; echo -1,,,,",
}

HARMLESS = {
    "noise beside": 'head -c 20000000 /dev/urandom >&2; exec {real} "$@"',
    "grandchild": 'sleep 300 & exec {real} "$@"',
    "daemon that chatters": '(while :; do sleep 0.1; echo x >&2 || exit; done) & exec {real} "$@"',
}

UNREADABLE, UNDECODABLE = {"unreadable"}, {"undecodable"}

EXPECTED: dict[tuple[str, str], object] = {
    **dict.fromkeys([(place, fault) for place in PLACES for fault in ("killed", "terminated")], RetryableError),
    **dict.fromkeys([(place, "disk") for place in PLACES], ProgramFlooded),
    # A crash over a recording is the recording's word against the program: it is not tried again for ever.
    **dict.fromkeys([("headers", fault) for fault in ("crash", "abort", "full", "refusal")], UNREADABLE),
    **dict.fromkeys([("packets", fault) for fault in ("crash", "abort", "full", "refusal", "nothing")], UNDECODABLE),
    **dict.fromkeys([("sound", fault) for fault in ("crash", "abort", "full", "refusal")], UNDECODABLE),
    **dict.fromkeys([("pictures", fault) for fault in ("crash", "abort", "full", "refusal")], UNDECODABLE),
    # The same recording has just been decoded without a crash.
    **dict.fromkeys([("encode", fault) for fault in ("crash", "abort", "full")], RetryableError),
    ("encode", "refusal"): FinalError,
    # A program that answers with something else is no ffprobe and no ffmpeg; no recording is to blame.
    **dict.fromkeys([("headers", fault) for fault in ("nothing", "noise", "endless line", "odd digits")], FinalError),
    **dict.fromkeys([("packets", fault) for fault in ("noise", "endless line", "odd digits")], FinalError),
    **dict.fromkeys([(place, "nothing") for place in ("sound", "pictures", "encode")], FinalError),
    **dict.fromkeys([("encode", fault) for fault in ("noise", "endless line", "odd digits")], FinalError),
}

SLOW = {(place, fault) for place in PLACES for fault in ("hang", "deaf", "chatter")}

Run = Callable[[str, str], object]


@pytest.fixture
def run(plain_clip, media_programs, small_ladder, tmp_path) -> Run:
    """`run(place, body)`: a good recording, with another program at one place; a report or what an encode left."""
    real = {"ffmpeg": media_programs.ffmpeg, "ffprobe": media_programs.ffprobe}

    def go(place: str, body: str) -> object:
        name, argument = PLACES[place]
        choose = f'case "$*" in {argument}) ;; *) exec {real[name]} "$@";; esac\n'
        program = script(tmp_path, choose + body.format(real=real[name]), name)
        programs = MediaPrograms(**{**real, name: program})
        if place != "encode":
            look = check_recording if place == "pictures" else inspect_recording
            return look(plain_clip, limit=LIMIT, programs=programs, work_dir=tmp_path)
        report = inspect_recording(plain_clip, limit=LIMIT, programs=media_programs, work_dir=tmp_path)
        (tmp_path / "out").mkdir()
        return encode_recording(plain_clip, report, ladder=small_ladder, out_dir=tmp_path / "out", programs=programs)

    return go


def nothing_is_left(folder: Path) -> bool:
    """No process that came of it, and nothing that could be taken for a package."""
    return wait_until(lambda: not left_behind(folder)) and not list(folder.rglob("package.json"))


@pytest.mark.parametrize(("place", "fault"), EXPECTED, ids=map(" ".join, EXPECTED))
def test_a_fault_has_an_answer_that_says_whose_it_is(tmp_path, run, place, fault):
    expected = EXPECTED[place, fault]
    if isinstance(expected, set):
        assert {finding.code.value for finding in run(place, FAULTS[fault]).findings} == expected
    else:
        with pytest.raises(expected) as caught:
            run(place, FAULTS[fault])
        assert caught.type is not ProgramMissing
        assert str(caught.value).endswith((".", "?")) or ": " in str(caught.value)
        assert "\n" not in str(caught.value)
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize("place", ["sound", "pictures"])
@pytest.mark.parametrize("fault", ["noise", "endless line", "odd digits"])
def test_a_decoder_that_talks_nonsense_is_never_believed(tmp_path, run, place, fault):
    with suppress(FinalError):
        assert not run(place, FAULTS[fault]).is_accepted
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize(("place", "fault"), sorted(SLOW), ids=map(" ".join, sorted(SLOW)))
def test_a_program_that_hangs_is_ended_in_time(tmp_path, run, monkeypatch, place, fault):
    """A small file that keeps a program busy is at fault; an encode that stands still can be tried again."""
    monkeypatch.setattr(untrusted, "_SMALL_SECONDS", 4)
    monkeypatch.setattr(encode_runs, "_STALL_SECONDS", 3)
    begun = time.monotonic()
    if place == "encode":
        with pytest.raises(RetryableError, match="no progress"):
            run(place, FAULTS[fault])
    else:
        (finding,) = run(place, FAULTS[fault]).findings
        assert finding.values["reason"] == "slow"
    assert time.monotonic() - begun < 100
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize("disturbance", HARMLESS)
@pytest.mark.parametrize("place", PLACES)
def test_noise_and_children_that_stay_change_nothing(tmp_path, run, place, disturbance):
    result = run(place, HARMLESS[disturbance])
    assert result.package if place == "encode" else result.is_accepted
    assert wait_until(lambda: not left_behind(tmp_path))


@pytest.mark.parametrize("place", PLACES)
def test_a_program_that_cannot_be_loaded_condemns_no_recording(tmp_path, run, place):
    loader = "echo 'x: error while loading shared libraries: libx264.so.164: cannot open' >&2; exit 127"
    with pytest.raises(ProgramMissing, match=r"does not run on this machine.*libx264"):
        run(place, loader)
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_an_output_that_was_cut_is_no_package(tmp_path, run, media_programs, share):
    """ffmpeg says that all is well, and a file is not whole."""
    cut = f'ffmpeg "$@" || exit 1; truncate -s $(($(stat -c %s v144.mp4) * {round(share * 100)} / 100)) v144.mp4'
    with pytest.raises(FinalError, match=r"not whole|frames"):
        run("encode", cut)
    assert nothing_is_left(tmp_path)
