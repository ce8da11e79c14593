"""A country's release as a plan: which media to copy, which files to write, and the pointer that makes it live.

Building a plan touches no store; `publishing` carries it out.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from pipeline.captions.cues import Cue
from pipeline.domain.errors import WrongUsage
from pipeline.domain.languages import INTERFACE_LANGUAGES
from pipeline.domain.packages import MediaRendition, Package
from pipeline.domain.papers import PaperKind
from pipeline.domain.sheets import TrackMark
from pipeline.site.manifests import MASTER_URI, write_package_manifests
from pipeline.site.pages import (
    CountryPage,
    MissingStatement,
    PaperForPage,
    StatementForPage,
    write_pointer_page,
    write_release_page,
)
from pipeline.site.programme import Chapter, ProgrammePart, build_programme, find_chapters
from pipeline.site.storyboards import STORYBOARD_URI
from pipeline.site.stream_parts import StreamPart, VoiceTrack
from pipeline.site.subtitle_files import SubtitleFiles, write_subtitle_files
from pipeline.storage.keys import media_uri, release_uri, site_prefix, under

POINTER_URI = "index.html"


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
    spoken interpretations. Text,
    recommendations and papers are there only where the speaker agreed to show them.
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


@dataclass(frozen=True)
class CountryRelease:
    """What a release is made of: the panel's places in order, each with its statement or a word about its absence."""

    slug: str
    country_code: str
    session_title: str
    name: str
    places: Sequence[StatementInRelease | MissingStatement]

    @property
    def statements(self) -> list[StatementInRelease]:
        """The places that have something to watch."""
        return [place for place in self.places if isinstance(place, StatementInRelease)]


@dataclass(frozen=True)
class PlannedCopy:
    """One object to copy inside the store; `target` is relative to the country's published folder."""

    source_key: str
    target: str


@dataclass(frozen=True)
class ReleasePlan:
    """All that a release needs in the store. Paths are relative to `site_prefix`, the country's published folder.

    `manifest_uri` is the programme's master manifest, empty when nothing is left to watch.
    """

    site_prefix: str
    release_uri: str
    copies: Sequence[PlannedCopy]
    files: Mapping[str, bytes]
    pointer: bytes
    manifest_uri: str

    def key(self, relative: str) -> str:
        """The key of something in the country's published folder."""
        return under(self.site_prefix, relative)


def build_release(release: CountryRelease, assets: Mapping[str, bytes]) -> ReleasePlan:
    """Plan a release; `assets` are the player's files by name. Raises `WrongUsage` when two places are the same."""
    _refuse_repeated_places(release)
    folder = release_uri(release.name)
    statements = release.statements
    subtitles = [write_subtitle_files(s.media.package, s.subtitles, s.marks) for s in statements]
    parts = [_programme_part(s, files) for s, files in zip(statements, subtitles, strict=True)]
    chapters = find_chapters(parts)
    files = {f"assets/{name}": data for name, data in assets.items()}
    for statement in statements:
        files.update(_below(f"s/{statement.position}/", _statement_files(statement)))
    if parts:
        files.update(_below("programme/", build_programme(parts)))
    page = _page(release, folder, chapters, set(files))
    files.update({f"{code}.html": write_release_page(page, code) for code in INTERFACE_LANGUAGES})
    return ReleasePlan(
        site_prefix=site_prefix(release.slug, release.country_code),
        release_uri=folder,
        copies=[*_copies(statements), *_copies_of_papers(statements, folder)],
        files=_below(folder, files),
        pointer=write_pointer_page(page),
        manifest_uri=page.programme_uri,
    )


def _refuse_repeated_places(release: CountryRelease) -> None:
    positions = [place.position for place in release.places]
    if len(set(positions)) != len(positions):
        raise WrongUsage("Two statements have the same place in the panel. Put the panel in order, then publish again.")


def _programme_part(statement: StatementInRelease, subtitles: SubtitleFiles) -> ProgrammePart:
    # Seen from `r/NAME/programme/`: three folders up is the country's folder, one up is the release's.
    return ProgrammePart(
        card=StreamPart(statement.card.package, "../../../" + media_uri(statement.card.name)),
        statement=StreamPart(
            statement.media.package,
            "../../../" + media_uri(statement.media.name),
            statement.language,
            subtitles.tracks_below(f"../s/{statement.position}/"),
            _voices(statement, "../../../"),
        ),
    )


