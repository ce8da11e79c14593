"""ffmpeg and ffprobe: whether they can do what checks and encodes ask of them, and how far they are shut in."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.settings import MediaSettings
from pipeline.domain.errors import PresessionError
from pipeline.media.burning import BURNING_FILTER
from pipeline.media.card_style import read_card_style
from pipeline.media.ladder import parse_ladder
from pipeline.media.programs import MediaPrograms, available_filters
from pipeline.media.voice import VOICE_FILTER
from pipeline.processes import offline_wrapper, run_program
from presession.checkup.checks import Check, fine, note, problem
from presession.checkup.versions import PROGRAM_SECONDS, check_version, install

_ENCODERS = ("libx264", "aac")
_MODERN_ENCODER = "libsvtav1"
_FILTERS = ("aformat", "alimiter", "apad", "aresample", "astats", "bwdif", "cropdetect", "ebur128", "fps", "metadata")
_HDR_FILTERS = ("zscale", "tonemap")
_DECODERS = {"H.264": ("h264",), "HEVC": ("hevc",), "VP8": ("vp8", "libvpx"), "VP9": ("vp9", "libvpx-vp9")}
_DECODERS |= {"AV1": ("libdav1d", "libaom-av1", "av1"), "AAC": ("aac",), "Opus": ("opus", "libopus"), "MP3": ("mp3",)}
_OLDEST = (5, 1)
_BUILD = f"{install('ffmpeg')}, or name another one with PRESESSION_MEDIA__FFMPEG"

_SWITCHES = (
    ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
    ("/proc/sys/user/max_net_namespaces", "0", "sysctl user.max_net_namespaces=15000"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "allow user namespaces to presession's Python with an AppArmor profile, or "
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)
_IN_A_CONTAINER = "in a container: run presession as root in it and start it with --cap-add SYS_ADMIN"


def check_media(programs: MediaPrograms, media: MediaSettings) -> Iterator[Check]:
    """Every check of ffmpeg, ffprobe and the network that they do not get."""
    ffmpeg = _check_ffmpeg(programs.ffmpeg)
    ffprobe = check_version("ffprobe", programs.ffprobe, "-version", "ffmpeg")
    yield ffmpeg
    yield ffprobe if ffprobe.mend else _check_same_version(ffmpeg, ffprobe)
    if not ffmpeg.mend:
        yield _check_hdr(programs.ffmpeg)
        yield _check_voices(programs.ffmpeg)
        yield _check_burning(programs.ffmpeg)
        yield _check_decoders(programs.ffmpeg)
        yield _check_ladder(programs.ffmpeg, media.renditions_file)
        yield _check_cards(media.card_style_file)
    yield _check_network()


def _check_ffmpeg(program: str) -> Check:
    version = check_version("ffmpeg", program, "-version", "ffmpeg")
    if version.mend:
        return version
    missing = [name for name in _ENCODERS if name not in _names(program, "-encoders")]
    missing += [name for name in _FILTERS if name not in available_filters(program)]
    if missing:
        return problem("ffmpeg", f"{version.found}, without {', '.join(missing)}", _BUILD)
    number = _number(version.found)
    if number and number < _OLDEST:
        return problem("ffmpeg", f"{version.found} is older than 5.1", _BUILD)
    return version


def _check_same_version(ffmpeg: Check, ffprobe: Check) -> Check:
    if _number(ffmpeg.found) == _number(ffprobe.found):
        return ffprobe
    return note("ffprobe", f"{ffprobe.found} is of another version than ffmpeg", "use both from one package")


def _check_hdr(program: str) -> Check:
    missing = [name for name in _HDR_FILTERS if name not in available_filters(program)]
    if missing:
        return note("HDR", f"ffmpeg has no {' and no '.join(missing)}: HDR recordings come out pale", _BUILD)
    return fine("HDR", "recordings in HDR are tone-mapped")


def _check_voices(program: str) -> Check:
    if VOICE_FILTER not in available_filters(program):
        found = f"ffmpeg has no {VOICE_FILTER}: voices of people at risk are altered in a weaker way"
        return note("voices", found, _BUILD)
    return fine("voices", "pitch and formants are moved apart where a speaker asks for another voice")


def _check_burning(program: str) -> Check:
    if BURNING_FILTER not in available_filters(program):
        return note("libass", "ffmpeg was built without it: no films with subtitles in the picture", _BUILD)
    return fine("libass", "films with subtitles in the picture can be made")


def _check_decoders(program: str) -> Check:
    there = _names(program, "-decoders")
    missing = [codec for codec, names in _DECODERS.items() if there.isdisjoint(names)]
    if missing:
        return note("decoders", f"ffmpeg reads no {', '.join(missing)}: such recordings are refused", _BUILD)
    return fine("decoders", ", ".join(_DECODERS))


def _check_ladder(program: str, renditions_file: Path) -> Check:
    try:
        ladder = parse_ladder(renditions_file.read_text(encoding="utf-8"))
    except (PresessionError, OSError, UnicodeDecodeError) as error:
        return problem(
            "ladder", f"{renditions_file}: {error}", "correct the file, or PRESESSION_MEDIA__RENDITIONS_FILE"
        )
    if ladder.modern and _MODERN_ENCODER not in _names(program, "-encoders"):
        mend = f"set enabled = false under [modern] in {renditions_file}, or {_BUILD}"
        return problem("ladder", f"AV1 is enabled, but ffmpeg has no {_MODERN_ENCODER}", mend)
    modern = ladder.modern.videos if ladder.modern else ()
    names = [*(rung.name for rung in ladder.videos), *(rung.name for rung in modern)]
    return fine("ladder", f"{', '.join(names)} and sound")


def _check_cards(style_file: Path) -> Check:
    try:
        style = read_card_style(style_file)
    except PresessionError as error:
        return problem("title cards", str(error), "correct the file, or PRESESSION_MEDIA__CARD_STYLE_FILE")
    return fine("title cards", f"{style.seconds:g} seconds{', with an emblem' if style.emblem else ''}")


def _check_network() -> Check:
    """Untrusted bytes are read without a network; the guards of `media.programs` hold where this one does not."""
    if offline_wrapper():
        return fine("network", "ffmpeg runs without one, in a namespace of its own")
    return note("network", "the system gives ffmpeg no namespace of its own: its other guards must do", _mend_network())


def _mend_network() -> str:
    if os.geteuid() == 0:
        return _IN_A_CONTAINER
    for place, stops, mend in _SWITCHES:
        path = Path(place)
        if path.exists() and path.read_text(encoding="ascii").strip() == stops:
            return mend
    return _IN_A_CONTAINER


def _names(program: str, listing: str) -> frozenset[str]:
    result = run_program([program, "-hide_banner", listing], deadline_seconds=PROGRAM_SECONDS)
    rows: Sequence[list[str]] = [line.split() for line in result.stdout.decode("utf-8", "replace").splitlines()]
    return frozenset(row[1] for row in rows if len(row) > 1)


def _number(found: str) -> tuple[int, int] | None:
    """The version's number; builds from sources in between have none."""
    number = re.search(r"version n?(\d+)\.(\d+)", found)
    return (int(number[1]), int(number[2])) if number else None
