"""Is a file a voice that can be taken? Read with every guard: first bytes, headers, then all of its sound."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.domain.voices import MAX_VOICE_BYTES, VoiceFault, VoiceRefused, check_length
from pipeline.media.hearing import BOTH_SIDES_LU, Span, heard_side
from pipeline.media.probe import Probe, Stream, probe_streams
from pipeline.media.programs import MediaPrograms
from pipeline.media.report import AudioFacts
from pipeline.media.silences import silences, silent_ends
from pipeline.media.sniff import Container, NotVideo, sniff_sound
from pipeline.media.sound import SoundMeasures, measure_sound
from pipeline.media.untrusted import TookTooLong, UntrustedFile, open_untrusted

_LONGEST_SECONDS = 3600.0
_TOLD_EXACTLY = frozenset({Container.MOV, Container.WAV, Container.FLAC})
_RIFF_UNKNOWN = 0xFFFF_FFFF
"""What a recorder writes that could not go back to its first bytes."""

_MISSING_SHARE, _MISSING_SECONDS = 0.02, 2.0
_MOST_ERRORS = 50


@dataclass(frozen=True)
class VoiceReport:
    """What was measured of a voice. `seconds` from its file's start to its end, `speaks` from when to when somebody is
    heard in it."""

    container: str
    audio: AudioFacts
    seconds: float
    speaks: Span

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {**asdict(self), "speaks": list(self.speaks)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "VoiceReport":
        """Read back what `to_json` wrote."""
        start, end = data["speaks"]
        return cls(data["container"], AudioFacts(**data["audio"]), data["seconds"], (start, end))


def check_voice(source: Path, *, shown_seconds: float, programs: MediaPrograms, work_dir: Path) -> VoiceReport:
    """Check a file against the length of what it interprets. Raises `VoiceRefused`; `FinalError` or `RetryableError`
    for our own faults only.
    """
    file = _open(source, programs, work_dir)
    try:
        probe = probe_streams(file)
    except TookTooLong:
        raise VoiceRefused(VoiceFault.UNREADABLE) from None
    stream = _choose(probe)
    sound = measure_sound(file, stream.index, beside=stream.index, longest_seconds=_LONGEST_SECONDS)
    _refuse_damage(file.path, file.container, probe, stream, sound)
    seconds = round(sound.end_seconds, 3)
    check_length(seconds, shown_seconds)
    ends = silent_ends(silences(sound, (0.0, seconds)), seconds)
    return VoiceReport(file.container.demuxer, _facts(stream, sound), seconds, (ends[0], round(seconds - ends[1], 3)))


def _open(source: Path, programs: MediaPrograms, work_dir: Path) -> UntrustedFile:
    path = source.resolve()
    if path.stat().st_size > MAX_VOICE_BYTES:
        raise VoiceRefused(VoiceFault.TOO_LARGE)
    container = sniff_sound(path)
    if isinstance(container, NotVideo):
        raise VoiceRefused(VoiceFault.EMPTY if container is NotVideo.EMPTY else VoiceFault.NOT_SOUND)
    return open_untrusted(path, container, programs, work_dir)


def _choose(probe: Probe) -> Stream:
    """The main sound: one marked as default first, one without a known codec never."""
    if not probe.streams or probe.is_locked:
        raise VoiceRefused(VoiceFault.UNREADABLE)
    sounds = [stream for stream in probe.of_kind("audio") if stream.codec and stream.channels]
    if not sounds:
        raise VoiceRefused(VoiceFault.NO_SOUND)
    return min(sounds, key=lambda stream: not stream.is_default)


def _refuse_damage(path: Path, container: Container, probe: Probe, stream: Stream, sound: SoundMeasures) -> None:
    if sound.log.gave_up or not sound.is_decoded:
        raise VoiceRefused(VoiceFault.UNREADABLE)
    said = stream.duration_seconds or probe.duration_seconds or 0.0
    missing = said - sound.end_seconds
    is_cut = container in _TOLD_EXACTLY and missing > max(_MISSING_SECONDS, _MISSING_SHARE * said)
    if is_cut or _is_cut_wave(path, container) or sound.log.errors_of_sound(stream.index) > _MOST_ERRORS:
        raise VoiceRefused(VoiceFault.DAMAGED, sound.end_seconds)
    if sound.loudness_lufs is None:
        raise VoiceRefused(VoiceFault.SILENT)


def _is_cut_wave(path: Path, container: Container) -> bool:
    """Whether a WAVE file is shorter than its first bytes say: ffmpeg takes what is left for all there is."""
    if container is not Container.WAV:
        return False
    with path.open("rb") as file:
        said = int.from_bytes(file.read(8)[4:], "little")
    return said not in (0, _RIFF_UNKNOWN) and said > path.stat().st_size * (1 + _MISSING_SHARE)


def _facts(stream: Stream, sound: SoundMeasures) -> AudioFacts:
    side = heard_side(sound)
    loudness = (sound.loudness_lufs or 0.0) + (BOTH_SIDES_LU if side else 0.0)
    return AudioFacts(
        index=stream.index,
        codec=stream.codec,
        channels=stream.channels,
        sample_rate=stream.sample_rate,
        language="",
        start_seconds=round(sound.start_seconds, 6),
        loudness_lufs=round(loudness, 2),
        true_peak_dbtp=None if sound.true_peak_dbtp is None else round(sound.true_peak_dbtp, 2),
        end_seconds=round(sound.end_seconds, 6),
        heard_side=side,
    )
