"""What the pages of an export show, as plain values. Paths are relative to the country's folder, as on the disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.captions.cues import Cue
from pipeline.domain.consents import Audience
from pipeline.domain.sheets import TrackMark
from pipeline.site.page_values import MissingStatement


@dataclass(frozen=True)
class OfflineFile:
    """A file to open or play; `lines` are those of its picture, 0 where it has none."""

    path: str
    size_bytes: int
    lines: int = 0


@dataclass(frozen=True)
class OfflineSubtitles:
    """Subtitles in one language: what they say, what is said beside them, and the files that other players read."""

    language: str
    cues: Sequence[Cue]
    mark: TrackMark | None
    webvtt_path: str
    subrip_path: str


@dataclass(frozen=True)
class OfflineVoice:
    """A spoken interpretation as a file of its own."""

    language: str
    mark: TrackMark | None
    file: OfflineFile


@dataclass(frozen=True)
class OfflinePaper:
    """A paper; `title` is empty where it has none, `kind` its suffix."""

    title: str
    kind: str
    file: OfflineFile


@dataclass(frozen=True)
class OfflineStatement:
    """One statement; `speaker` only where the speaker agreed to show a name."""

    position: int
    organisation: str
    speaker: str | None
    theme: str
    language: str
    duration_seconds: float
    media: OfflineFile
    poster_path: str
    subtitles: tuple[OfflineSubtitles, ...] = ()
    voices: tuple[OfflineVoice, ...] = ()
    paragraphs: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    papers: tuple[OfflinePaper, ...] = ()


@dataclass(frozen=True)
class OfflineCountry:
    """A country with its panel in order; no places where nothing of it is out. `programme` is all of it in one file."""

    code: str
    places: Sequence[OfflineStatement | MissingStatement] = ()
    programme: OfflineFile | None = None

    @property
    def statements(self) -> tuple[OfflineStatement, ...]:
        """The places that have something to watch."""
        return tuple(place for place in self.places if isinstance(place, OfflineStatement))


@dataclass(frozen=True)
class OfflineSession:
    """An export. `address` is where what is out now can be looked up, empty where that is not known."""

    title: str
    starts_on: date
    ends_on: date
    audience: Audience
    made_on: date
    countries: Sequence[OfflineCountry]
    address: str = ""
