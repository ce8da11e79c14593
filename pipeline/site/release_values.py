"""What a country's release is made of, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.captions.cues import Cue
from pipeline.domain.consents import Audience
from pipeline.domain.packages import MediaRendition, Package
from pipeline.domain.papers import PaperKind
from pipeline.domain.sheets import TrackMark
from pipeline.site.page_values import MissingStatement


@dataclass(frozen=True)
class PublishedMedia:
    """A package, where it lies privately, and the opaque name under which its media are published."""

    package: Package
    source_prefix: str
    name: str


@dataclass(frozen=True)
class PublishedVoice:
    """A spoken interpretation: where it lies privately, its own opaque name among the published media, its mark."""

    rendition: MediaRendition
    source_prefix: str
    name: str
    mark: TrackMark | None = None


@dataclass(frozen=True)
class PublishedFile:
    """A film or a sound that plays without the player, by its name below the media that it goes with.

    `source_key` is where it lies privately; empty where it is published already. `height` is 0 for sound alone.
    """

    uri: str
    size_bytes: int
    height: int = 0
    source_key: str = ""


@dataclass(frozen=True)
class PublishedPaper:
    """A paper without its metadata: where it lies privately; `title` is empty where the speaker gave none."""

    title: str
    kind: PaperKind
    size_bytes: int
    source_key: str


@dataclass(frozen=True)
class StatementInRelease:
    """One statement as it goes out; `speaker` is None unless showing a name was agreed to.

    `language` is the one spoken; `subtitles` are cues and `marks` what is said beside them, by language, `voices`
    spoken interpretations. Text, recommendations and papers are there only where the speaker agreed to show them.
    """

    position: int
    media: PublishedMedia
    card: PublishedMedia
    organisation: str
    speaker: str | None
    theme: str
    language: str
    subtitles: Mapping[str, Sequence[Cue]]
    marks: Mapping[str, TrackMark] = field(default_factory=dict)
    text: str = ""
    recommendations: tuple[str, ...] = ()
    papers: tuple[PublishedPaper, ...] = ()
    voices: Mapping[str, PublishedVoice] = field(default_factory=dict)
    files: tuple[PublishedFile, ...] = ()


@dataclass(frozen=True)
class CountryRelease:
    """What a release is made of: the panel's places in order, each with its statement or a word about its absence.

    `made_on` is the day of its making, ISO 8601. `address` is that of the country's published folder, empty where it is
    not known; so is `oembed_url`, where programs ask how to show it.
    `films` are those of the whole programme, below the country's folder.
    """

    slug: str
    country_code: str
    session_title: str
    name: str
    places: Sequence[StatementInRelease | MissingStatement]
    audience: Audience = Audience.PUBLIC
    made_on: str = ""
    address: str = ""
    oembed_url: str = ""
    films: tuple[PublishedFile, ...] = ()

    @property
    def statements(self) -> list[StatementInRelease]:
        """The places that have something to watch."""
        return [place for place in self.places if isinstance(place, StatementInRelease)]
