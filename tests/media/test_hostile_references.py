"""Files that make ffmpeg read another file or call an address get nothing, whatever they are called.

Each trap is first shown to work on an ffmpeg without guards. The guards hold alone, without the network namespace.
"""

import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.domain.limits import Limit
from pipeline.media.encode import encode_recording
from pipeline.media.intake import inspect_recording
from pipeline.media.programs import guarded_input
from pipeline.media.sniff import Container
from pipeline.processes import bounded, offline_wrapper, run_program
from tests.fixtures.media import AAC, H264, PICTURE, TONE
from tests.fixtures.traps import (
    CANARY,
    Witness,
    avi_with_playlist,
    linked_segment,
    reference_movie,
    texts,
    with_other_data,
)

pytestmark = pytest.mark.slow

KINDS = tuple(texts("127.0.0.1:1", ""))
TRUSTING = ["-protocol_whitelist", "file,http,tcp,concat,subfile,data,crypto,rtp,udp", "-allowed_extensions", "ALL"]
NEEDS_NAMESPACE = pytest.mark.skipif(not offline_wrapper(), reason="this system allows no network namespaces")


@pytest.fixture(autouse=True)
def with_network(monkeypatch):
    """As where the system allows no namespace: what follows must hold without one."""
    monkeypatch.setattr(bounded, "offline_wrapper", tuple)


