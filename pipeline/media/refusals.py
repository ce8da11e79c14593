"""Refusals that need no decoder: by size, first bytes, headers, packets and the container's own structure."""

from pipeline.domain.findings import Finding, FindingCode
from pipeline.media import completeness, verdicts
from pipeline.media.facts import claimed_seconds
from pipeline.media.probe import Probe, Stream
from pipeline.media.programs import MAX_PIXELS
from pipeline.media.sniff import Container, NotVideo
from pipeline.media.stream_choice import StreamChoice
from pipeline.media.untrusted import UntrustedFile

_STEADY = (Container.MXF, Container.DV)
"""Tapes and broadcasters' files know no pauses: every picture that is not there is lost."""


def refuse_by_size(size: int, max_bytes: int) -> Finding | None:
    """Nothing in it, or more than is taken."""
    if size == 0:
        return Finding(FindingCode.EMPTY)
    if size > max_bytes:
        return Finding(FindingCode.TOO_LARGE_FILE, {"bytes": size, "max_bytes": max_bytes})
    return None


def refuse_by_bytes(kind: NotVideo) -> Finding:
    """First bytes that belong to no video."""
    if kind in (NotVideo.IMAGE, NotVideo.SOUND):
        return Finding(FindingCode.NO_VIDEO, {"reason": kind.value})
    return Finding(FindingCode.UNREADABLE)


def refuse_by_headers(file: UntrustedFile, probe: Probe) -> Finding | None:
    """Locked, crowded, too large or unreadable by what the headers say."""
    is_mov = file.container is Container.MOV
    if probe.is_locked or completeness.is_locked(file.path, file.container):
        return Finding(FindingCode.ENCRYPTED)
    if len(probe.streams) > verdicts.MAX_STREAMS:
        return Finding(FindingCode.TOO_MANY_STREAMS, {"streams": len(probe.streams)})
    oversize = probe.oversize or _oversize(probe)
    if oversize:
        return Finding(FindingCode.TOO_LARGE_PICTURE, {"width": oversize[0], "height": oversize[1]})
    # Of an index that was cut, ffmpeg reads what is there: perhaps one track of two.
    if is_mov and completeness.has_lost_its_index(file.path):
        return Finding(FindingCode.TRUNCATED, {"reason": "no_index"})
    return None if probe.streams else _explain_unopened(probe)


def _explain_unopened(probe: Probe) -> Finding:
    if probe.forbidden_codec:
        return Finding(FindingCode.UNDECODABLE, {"stream": "unknown", "codec": probe.forbidden_codec})
    return Finding(FindingCode.UNREADABLE)


def _oversize(probe: Probe) -> tuple[int, int] | None:
    for stream in probe.of_kind("video"):
        if stream.width * stream.height > MAX_PIXELS and not stream.is_picture:
            return stream.width, stream.height
    return None


def judge_end(file: UntrustedFile, choice: StreamChoice, ending: completeness.Ending) -> Finding | None:
    """Is the end of picture or sound missing? MP4 says how long each is, others only how long the longest is."""
    streams = [stream for stream in (choice.video, choice.audio) if stream]
    found = [(_end_of(choice, stream), claimed_seconds(choice, file.container, stream)) for stream in streams]
    if file.container in _STEADY:
        found = [(choice.video_packets.media_seconds, found[0][1])]
    elif file.container is not Container.MOV:
        found = [max(found)]
    for found_seconds, said_seconds in found:
        finding = verdicts.judge_wholeness(
            file.container,
            ending,
            is_cut=choice.reading.is_cut,
            found_seconds=found_seconds,
            claimed_seconds=said_seconds,
        )
        if finding:
            return finding
    return None


def _end_of(choice: StreamChoice, stream: Stream) -> float:
    packets = choice.reading.of(stream)
    return (packets.end_seconds or 0.0) - min(packets.start_seconds or 0.0, 0.0)
