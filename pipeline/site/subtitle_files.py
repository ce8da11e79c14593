"""A statement's subtitles as files: for each language one cut like the picture, for HLS, and one whole.

The cut file holds every segment's WebVTT text in a row, each with its own header; a manifest lists them by byte
range. The whole one is what DASH players and people who download it read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from pipeline.captions.cues import Cue
from pipeline.captions.webvtt import segment_webvtt, write_webvtt
from pipeline.domain.packages import ByteRange, Package
from pipeline.domain.sheets import TrackMark

EMPTY_URI = "subtitles/empty.vtt"
"""One segment without words, for the parts of a stream that lack a language."""

EMPTY_SEGMENT = segment_webvtt([], [1.0])[0]


@dataclass(frozen=True)
class SubtitleTrack:
    """One language of one statement: where its files lie, and the range of each segment of picture in the cut one.

    `mark` is what menus say beside its language.
    """

    whole_uri: str
    whole_bytes: int
    cut_uri: str
    spans: tuple[ByteRange, ...]
    mark: TrackMark | None = None

    def below(self, base: str) -> "SubtitleTrack":
        """The same files as seen from a folder for which `base` leads here."""
        return replace(self, whole_uri=base + self.whole_uri, cut_uri=base + self.cut_uri)


@dataclass(frozen=True)
class SubtitleFiles:
    """Subtitles of one statement: what to write, and the track of each language."""

    files: Mapping[str, bytes]
    tracks: Mapping[str, SubtitleTrack]

    def tracks_below(self, base: str) -> dict[str, SubtitleTrack]:
        """The same tracks as seen from a folder for which `base` leads here."""
        return {language: track.below(base) for language, track in self.tracks.items()}


def write_subtitle_files(
    package: Package, subtitles: Mapping[str, Sequence[Cue]], marks: Mapping[str, TrackMark] = MappingProxyType({})
) -> SubtitleFiles:
    """Write each language's cues whole, and cut by the package's segments of picture; `marks` by language."""
    durations = [segment.duration_seconds for segment in package.videos[0].segments]
    files: dict[str, bytes] = {}
    tracks: dict[str, SubtitleTrack] = {}
    for language, cues in sorted(subtitles.items()):
        whole = write_webvtt(cues).encode()
        segments = [text.encode() for text in segment_webvtt(cues, durations)]
        track = SubtitleTrack(
            f"subtitles/{language}.vtt",
            len(whole),
            f"subtitles/{language}-cut.vtt",
            _spans(segments),
            marks.get(language),
        )
        files |= {track.whole_uri: whole, track.cut_uri: b"".join(segments)}
        tracks[language] = track
    return SubtitleFiles(files, tracks)


def _spans(segments: Sequence[bytes]) -> tuple[ByteRange, ...]:
    spans, offset = [], 0
    for segment in segments:
        spans.append(ByteRange(offset, len(segment)))
        offset += len(segment)
    return tuple(spans)
