"""The report before any picture was decoded: what container, packets and sound tell, and what is refused by it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.domain.findings import Finding, FindingCode, Severity, by_weight
from pipeline.domain.limits import Limit
from pipeline.media import impressions, verdicts
from pipeline.media.facts import audio_facts, span_of
from pipeline.media.hearing import Span, sound_series
from pipeline.media.report import AudioFacts, IntakeReport, VideoFacts
from pipeline.media.silences import pauses, propose_trim, silences, silent_ends
from pipeline.media.sound import SoundMeasures
from pipeline.media.stream_choice import StreamChoice
from pipeline.media.untrusted import UntrustedFile

_BOUND_SECONDS = 1.0


@dataclass(frozen=True)
class Inspected:
    """All that is known of a file before its pictures are decoded; its sound was up to `longest_sound_seconds`."""

    file: UntrustedFile
    choice: StreamChoice
    video: VideoFacts
    sound: SoundMeasures | None
    limit: Limit
    longest_sound_seconds: float

    @property
    def is_bounded(self) -> bool:
        """Whether the sound goes on behind what was decoded."""
        return self.sound is not None and self.sound.end_seconds > self.longest_sound_seconds - _BOUND_SECONDS

    def damage(self, seconds: float) -> Finding | None:
        """What is wrong with the file's packets, or with the sound; of half a sound nothing can be told."""
        reading = self.choice.reading
        lost = verdicts.judge_reading(
            self.choice.video_packets.cadence,
            reading.errors,
            found_seconds=seconds,
            claimed_seconds=self.video.claimed_seconds,
        )
        if lost or self.sound is None or self.choice.audio is None or self.is_bounded:
            return lost
        return verdicts.judge_sound_damage(self.choice.audio, self.choice.audio_packets, self.sound)


def merged(*findings: Finding | None) -> tuple[Finding, ...]:
    """Those that are there, what weighs most first."""
    return by_weight(finding for finding in findings if finding)


def truncated_report(file: UntrustedFile, video: VideoFacts, truncated: Finding, limit: Limit) -> IntakeReport:
    """What lies behind a cut is neither damaged nor too short; what is left may be too long as well."""
    seconds = round(video.end_seconds - video.start_seconds, 3)
    too_long = (f for f in verdicts.judge_length(seconds, limit) if f.code is FindingCode.TOO_LONG)
    return IntakeReport(merged(truncated, *too_long), seconds, file.container.demuxer, video)


def preliminary_report(known: Inspected) -> IntakeReport:
    """The report that is final where it refuses, and else waits for the pictures."""
    audio = audio_facts(known.choice, known.sound, is_bounded=known.is_bounded)
    start, end = span_of(known.video, audio)
    seconds = round(end - start, 3)
    quiet = _heard(silences, known, audio, (start, end))
    is_heard = audio is not None and audio.loudness_lufs is not None
    ends = silent_ends(quiet, seconds) if is_heard and not known.is_bounded else None
    return IntakeReport(
        findings=merged(*_findings(known, audio, quiet, (seconds, ends))),
        duration_seconds=seconds,
        container=known.file.container.demuxer,
        video=known.video,
        audio=audio,
        series=sound_series(known.sound, start) if known.sound and audio else None,
        silences=quiet,
        pauses=_heard(pauses, known, audio, (start, end)),
        trim=propose_trim(ends, seconds, known.limit) if ends else None,
    )


def _heard(
    find: Callable[[SoundMeasures, Span], tuple[Span, ...]], known: Inspected, audio: AudioFacts | None, span: Span
) -> tuple[Span, ...]:
    """Where it is quiet; none of a sound in which nothing is heard at all."""
    if known.sound is None or audio is None or audio.loudness_lufs is None:
        return ()
    return find(known.sound, (span[0], known.sound.end_seconds) if known.is_bounded else span)


def _findings(
    known: Inspected, audio: AudioFacts | None, quiet: tuple[Span, ...], length: tuple[float, Span | None]
) -> Iterator[Finding | None]:
    seconds, ends = length
    damage = known.damage(seconds)
    yield damage
    if damage and damage.severity is Severity.REFUSE:
        # A broken file is short, or without sound, because it is broken.
        left = seconds - float(damage.values.get("lost_seconds", 0.0))
        yield from (f for f in verdicts.judge_length(left, known.limit, ends) if f.code is FindingCode.TOO_LONG)
        return
    yield from verdicts.judge_length(seconds, known.limit, ends)
    yield from impressions.judge_form(known.video, known.choice.video_packets.cadence)
    if known.sound is None or audio is None:
        yield Finding(FindingCode.NO_AUDIO)
        return
    yield from impressions.judge_loudness(known.sound, audio)
    yield from impressions.judge_presence(known.video, audio, quiet)
    yield from impressions.judge_tracks(known.choice.tracks)
