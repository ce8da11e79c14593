"""Intake: is a file a recording that can be taken? Answers with findings; a bad file is never an exception.

Cheap first: size, first bytes, headers, packets; then the sound, then every picture. ffmpeg's exit status is no
verdict: a file with its middle third lost decodes with status 0.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.findings import Finding, FindingCode, Severity
from pipeline.domain.limits import Limit
from pipeline.media import completeness, verdicts
from pipeline.media.codecs import STILL_IMAGE_CODECS
from pipeline.media.picture import PictureMeasures, measure_picture
from pipeline.media.probe import PacketReading, Probe, Stream, probe_streams, read_packets
from pipeline.media.programs import MAX_PIXELS, MediaPrograms
from pipeline.media.rates import output_rate
from pipeline.media.report import AudioFacts, IntakeReport, VideoFacts
from pipeline.media.sniff import Container, NotVideo, sniff_file
from pipeline.media.sound import SoundMeasures, measure_sound

INTAKE_VERSION = 1
"""Grows whenever the same file could get another report."""

MAX_FILE_BYTES = 4 * 1024**3
_BEYOND_LIMIT_SECONDS = 60.0
"""A recording that is far too long is decoded no further than this behind the limit."""

_SOUND_SHARE = 0.2

OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class _Source:
    """What is being checked, with what, and where programs may leave files."""

    path: Path
    container: Container
    programs: MediaPrograms
    work_dir: Path


@dataclass(frozen=True)
class _Choice:
    """The streams that a recording consists of, and all that a demuxer saw."""

    video: Stream
    audio: Stream | None
    tracks: tuple[Stream, ...]
    packets: PacketReading
    zero_seconds: float
    """Where ffmpeg's timeline begins on the packets'."""


def check_recording(
    source: Path,
    *,
    limit: Limit,
    programs: MediaPrograms,
    work_dir: Path,
    on_progress: OnProgress | None = None,
    max_bytes: int = MAX_FILE_BYTES,
) -> IntakeReport:
    """Check one file against a session's limit. Whatever is wrong with the file is a finding.

    `on_progress` gets 0..1. Raises `FinalError` or `RetryableError` for our own faults only (a program missing,
    killed from outside, an overloaded machine).
    """
    path = source.resolve()
    refusal = _refuse_by_size(path.stat().st_size, max_bytes)
    if refusal:
        return _refused(refusal)
    container = sniff_file(path)
    if isinstance(container, NotVideo):
        return _refused(_refuse_by_bytes(container))
    opened = _Source(path, container, programs, work_dir.resolve())
    probe = probe_streams(path, container, programs, work_dir=opened.work_dir)
    refusal = _refuse_by_headers(opened, probe)
    if refusal:
        return _refused(refusal, container)
    packets = read_packets(path, container, programs, work_dir=opened.work_dir)
    choice = _choose(probe, packets)
    if isinstance(choice, Finding):
        return _refused(choice, container)
    return _measure(opened, choice, limit, on_progress or _ignore)


def _refuse_by_size(size: int, max_bytes: int) -> Finding | None:
    if size == 0:
        return Finding(FindingCode.EMPTY)
    if size > max_bytes:
        return Finding(FindingCode.TOO_LARGE_FILE, {"bytes": size, "max_bytes": max_bytes})
    return None


def _refuse_by_bytes(kind: NotVideo) -> Finding:
    if kind in (NotVideo.IMAGE, NotVideo.SOUND):
        return Finding(FindingCode.NO_VIDEO, {"reason": kind.value})
    return Finding(FindingCode.UNREADABLE)


def _refuse_by_headers(source: _Source, probe: Probe) -> Finding | None:
    is_mov = source.container is Container.MOV
    if probe.is_locked or (is_mov and completeness.is_locked(source.path)):
        return Finding(FindingCode.ENCRYPTED)
    if len(probe.streams) > verdicts.MAX_STREAMS:
        return Finding(FindingCode.TOO_MANY_STREAMS, {"streams": len(probe.streams)})
    oversize = probe.oversize or _oversize(probe)
    if oversize:
        return Finding(FindingCode.TOO_LARGE_PICTURE, {"width": oversize[0], "height": oversize[1]})
    return None if probe.streams else _explain_unopened(source, probe)


def _explain_unopened(source: _Source, probe: Probe) -> Finding:
    if probe.forbidden_codec:
        return Finding(FindingCode.UNDECODABLE, {"stream": "unknown", "codec": probe.forbidden_codec})
    if source.container is Container.MOV and completeness.has_lost_its_index(source.path):
        return Finding(FindingCode.TRUNCATED, {"reason": "no_index"})
    return Finding(FindingCode.UNREADABLE)


def _oversize(probe: Probe) -> tuple[int, int] | None:
    for stream in probe.of_kind("video"):
        if stream.width * stream.height > MAX_PIXELS and not stream.is_picture:
            return stream.width, stream.height
    return None


def _choose(probe: Probe, packets: PacketReading) -> _Choice | Finding:
    """The main video and audio stream: those marked as default first, those without a packet never."""
    videos = [stream for stream in probe.of_kind("video") if not stream.is_picture]
    if not videos:
        has_cover = bool(probe.of_kind("video"))
        return Finding(FindingCode.NO_VIDEO, {"reason": "cover_only" if has_cover else "no_stream"})
    filled = _main_first(videos, packets)
    if not filled:
        # Sound was read, then the file ended: cut off. Nothing at all was read: nothing is there.
        if packets.is_cut and packets.by_stream:
            return Finding(FindingCode.TRUNCATED, {"found_seconds": 0.0})
        return Finding(FindingCode.UNDECODABLE, {"stream": "video", "codec": videos[0].codec or "unknown"})
    video = filled[0]
    if _is_still(video, probe, packets):
        return Finding(FindingCode.NO_VIDEO, {"reason": "image"})
    if 0 < min(video.width, video.height) < verdicts.MIN_SIDE_PIXELS:
        values = {"reason": "too_small", "width": video.width, "height": video.height}
        return Finding(FindingCode.NO_VIDEO, values)
    tracks = _main_first(list(probe.of_kind("audio")), packets)
    return _Choice(video, tracks[0] if tracks else None, tuple(tracks), packets, probe.start_seconds)


def _main_first(streams: list[Stream], packets: PacketReading) -> list[Stream]:
    filled = [stream for stream in streams if packets.of(stream).count > 0]
    return sorted(filled, key=lambda stream: not stream.is_default)


def _is_still(video: Stream, probe: Probe, packets: PacketReading) -> bool:
    """One frame of an image codec, or one frame beside cover art: a song with a picture, not a video."""
    has_cover = any(stream.is_picture for stream in probe.streams)
    return packets.of(video).count == 1 and (video.codec in STILL_IMAGE_CODECS or has_cover)


def _measure(source: _Source, choice: _Choice, limit: Limit, on_progress: OnProgress) -> IntakeReport:
    longest = limit.max_seconds + limit.tolerance_seconds + _BEYOND_LIMIT_SECONDS
    claimed = _claimed_seconds(choice)
    reach = max(min(claimed, longest), 0.1)
    sound = None
    if choice.audio:
        sound = measure_sound(
            source.path,
            source.container,
            choice.audio,
            source.programs,
            work_dir=source.work_dir,
            longest_seconds=longest,
            on_seconds=lambda seconds: on_progress(_SOUND_SHARE * min(1.0, max(0.0, seconds / reach))),
        )
    picture = measure_picture(
        source.path,
        source.container,
        choice.video,
        source.programs,
        work_dir=source.work_dir,
        longest_seconds=longest,
        on_seconds=lambda seconds: on_progress(_SOUND_SHARE + (1 - _SOUND_SHARE) * min(1.0, max(0.0, seconds / reach))),
    )
    on_progress(1.0)
    start, end = _span(choice, picture, sound)
    # Decoding stopped behind the limit: what lies further is only claimed.
    seconds = max(end - start, claimed) if end - start >= longest else end - start
    return IntakeReport(
        findings=tuple(_judge(source, choice, picture, sound, limit, seconds=seconds, end=end)),
        duration_seconds=round(seconds, 3),
        container=source.container.demuxer,
        video=_video_facts(choice.video, picture) if picture.frames else None,
        audio=_audio_facts(choice.audio, sound),
    )


def _claimed_seconds(choice: _Choice) -> float:
    ends = [choice.packets.of(stream) for stream in (choice.video, choice.audio) if stream]
    return max(
        ((p.end_seconds or 0.0) - (p.start_seconds or 0.0) for p in ends if p.end_seconds is not None), default=0.0
    )


def _span(choice: _Choice, picture: PictureMeasures, sound: SoundMeasures | None) -> tuple[float, float]:
    """Start and end of the recording on ffmpeg's timeline: from the first to the last picture or sound."""
    if not picture.frames:
        return 0.0, 0.0
    last = choice.packets.of(choice.video).last_duration_seconds
    interval = picture.mean_interval_seconds
    starts = [picture.start_seconds]
    ends = [picture.last_seconds + (last if 0 < last <= 1.0 else interval or 0.04)]
    if sound and sound.is_decoded:
        starts.append(sound.start_seconds)
        ends.append(_sound_end(choice, sound))
    return min(starts), max(ends)


