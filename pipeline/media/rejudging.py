"""A report judged once more for another part of its recording: what a trim leaves. Nothing is measured anew."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.domain.findings import Finding, FindingCode
from pipeline.domain.limits import Limit
from pipeline.domain.trims import Trim
from pipeline.media.impressions import LONG_SILENCE_SECONDS, judge_presence
from pipeline.media.inspection import merged
from pipeline.media.report import IntakeReport
from pipeline.media.silences import silent_ends
from pipeline.media.verdicts import judge_length

_OF_LENGTH = frozenset({FindingCode.TOO_SHORT, FindingCode.TOO_LONG})
_OF_PICTURES = frozenset(
    {
        FindingCode.BLACK,
        FindingCode.FROZEN,
        FindingCode.DARK,
        FindingCode.VERTICAL_CROP,
        FindingCode.WIDE_BORDERS,
    }
)


def judge_again(report: IntakeReport, trim: Trim | None, limit: Limit) -> IntakeReport:
    """The report as it was before its pictures were decoded, for the part that is shown; facts and times stay those of
    the whole recording.
    """
    kept = (finding for finding in without_pictures(report).findings if not _depends_on_part(finding))
    length = judge_length(trim.duration_seconds, limit) if trim else _judge_whole_length(report, limit)
    return replace(report, findings=merged(*kept, *length, *_silence(report, trim)), pictures_checked=False)


def without_pictures(report: IntakeReport) -> IntakeReport:
    """The report without what only the pictures told, ready to be completed once more."""
    kept = tuple(finding for finding in report.findings if not _is_of_pictures(finding))
    return replace(report, findings=kept, pictures_checked=False)


def is_only_length(report: IntakeReport) -> bool:
    """Whether a recording, whatever its length, would be accepted so far."""
    others = tuple(finding for finding in report.findings if finding.code not in _OF_LENGTH)
    return report.video is not None and replace(report, findings=others).is_accepted


def _is_of_pictures(finding: Finding) -> bool:
    is_damage = finding.code is FindingCode.DAMAGED_SLIGHTLY and finding.values.get("stream") == "video"
    return finding.code in _OF_PICTURES or is_damage


def _depends_on_part(finding: Finding) -> bool:
    return finding.code in _OF_LENGTH or finding.code is FindingCode.LONG_SILENCE


def _judge_whole_length(report: IntakeReport, limit: Limit) -> Iterator[Finding]:
    is_heard = report.audio is not None and report.audio.loudness_lufs is not None
    ends = silent_ends(report.silences, report.duration_seconds) if is_heard else None
    return judge_length(report.duration_seconds, limit, ends)


def _silence(report: IntakeReport, trim: Trim | None) -> Iterator[Finding]:
    if report.video is None or report.audio is None:
        return
    if trim is None:
        found = judge_presence(report.video, report.audio, report.silences)
        yield from (finding for finding in found if finding.code is FindingCode.LONG_SILENCE)
        return
    shown = (min(end, trim.end_seconds) - max(start, trim.start_seconds) for start, end in report.silences)
    longest = max(shown, default=0.0)
    if longest >= LONG_SILENCE_SECONDS:
        yield Finding(FindingCode.LONG_SILENCE, {"seconds": round(longest, 1)})
