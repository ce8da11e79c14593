"""What the published pages of a country show, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.domain.consents import Audience
from pipeline.domain.sheets import TrackMark
from pipeline.site.programme import Chapter
from pipeline.site.stream_sizes import QualitySize

_USUAL_LINES = 720


@dataclass(frozen=True)
class PaperForPage:
    """A paper to fetch; `title` is empty where it has none. `kind` is its suffix."""

    title: str
    uri: str
    kind: str
    size_bytes: int


@dataclass(frozen=True)
class FileForPage:
    """A file to play or take away without the player; `height` is the lines of its picture, 0 for sound alone."""

    uri: str
    size_bytes: int
    height: int = 0

    @property
    def kind(self) -> str:
        """Its suffix, without the dot."""
        return PurePosixPath(self.uri).suffix.removeprefix(".")


@dataclass(frozen=True)
class StatementForPage:
    """One statement on the page; `speaker` only where the speaker agreed to show a name.

    URIs are relative to the country's published folder; there may be no storyboard, which is then an empty URI.
    `voice_marks` has every language of spoken interpretation, `subtitle_uris` are whole files by language, `files`
    what plays without the player.
    """

    position: int
    organisation: str
    speaker: str | None
    theme: str
    language: str
    duration_seconds: float
    subtitle_languages: tuple[str, ...]
    poster_uri: str
    manifest_uri: str
    storyboard_uri: str
    chapter: Chapter
    subtitle_marks: Mapping[str, TrackMark] = field(default_factory=dict)
    paragraphs: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    papers: tuple[PaperForPage, ...] = ()
    voice_marks: Mapping[str, TrackMark | None] = field(default_factory=dict)
    subtitle_uris: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileForPage, ...] = ()

    @property
    def films(self) -> tuple[FileForPage, ...]:
        """Those of its files that have a picture."""
        return tuple(file for file in self.files if file.height)

    @property
    def film(self) -> FileForPage | None:
        """The one for players that cannot choose: the largest that a telephone and a slow line can do."""
        usual = [file for file in self.films if file.height <= _USUAL_LINES]
        return max(usual, key=lambda file: file.height) if usual else next(iter(self.films), None)


@dataclass(frozen=True)
class MissingStatement:
    """A place in the panel whose statement is not shown; nothing of the speaker is said."""

    position: int


@dataclass(frozen=True)
class CountryPage:
    """What a country's page shows. `programme_uri` and its `storyboard_uri` are empty when no statement is left.

    `sound_uri` is the manifest of the programme's sound alone, `subtitle_uris` the programme's subtitles as whole files
    by language, `exports` lists of recommendations by suffix with `LANGUAGE` in their place. `session_uri` leads to the
    page of all countries, where there is one. `uploaded_at` is an ISO 8601 date. `address` is that of the country's
    published folder, empty where it is not known or not for everybody; `oembed_uri` where others ask how to show it.
    `script_digests` name the scripts that may run from within the page, as its policy says them.
    """

    country_code: str
    session_title: str
    release_uri: str
    places: Sequence[StatementForPage | MissingStatement]
    programme_uri: str = ""
    storyboard_uri: str = ""
    sound_uri: str = ""
    qualities: tuple[QualitySize, ...] = ()
    subtitle_uris: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileForPage, ...] = ()
    exports: Mapping[str, str] = field(default_factory=dict)
    session_uri: str = ""
    audience: Audience = Audience.PUBLIC
    uploaded_at: str = ""
    address: str = ""
    oembed_uri: str = ""
    script_digests: tuple[str, ...] = ()

    @property
    def statements(self) -> tuple[StatementForPage, ...]:
        """The places that have something to watch."""
        return tuple(place for place in self.places if isinstance(place, StatementForPage))

    @property
    def spoken_languages(self) -> tuple[str, ...]:
        """What is spoken in it, each once."""
        return tuple(dict.fromkeys(statement.language for statement in self.statements))

    def page_uri(self, language: str) -> str:
        """This release's page in one language."""
        return f"{self.release_uri}{language}.html"

    def embed_uri(self, language: str) -> str:
        """This release's player by itself, to stand in somebody else's page."""
        return f"{self.release_uri}embed-{language}.html"
