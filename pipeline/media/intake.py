"""Intake: is a file a recording that can be taken? Answers with findings; a bad file is never an exception.

Cheap first: size, first bytes, headers, packets, then the sound; that much takes seconds and may refuse for good.
Every picture is decoded once only, by the encode or, for a check alone, by a decode of its own; what it showed
completes the report. ffmpeg's exit status is no verdict: a file with its middle third lost decodes with status 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.domain.findings import Finding, FindingCode, Severity
from pipeline.domain.limits import Limit
from pipeline.domain.trims import Trim
from pipeline.media import completeness, impressions, refusals, verdicts
from pipeline.media.decoding import begins_with_what_is_read
from pipeline.media.facts import span_of, video_facts, with_pictures
from pipeline.media.hearing import Span
from pipeline.media.inspection import Inspected, merged, preliminary_report, truncated_report
from pipeline.media.packets import read_packets
from pipeline.media.picture import PictureMeasures, measure_picture
from pipeline.media.probe import probe_streams
from pipeline.media.programs import MediaPrograms
from pipeline.media.report import IntakeReport, VideoFacts
from pipeline.media.sniff import Container, NotVideo, sniff_file
from pipeline.media.sound import SoundMeasures, measure_sound
from pipeline.media.stream_choice import StreamChoice, choose_streams
from pipeline.media.untrusted import TookTooLong, UntrustedFile, open_untrusted

INTAKE_VERSION = 2
"""Grows whenever the same file could get another report."""

MAX_FILE_BYTES = 4 * 1024**3
_SOUND_BEYOND_SECONDS = 900.0
"""The sound of a recording that is far too long is decoded no further than this behind the limit."""

_PICTURES_BEYOND_SECONDS = 60.0
_INSPECTED = 0.2
"""Share of a check's work after which only the pictures are left."""

OnProgress = Callable[[float], None]


def inspect_recording(
    source: Path,
    *,
    limit: Limit,
    programs: MediaPrograms,
    work_dir: Path,
    on_progress: OnProgress | None = None,
    max_bytes: int = MAX_FILE_BYTES,
) -> IntakeReport:
    """Check all of one file but its pictures against a session's limit. Whatever is wrong with it is a finding.

    A refusal is final; an accepting report waits for `complete_report`. `on_progress` gets 0..1. Raises `FinalError`
    or `RetryableError` for our own faults only (a program missing, killed from outside, an overloaded machine).
    """
    file = _open(source, programs, work_dir, max_bytes)
    return file if isinstance(file, IntakeReport) else _inspect(file, limit, on_progress or _ignore)


def check_recording(
    source: Path,
    *,
    limit: Limit,
    programs: MediaPrograms,
    work_dir: Path,
    on_progress: OnProgress | None = None,
    max_bytes: int = MAX_FILE_BYTES,
) -> IntakeReport:
    """As `inspect_recording`, then decode the pictures as well, unless the file is refused before."""
    on_progress = on_progress or _ignore
    file = _open(source, programs, work_dir, max_bytes)
    if isinstance(file, IntakeReport):
        return file
    report = _inspect(file, limit, lambda done: on_progress(_INSPECTED * done))
    if report.is_accepted and report.video:
        picture = _look(file, report, limit, on_progress)
        report = complete_report(report, picture, limit=limit)
    on_progress(1.0)
    return report


def complete_report(
    report: IntakeReport, picture: PictureMeasures, *, limit: Limit, trim: Trim | None = None
) -> IntakeReport:
    """The final report, once every picture of an accepted recording was decoded, wherever that happened.

    With a trim, what is left of the recording has to be long enough; facts are those of the whole.
    """
    if not report.is_accepted or report.video is None:
        return report
    damage = verdicts.judge_picture_damage(report.video, picture)
    if not picture.frames:
        return replace(report, findings=merged(damage), video=None, pictures_checked=True)
    video = with_pictures(report.video, picture)
    span = span_of(video, report.audio)
    seconds = round(span[1] - span[0], 3)
    if damage and damage.severity is Severity.REFUSE:
        # A broken file is short, or without sound, because it is broken.
        findings = merged(damage)
    else:
        shown = trim.duration_seconds if trim else seconds
        length = (f for f in verdicts.judge_length(shown, limit) if f.code is FindingCode.TOO_SHORT)
        seen = impressions.judge_view(video, picture, span)
        findings = merged(*report.findings, damage, *length, *seen)
    return replace(
        report,
        findings=findings,
        duration_seconds=seconds,
        video=video,
        pictures_checked=True,
        black=_from_start(picture.black, span),
        still=_from_start(picture.still, span),
    )