def trap(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def text(witness: Witness, kind: str) -> str:
    return texts(witness.host, str(witness.secret))[kind]


def unguarded(source: Path, *options: str) -> None:
    """Have an ffmpeg that trusts the file read it."""
    command = ["ffmpeg", "-v", "quiet", "-nostdin", *options, "-i", str(source), "-f", "null", "-"]
    subprocess.run(command, timeout=20, check=False)


def fell_for_it(witness: Witness, folder: Path) -> bool:
    """Whether the secret was read, somebody was called, or the secret's bytes lie anywhere below a folder."""
    if witness.calls or witness.was_read:
        return True
    files = [path for path in folder.rglob("*") if path.is_file() and path != witness.secret]
    return any(CANARY.encode() in path.read_bytes() for path in files if not path.name.startswith("trap"))


@pytest.mark.parametrize("kind", ["hls", "hls-key", "master", "dash"])
def test_without_guards_an_address_is_called(tmp_path, witness, kind):
    options = ("dash", *TRUSTING[:2]) if kind == "dash" else ("hls", *TRUSTING)
    unguarded(trap(tmp_path, "trap.m3u8", text(witness, kind)), "-f", *options)
    assert witness.calls


@pytest.mark.parametrize("kind", ["hls-file", "hls-key", "ffconcat", "concat-list", "dash-file"])
def test_without_guards_another_file_is_read(tmp_path, witness, make_clip, kind):
    witness.keep_secret(make_clip("secret.ts", *PICTURE, *H264).read_bytes())
    demuxer = {"hls": ("hls", *TRUSTING), "dash": ("dash", *TRUSTING[:2])}
    options = demuxer.get(kind.split("-")[0], ("concat", "-safe", "0", *TRUSTING[:2]))
    unguarded(trap(tmp_path, "trap.m3u8", text(witness, kind)), "-f", *options)
    assert witness.was_read


@pytest.mark.parametrize("suffix", ["mp4", "mov", "webm"])
@pytest.mark.parametrize("kind", KINDS)
def test_playlists_and_scripts_are_refused_unopened(tmp_path, witness, check, kind, suffix):
    report = check(trap(tmp_path, f"trap.{suffix}", text(witness, kind)))
    assert [finding.code for finding in report.findings] == ["unreadable"]
    assert CANARY not in str(report.to_json())
    assert not fell_for_it(witness, tmp_path)


@pytest.mark.parametrize("container", Container)
def test_the_forced_demuxer_opens_no_playlist(tmp_path, witness, container):
    """Even when the sniffing were fooled, ffmpeg is told what the file is."""
    for kind in ("hls", "hls-file", "ffconcat", "dash", "sdp"):
        source = trap(tmp_path, "trap.m3u8", text(witness, kind))
        command = ["ffprobe", "-v", "quiet", "-show_packets", "-show_format", *guarded_input(source, container)]
        assert CANARY not in run_program(command, deadline_seconds=20).stdout.decode("utf-8", "replace")
    assert not fell_for_it(witness, tmp_path)


@pytest.fixture
def encode(tmp_path, plain_clip, media_programs, small_ladder):
    """Encode a file as what a good recording was found to be; whether a package came of it."""
    report = inspect_recording(plain_clip, limit=Limit(0, 60), programs=media_programs, work_dir=tmp_path)
    out = tmp_path / "out"
    out.mkdir()

    def run(source: Path, container: Container = Container.MOV) -> bool:
        announced = replace(report, container=container.demuxer)
        with suppress(FinalError, RetryableError):
            done = encode_recording(source, announced, ladder=small_ladder, out_dir=out, programs=media_programs)
            return done.package is not None
        return False

    return run


@pytest.mark.parametrize("container", [Container.MOV, Container.MATROSKA, Container.MPEG_TS, Container.AVI])
def test_a_file_that_became_a_playlist_after_its_check_is_not_encoded(tmp_path, witness, encode, container):
    for kind in ("hls", "hls-file"):
        assert not encode(trap(tmp_path, "trap.mp4", text(witness, kind)), container)
    assert not fell_for_it(witness, tmp_path)


@pytest.fixture
def other_data(tmp_path, witness, make_clip):
    """A MOV whose media lies in the secret file, which is a recording."""
    clip = make_clip("moov-last.mov", *PICTURE, *TONE, *H264, *AAC).read_bytes()
    witness.keep_secret(clip)
    return trap(tmp_path, "trap.mov", with_other_data(clip, witness.secret))


def test_without_guards_a_mov_shows_another_file(other_data, witness):
    unguarded(other_data, "-enable_drefs", "1", "-use_absolute_path", "1")
    assert witness.was_read


@pytest.mark.parametrize("name", ["trap.mov", "trap.mp4"])
def test_a_mov_whose_data_lies_elsewhere_is_refused_and_the_other_file_stays_closed(other_data, witness, check, name):
    report = check(other_data.rename(other_data.with_name(name)))
    assert not report.is_accepted
    assert not witness.was_read


def test_a_mov_whose_data_lies_elsewhere_shows_nothing_of_it_when_encoded(other_data, witness, encode):
    encode(other_data)
    assert not witness.was_read


def test_a_reference_movie_is_refused(tmp_path, witness, check):
    for address in (f"http://{witness.host}/x.mov", f"file://{witness.secret}"):
        assert not check(trap(tmp_path, "trap.mov", reference_movie(address))).is_accepted
    assert not fell_for_it(witness, tmp_path)


@pytest.mark.parametrize("kind", ["hls", "hls-file", "hls-concat", "ffconcat", "dash-file"])
def test_an_avi_with_a_playlist_for_subtitles_is_refused(tmp_path, witness, check, kind):
    assert not check(trap(tmp_path, "trap.avi", avi_with_playlist(text(witness, kind)))).is_accepted
    assert not fell_for_it(witness, tmp_path)


def test_a_matroska_file_that_goes_on_in_another_one_is_read_alone(tmp_path, witness, make_clip, check):
    """Linked segments (and attachments) are nothing that ffmpeg follows; no setting may begin to."""
    title = b"A" + str(witness.secret).encode()[-100:]
    clip = make_clip(f"{tmp_path.name}.mkv", *PICTURE, *TONE, *H264, *AAC, "-metadata", f"title={title.decode()}")
    linked = trap(tmp_path, "trap.mkv", linked_segment(clip.read_bytes(), title))
    assert check(linked).is_accepted
    assert not fell_for_it(witness, tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        *("-i.mp4", "a:b.mp4", "http:x.mp4", "with space %d.mp4", "ünïcode.mp4", "subdir;x.mp4", "%03d.mp4", "@x.mp4"),
        *("concat:secret.txt|secret.txt", "subfile,,start,0,end,9,,:secret.txt", "data:text;base64,AAAA.mp4"),
        *("pipe:0", "file:secret.txt", "tcp:127.0.0.1", "[0:v]null.mp4", "x\\y'z\"$(id).mp4", "line\nend.mp4"),
    ],
)
def test_names_are_nothing_but_names(plain_clip, tmp_path, media_programs, name):
    copy = trap(tmp_path, name, plain_clip.read_bytes())
    report = inspect_recording(copy, limit=Limit(0, 60), programs=media_programs, work_dir=tmp_path)
    assert report.is_accepted
    assert [path.name for path in tmp_path.iterdir()] == [name]


@NEEDS_NAMESPACE
def test_the_namespace_alone_holds_as_well(tmp_path, witness, monkeypatch):
    """An ffmpeg that trusts everything, run by us: it finds nobody to call."""
    monkeypatch.setattr(bounded, "offline_wrapper", offline_wrapper)
    source = trap(tmp_path, "trap.m3u8", text(witness, "hls"))
    command = ["ffmpeg", "-v", "quiet", "-f", "hls", *TRUSTING, "-i", str(source), "-c", "copy", "-f", "data", "-"]
    run_program(command, deadline_seconds=20)
    assert not witness.calls
    subprocess.run(command, timeout=20, check=False, stdout=subprocess.PIPE)
    assert witness.calls
