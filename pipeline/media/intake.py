"""Intake: is a file a recording that can be taken? Answers with findings; a bad file is never an exception.

Cheap first: size, first bytes, headers, packets; then the sound, then every picture. ffmpeg's exit status is no
verdict: a file with its middle third lost decodes with status 0.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pipeline.domain.findings import Finding, FindingCode, Severity
from pipeline.domain.limits import Limit
from pipeline.media import completeness, verdicts
from pipeline.media.picture import PictureMeasures, measure_picture
from pipeline.media.probe import Probe, Stream, probe_streams, read_packets
from pipeline.media.programs import MAX_PIXELS, MediaPrograms
from pipeline.media.rates import output_rate
from pipeline.media.report import AudioFacts, IntakeReport, VideoFacts
from pipeline.media.sniff import Container, NotVideo, sniff_file
from pipeline.media.sound import SoundMeasures, measure_sound
from pipeline.media.stream_choice import StreamChoice, choose_streams, measured_span
from pipeline.media.untrusted import TookTooLong, UntrustedFile, open_untrusted

INTAKE_VERSION = 1
"""Grows whenever the same file could get another report."""

MAX_FILE_BYTES = 4 * 1024**3
_BEYOND_LIMIT_SECONDS = 60.0
"""A recording that is far too long is decoded no further than this behind the limit."""

_SOUND_SHARE = 0.2

OnProgress = Callable[[float], None]


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
    file = open_untrusted(path, container, programs, work_dir)
    try:
        choice = _open(file)
    except TookTooLong:
        return _refused(Finding(FindingCode.UNREADABLE, {"reason": "slow"}), container)
    if isinstance(choice, Finding):
        return _refused(choice, container)
    return _measure(file, choice, limit, on_progress or _ignore)


def _open(file: UntrustedFile) -> StreamChoice | Finding:
    """Headers and packets: what there is to decode, or why there is nothing."""
    probe = probe_streams(file)
    return _refuse_by_headers(file, probe) or choose_streams(probe, read_packets(file))


def _refused(finding: Finding, container: Container | None = None) -> IntakeReport:
    return IntakeReport(findings=(finding,), duration_seconds=0.0, container=container.demuxer if container else "")


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


def _refuse_by_headers(file: UntrustedFile, probe: Probe) -> Finding | None:
    is_mov = file.container is Container.MOV
    if probe.is_locked or (is_mov and completeness.is_locked(file.path)):
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


def _measure(file: UntrustedFile, choice: StreamChoice, limit: Limit, on_progress: OnProgress) -> IntakeReport:
    longest = limit.max_seconds + limit.tolerance_seconds + _BEYOND_LIMIT_SECONDS
    sound, picture = _decode(file, choice, longest, on_progress)
    start, end = measured_span(choice, picture, sound)
    seconds = end - start
    is_bounded = seconds > longest - _BEYOND_LIMIT_SECONDS / 2
    if is_bounded:
        # Decoding stopped behind the limit: what lies further is only claimed.
        seconds = max(seconds, choice.claimed_seconds)
    health = () if is_bounded else _judge_health(file, choice, picture, sound)
    return IntakeReport(
        findings=tuple(_judge(choice, picture, sound, limit, health=health, span=(seconds, end))),
        duration_seconds=round(seconds, 3),
        container=file.container.demuxer,
        video=_video_facts(choice.video, picture) if picture.frames else None,
        audio=_audio_facts(choice.audio, sound),
    )


def _decode(
    file: UntrustedFile, choice: StreamChoice, longest: float, on_progress: OnProgress
) -> tuple[SoundMeasures | None, PictureMeasures]:
    reach = max(min(choice.claimed_seconds, longest), 0.1)

    def report(done: float, share: float, seconds: float) -> None:
        on_progress(done + share * min(1.0, max(0.0, seconds / reach)))

    sound = None
    if choice.audio:
        sound = measure_sound(
            file,
            choice.audio,
            longest_seconds=longest,
            on_seconds=lambda seconds: report(0.0, _SOUND_SHARE, seconds),
        )
    picture = measure_picture(
        file,
        choice.video,
        longest_seconds=longest,
        on_seconds=lambda seconds: report(_SOUND_SHARE, 1 - _SOUND_SHARE, seconds),
    )
    on_progress(1.0)
    return sound, picture


def _judge(
    choice: StreamChoice,
    picture: PictureMeasures,
    sound: SoundMeasures | None,
    limit: Limit,
    *,
    health: Iterable[Finding | None],
    span: tuple[float, float],
) -> Iterator[Finding]:
    """All findings in order of weight; `span` is the length, and the end on ffmpeg's timeline."""
    seconds, end = span
    broken = [finding for finding in health if finding]
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
    file: UntrustedFile, choice: StreamChoice, picture: PictureMeasures, sound: SoundMeasures | None
) -> Iterator[Finding | None]:
    """Missing, undecodable or damaged parts; what lies behind a cut is not called damaged as well."""
    ending = completeness.read_ending(file.path, file.container)
    truncated = _judge_end(file, choice, ending)
    if truncated:
        yield truncated
        return
    yield verdicts.judge_picture_damage(
        choice.video,
        choice.video_packets,
        picture,
        claimed_seconds=0.0 if ending.is_fragmented else _claim(file, choice, choice.video),
        # AVI counts its frames; elsewhere cuts by an editor leave frames that are not to be shown.
        claimed_frames=choice.video.frames if file.container is Container.AVI else 0,
    )
    if choice.audio and sound:
        yield verdicts.judge_sound_damage(choice.audio, choice.audio_packets, sound)


def _judge_end(file: UntrustedFile, choice: StreamChoice, ending: completeness.Ending) -> Finding | None:
    for stream in (choice.video, choice.audio):
        if stream is None:
            continue
        packets = choice.reading.of(stream)
        finding = verdicts.judge_wholeness(
            file.container,
            ending,
            is_cut=choice.reading.is_cut,
            found_seconds=(packets.end_seconds or 0.0) - min(packets.start_seconds or 0.0, 0.0),
            claimed_seconds=_claim(file, choice, stream),
        )
        if finding:
            return finding
    return None


def _claim(file: UntrustedFile, choice: StreamChoice, stream: Stream) -> float:
    """The length that the header gives; MP4 gives one for each track. 0 where there is none."""
    own = stream.duration_seconds if file.container is Container.MOV else None
    return own or choice.header_seconds or 0.0


def _video_facts(stream: Stream, picture: PictureMeasures) -> VideoFacts:
    width, height = stream.upright_size
    return VideoFacts(
        index=stream.index,
        codec=stream.codec,
        width=width,
        height=height,
        frame_rate=round(picture.frame_rate, 3),
        output_rate=str(output_rate(picture.frame_rate, is_steady=picture.is_steady)),
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


def _ignore(_: float) -> None:
    pass