def _sound_end(choice: _Choice, sound: SoundMeasures) -> float:
    """The packets tell the end to the sample, the decoder only to a tenth of a second."""
    claimed = choice.packets.of(choice.audio).end_seconds
    if claimed is None:
        return sound.end_seconds
    exact = claimed - choice.zero_seconds
    return exact if not sound.blocks or abs(exact - sound.end_seconds) <= 0.15 else sound.end_seconds


def _judge(
    source: _Source,
    choice: _Choice,
    picture: PictureMeasures,
    sound: SoundMeasures | None,
    limit: Limit,
    *,
    seconds: float,
    end: float,
) -> Iterator[Finding]:
    broken = [finding for finding in _judge_health(source, choice, picture, sound) if finding]
    yield from broken
    if any(finding.severity is Severity.REFUSE for finding in broken):
        # A broken file is short, or without sound, because it is broken.
        yield from (f for f in verdicts.judge_length(seconds, limit) if f.code is FindingCode.TOO_LONG)
        return
    yield from verdicts.judge_length(seconds, limit)
    yield from verdicts.judge_view(choice.video, picture, end)
    if sound is None:
        yield Finding(FindingCode.NO_AUDIO)
    else:
        yield from verdicts.judge_loudness(sound)
        yield from verdicts.judge_tracks(choice.tracks)