def _from_start(spans: Sequence[Span], whole: Span) -> tuple[Span, ...]:
    """Stretches on the picture's timeline in seconds from the recording's start."""
    return tuple((round(max(0.0, start - whole[0]), 1), round(end - whole[0], 1)) for start, end in spans)


def _look(file: UntrustedFile, report: IntakeReport, limit: Limit, on_progress: OnProgress) -> PictureMeasures:
    assert report.video is not None  # noqa: S101 - asked before
    reach = max(report.duration_seconds, 0.1)

    def on_seconds(seconds: float) -> None:
        on_progress(_INSPECTED + (1 - _INSPECTED) * min(1.0, max(0.0, seconds / reach)))

    longest = limit.max_seconds + limit.tolerance_seconds + _PICTURES_BEYOND_SECONDS
    beside = report.audio.index if report.audio else None
    return measure_picture(file, report.video.index, beside=beside, longest_seconds=longest, on_seconds=on_seconds)


def _open(source: Path, programs: MediaPrograms, work_dir: Path, max_bytes: int) -> UntrustedFile | IntakeReport:
    """By size and first bytes alone: what to open a file as, or why not."""
    path = source.resolve()
    refusal = refusals.refuse_by_size(path.stat().st_size, max_bytes)
    if refusal:
        return _refused(refusal)
    container = sniff_file(path)
    if isinstance(container, NotVideo):
        return _refused(refusals.refuse_by_bytes(container))
    return open_untrusted(path, container, programs, work_dir)


def _inspect(file: UntrustedFile, limit: Limit, on_progress: OnProgress) -> IntakeReport:
    try:
        choice = _choose(file)
    except TookTooLong:
        choice = Finding(FindingCode.UNREADABLE, {"reason": "slow"})
    if isinstance(choice, Finding):
        return _refused(choice, file.container)
    ending = completeness.read_ending(file.path, file.container)
    video = video_facts(choice, file.container, ending)
    truncated = refusals.judge_end(file, choice, ending)
    if truncated:
        return truncated_report(file, video, truncated, limit)
    sound = _listen(file, choice, video, limit, on_progress)
    on_progress(1.0)
    return preliminary_report(Inspected(file, choice, video, sound, limit, longest_sound_seconds=_longest_sound(limit)))


def _choose(file: UntrustedFile) -> StreamChoice | Finding:
    """Headers and packets: what there is to decode, or why there is nothing."""
    probe = probe_streams(file)
    refusal = refusals.refuse_by_headers(file, probe)
    if refusal:
        return refusal
    return choose_streams(probe, read_packets(file), begins_with_choice=begins_with_what_is_read(file.container))


def _refused(finding: Finding, container: Container | None = None) -> IntakeReport:
    return IntakeReport(findings=(finding,), duration_seconds=0.0, container=container.demuxer if container else "")


def _longest_sound(limit: Limit) -> float:
    return limit.max_seconds + limit.tolerance_seconds + _SOUND_BEYOND_SECONDS


def _listen(
    file: UntrustedFile, choice: StreamChoice, video: VideoFacts, limit: Limit, on_progress: OnProgress
) -> SoundMeasures | None:
    if choice.audio is None:
        return None
    longest = _longest_sound(limit)
    reach = max(min(video.end_seconds - video.start_seconds, longest), 0.1)
    return measure_sound(
        file,
        choice.audio.index,
        beside=video.index,
        longest_seconds=longest,
        on_seconds=lambda seconds: on_progress(min(1.0, max(0.0, seconds / reach))),
    )


def _ignore(_: float) -> None:
    pass
