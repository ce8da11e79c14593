"""Which streams of a file are the recording: the main picture and the main sound."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.findings import Finding, FindingCode
from pipeline.media import verdicts
from pipeline.media.codecs import STILL_IMAGE_CODECS
from pipeline.media.packets import PacketReading, Packets
from pipeline.media.probe import Probe, Stream


@dataclass(frozen=True)
class StreamChoice:
    """The streams that a recording consists of, and all that a demuxer saw.

    `tracks` are all that sound; `zero_seconds` is where ffmpeg's timeline begins on the packets';
    `header_seconds` is the length that the file's header gives, which may be a lie.
    """

    video: Stream
    tracks: tuple[Stream, ...]
    reading: PacketReading
    zero_seconds: float
    header_seconds: float | None

    @property
    def audio(self) -> Stream | None:
        """The sound that is taken."""
        return self.tracks[0] if self.tracks else None

    @property
    def video_packets(self) -> Packets:
        """Packets of the picture."""
        return self.reading.of(self.video)

    @property
    def audio_packets(self) -> Packets:
        """Packets of the sound; empty without sound."""
        return self.reading.of(self.audio)


def choose_streams(probe: Probe, reading: PacketReading, *, begins_with_choice: bool = False) -> StreamChoice | Finding:
    """The main video and audio stream: those marked as default first, those without a packet never.

    `begins_with_choice`: ffmpeg's timeline begins with the streams that are taken, whatever else the file holds.

    Cover art, photos and pictures of a few pixels are no video.
    """
    videos = [stream for stream in probe.of_kind("video") if not stream.is_picture]
    if not videos:
        has_cover = bool(probe.of_kind("video"))
        return Finding(FindingCode.NO_VIDEO, {"reason": "cover_only" if has_cover else "no_stream"})
    filled = _main_first(videos, reading)
    if not filled:
        # Sound was read, then the file ended: cut off. Nothing at all was read: nothing is there.
        if reading.is_cut and reading.by_stream:
            return Finding(FindingCode.TRUNCATED, {"found_seconds": 0.0})
        return Finding(FindingCode.UNDECODABLE, {"stream": "video", "codec": videos[0].codec or "unknown"})
    video = filled[0]
    refusal = _refuse(video, probe, reading)
    if refusal:
        return refusal
    tracks = _main_first(_known(probe.of_kind("audio")), reading)
    zero = _first_start(video, tracks[:1]) if begins_with_choice else None
    zero_seconds = probe.start_seconds if zero is None else zero
    return StreamChoice(video, tuple(tracks), reading, zero_seconds, probe.duration_seconds)


def _refuse(video: Stream, probe: Probe, reading: PacketReading) -> Finding | None:
    """A photo, a thumbnail, or pictures whose size nobody can tell."""
    if not video.width and not reading.is_cut:
        return Finding(FindingCode.UNDECODABLE, {"stream": "video", "codec": video.codec or "unknown"})
    if _is_still(video, probe, reading):
        return Finding(FindingCode.NO_VIDEO, {"reason": "image"})
    if 0 < min(video.width, video.height) < verdicts.MIN_SIDE_PIXELS:
        values = {"reason": "too_small", "width": video.width, "height": video.height}
        return Finding(FindingCode.NO_VIDEO, values)
    return None


def _first_start(video: Stream, tracks: list[Stream]) -> float | None:
    return min((s.start_seconds for s in (video, *tracks) if s.start_seconds is not None), default=None)


def _known(streams: Sequence[Stream]) -> Sequence[Stream]:
    """Those that have a decoder: beside its usual sound a phone may record a spatial one of its own kind."""
    return [stream for stream in streams if stream.codec] or streams


def _main_first(streams: Sequence[Stream], reading: PacketReading) -> list[Stream]:
    filled = [stream for stream in streams if reading.of(stream).count > 0]
    return sorted(filled, key=lambda stream: not stream.is_default)


def _is_still(video: Stream, probe: Probe, reading: PacketReading) -> bool:
    """One frame of an image codec, or one frame beside cover art: a song with a picture, not a video."""
    has_cover = any(stream.is_picture for stream in probe.streams)
    return reading.of(video).count == 1 and (video.codec in STILL_IMAGE_CODECS or has_cover)
