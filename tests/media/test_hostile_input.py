"""Files that try to make ffmpeg read another file or call an address get nothing: first the trap is shown to work."""

import socket
import subprocess
import threading
import time

import pytest

from pipeline.media.boxes import walk_file
from pipeline.media.programs import guarded_input
from pipeline.media.sniff import Container


@pytest.fixture
def listener():
    """A port that counts who calls; answers nobody."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    calls, stop = [], threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            calls.append(connection.recv(100))
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], calls
    stop.set()
    thread.join()
    server.close()


def texts(port: int, secret: str) -> dict[str, str]:
    address = f"http://127.0.0.1:{port}/x.ts"
    return {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n",
        "hls-file": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "hls-concat": f"#EXTM3U\n#EXTINF:1,\nconcat:{address}|file://{secret}\n",
        "ffconcat": f"ffconcat version 1.0\nfile '{secret}'\n",
        "sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
        "dash": f"<?xml version='1.0'?><MPD><BaseURL>{address}</BaseURL></MPD>",
        "svg": f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{address}'/></svg>",
    }


def test_without_guards_the_trap_works(tmp_path, listener):
    port, calls = listener
    playlist = tmp_path / "x.m3u8"
    playlist.write_text(texts(port, "")["hls"], encoding="utf-8")
    trusting = ["ffprobe", "-v", "quiet", "-protocol_whitelist", "file,http,tcp", playlist]
    subprocess.run(trusting, timeout=20, check=False)
    assert calls


@pytest.mark.parametrize("suffix", ["mp4", "m3u8", "avi", "mkv"])
@pytest.mark.parametrize("kind", texts(0, ""))
def test_scripts_are_unreadable_and_call_nobody(tmp_path, listener, check, kind, suffix):
    port, calls = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY-SECRET", encoding="utf-8")
    trap = tmp_path / f"trap.{suffix}"
    trap.write_text(texts(port, str(secret))[kind], encoding="utf-8")
    report = check(trap)
    assert [finding.code for finding in report.findings] == ["unreadable"]
    assert "CANARY" not in str(report.to_json())
    assert not calls


def test_the_forced_demuxer_opens_no_playlist(tmp_path, listener):
    """Even when sniffing were fooled, ffmpeg is told what the file is."""
    port, calls = listener
    playlist = tmp_path / "x.m3u8"
    playlist.write_text(texts(port, "")["hls"], encoding="utf-8")
    for container in Container:
        command = ["ffprobe", "-v", "quiet", "-show_packets", *guarded_input(playlist, container)]
        shown = subprocess.run(command, timeout=20, check=False, capture_output=True, text=True).stdout
        assert "x.ts" not in shown
    assert not calls


@pytest.mark.parametrize(
    "name", ["-i.mp4", "a:b.mp4", "http:x.mp4", "with space %d.mp4", "ünïcode.mp4", "subdir;x.mp4"]
)
def test_names_are_nothing_but_names(plain_clip, tmp_path, check, name):
    copy = tmp_path / name
    copy.write_bytes(plain_clip.read_bytes())
    assert check(copy).is_accepted


def box(kind: bytes, body: bytes = b"") -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


@pytest.mark.parametrize(
    "data",
    [
        box(b"ftyp", b"isom") + (8).to_bytes(4, "big") + b"moov" * 3000,
        box(b"ftyp", b"isom") + b"".join((24_000 - 8 * n).to_bytes(4, "big") + b"moov" for n in range(3000)),
        box(b"ftyp", b"isom") + (0).to_bytes(4, "big") + b"moov",
        box(b"ftyp", b"isom") + (1).to_bytes(4, "big") + b"mdat" + (2**63).to_bytes(8, "big"),
        box(b"ftyp", b"isom") + (3).to_bytes(4, "big") + b"free",
        box(b"ftyp", b"isom") + box(b"free") * 200_000,
        b"\x1a\x45\xdf\xa3" + b"\xff" * 4000,
        b"\x1a\x45\xdf\xa3" + b"\x00" * 4000,
        b"RIFF\xff\xff\xff\xffAVI " + b"LIST\xff\xff\xff\xffhdrl" * 500,
        (b"\x47" + b"\xff" * 187) * 2000,
        b"OggS" * 10_000,
        b"FLV\x01\x05\x00\x00\x00\x09" + b"\x00" * 5000,
    ],
)
def test_malformed_containers_are_refused_quickly(tmp_path, check, data):
    (tmp_path / "x.mp4").write_bytes(data)
    started = time.monotonic()
    assert not check(tmp_path / "x.mp4").is_accepted
    assert time.monotonic() - started < 30


def test_walking_boxes_ends_with_the_file(tmp_path):
    (tmp_path / "x").write_bytes(box(b"ftyp", b"isom") + (2**32 - 1).to_bytes(4, "big") + b"mdat")
    assert [found.kind for found in walk_file(tmp_path / "x")] == [b"ftyp", b"mdat"]