def _statement_files(statement: StatementInRelease) -> dict[str, bytes]:
    return write_package_manifests(
        statement.media.package,
        language=statement.language,
        subtitles=statement.subtitles,
        marks=statement.marks,
        voices=_voices(statement, "../../../../"),
        media_base="../../../../" + media_uri(statement.media.name),
    )


def _voices(statement: StatementInRelease, country: str) -> dict[str, VoiceTrack]:
    """As seen from a folder for which `country` leads to the country's."""
    return {
        language: VoiceTrack(voice.rendition, country + media_uri(voice.name), voice.mark)
        for language, voice in statement.voices.items()
    }


def _page(release: CountryRelease, folder: str, chapters: Sequence[Chapter], written: Set[str]) -> CountryPage:
    chapter_of = dict(zip((s.position for s in release.statements), chapters, strict=True))
    places = [
        _place(place, folder, chapter_of[place.position], written) if isinstance(place, StatementInRelease) else place
        for place in release.places
    ]
    return CountryPage(
        country_code=release.country_code,
        session_title=release.session_title,
        release_uri=folder,
        places=places,
        programme_uri=f"{folder}programme/{MASTER_URI}" if chapters else "",
        storyboard_uri=_storyboard_uri(folder, "programme/", written),
    )


def _storyboard_uri(folder: str, stream: str, written: Set[str]) -> str:
    path = stream + STORYBOARD_URI
    return folder + path if path in written else ""


def _place(statement: StatementInRelease, folder: str, chapter: Chapter, written: Set[str]) -> StatementForPage:
    return StatementForPage(
        position=statement.position,
        organisation=statement.organisation,
        speaker=statement.speaker,
        theme=statement.theme,
        language=statement.language,
        duration_seconds=statement.media.package.duration_seconds,
        subtitle_languages=tuple(sorted(statement.subtitles)),
        subtitle_marks=statement.marks,
        voice_marks={language: voice.mark for language, voice in sorted(statement.voices.items())},
        poster_uri=media_uri(statement.media.name) + statement.media.package.poster_uri,
        manifest_uri=f"{folder}s/{statement.position}/{MASTER_URI}",
        storyboard_uri=_storyboard_uri(folder, f"s/{statement.position}/", written),
        chapter=chapter,
        paragraphs=tuple(part for part in statement.text.split("\n\n") if part.strip()),
        recommendations=statement.recommendations,
        papers=tuple(
            PaperForPage(paper.title, _paper_uri(statement, number, folder), paper.kind.value, paper.size_bytes)
            for number, paper in enumerate(statement.papers, start=1)
        ),
    )


def _paper_uri(statement: StatementInRelease, number: int, folder: str) -> str:
    """A paper's place in the release, by numbers alone: what it was called before is nobody's business."""
    return f"{folder}s/{statement.position}/paper-{number}.{statement.papers[number - 1].kind.value}"


def _copies_of_papers(statements: Sequence[StatementInRelease], folder: str) -> list[PlannedCopy]:
    return [
        PlannedCopy(paper.source_key, _paper_uri(statement, number, folder))
        for statement in statements
        for number, paper in enumerate(statement.papers, start=1)
    ]


def _copies(statements: Sequence[StatementInRelease]) -> list[PlannedCopy]:
    """Everything of a statement; of a card what plays, for nobody sees its poster."""
    copies = [_copy(s.media, uri) for s in statements for uri in s.media.package.media_uris()]
    copies += [_copy(s.card, rendition.uri) for s in statements for rendition in s.card.package.renditions]
    copies += [_copy(voice, voice.rendition.uri) for s in statements for voice in s.voices.values()]
    return list(dict.fromkeys(copies))


def _copy(media: PublishedMedia | PublishedVoice, uri: str) -> PlannedCopy:
    return PlannedCopy(under(media.source_prefix, uri), media_uri(media.name) + uri)


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {folder + path: data for path, data in files.items()}
