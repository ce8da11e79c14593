"""A report of intake for people at a terminal: the findings as staff read them, and what was measured."""

from collections.abc import Iterator

from pipeline.domain.findings import Severity
from pipeline.domain.limits import Limit
from pipeline.media.report import IntakeReport
from webapp.wording.findings import staff_sentence
from webapp.wording.measured import length_words


def report_lines(report: IntakeReport, limit: Limit) -> Iterator[str]:
    """The verdict's reasons and the measured facts, a line each."""
    for finding in report.findings:
        mark = "refused" if finding.severity is Severity.REFUSE else "note"
        yield f"  {mark}: {staff_sentence(finding)}"
    if report.duration_seconds:
        yield f"  Length: {length_words(report.duration_seconds)} (allowed {limit})."
    if report.video:
        video = report.video
        turned = f", turned by {video.rotation}°" if video.rotation else ""
        yield (
            f"  Picture: {video.width} × {video.height}, {video.frame_rate:g} frames a second, {video.codec}{turned}."
        )
    if report.audio:
        audio = report.audio
        loud = "nothing heard" if audio.loudness_lufs is None else f"{audio.loudness_lufs:.1f} LUFS"
        yield f"  Sound: {audio.channels} channel(s), {audio.sample_rate} Hz, {audio.codec}, {loud}."