def _judge_health(
    source: _Source, choice: _Choice, picture: PictureMeasures, sound: SoundMeasures | None
) -> Iterator[Finding | None]:
    """Missing, undecodable or damaged parts; the worst of sound and picture is enough."""
    truncated = _judge_end(source, choice)
    if truncated:
        yield truncated
        return
    yield verdicts.judge_picture_damage(choice.video, choice.packets.of(choice.video), picture)
    if choice.audio and sound:
        yield verdicts.judge_sound_damage(choice.audio, choice.packets.of(choice.audio), sound)


def _judge_end(source: _Source, choice: _Choice) -> Finding | None:
    declared = completeness.declared_size(source.path, source.container)
    is_short = declared is not None and declared > source.path.stat().st_size
    if source.container is Container.MOV:
        # Some recorders leave a wrong length in the last box: only a packet that cannot be read is missing.
        is_short = choice.packets.is_cut
    if not is_short and not choice.packets.is_cut:
        return None
    is_fragmented = source.container is Container.MOV and completeness.is_fragmented(source.path)
    for stream in (choice.video, choice.audio):
        if stream:
            finding = verdicts.judge_wholeness(stream, choice.packets.of(stream), is_fragmented=is_fragmented)
            if finding:
                return finding
    return None


def _video_facts(stream: Stream, picture: PictureMeasures) -> VideoFacts:
    width, height = stream.upright_size
    return VideoFacts(
        index=stream.index,
        codec=stream.codec,
        width=width,
        height=height,
        frame_rate=round(picture.mean_frame_rate, 3),
        output_rate=str(output_rate(picture.mean_frame_rate, is_steady=picture.is_steady)),
        frames=picture.frames,
        rotation=stream.rotation,
        start_seconds=round(picture.start_seconds, 6),
        is_interlaced=stream.field_order in {"tt", "bb", "tb", "bt"},
        pixel_format=stream.pixel_format,
        transfer=stream.transfer,
        primaries=stream.primaries,
        matrix=stream.matrix,
    )


def _audio_facts(stream: Stream | None, sound: SoundMeasures | None) -> AudioFacts | None:
    if stream is None or sound is None or not sound.is_decoded:
        return None
    return AudioFacts(
        index=stream.index,
        codec=stream.codec,
        channels=stream.channels,
        sample_rate=stream.sample_rate,
        language=stream.language,
        start_seconds=round(sound.start_seconds, 6),
        loudness_lufs=None if sound.loudness_lufs is None else round(sound.loudness_lufs, 2),
        true_peak_dbtp=None if sound.true_peak_dbtp is None else round(sound.true_peak_dbtp, 2),
    )


def _refused(finding: Finding, container: Container | None = None) -> IntakeReport:
    return IntakeReport(findings=(finding,), duration_seconds=0.0, container=container.demuxer if container else "")


def _ignore(_: float) -> None:
    pass
