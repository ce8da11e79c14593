"""A country's release as a plan: which media to copy, which files to write, and the pointer that makes it live.

Building a plan touches no store; `publishing` carries it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.domain.errors import WrongUsage
from pipeline.domain.languages import SITE_LANGUAGES
from pipeline.site.manifests import write_package_manifests
from pipeline.site.page_values import CountryPage
from pipeline.site.pages import write_embed_page, write_pointer_page, write_release_page
from pipeline.site.player_assets import script_digests
from pipeline.site.program_files import write_program_files
from pipeline.site.programme import ProgrammePart, build_programme, find_chapters
from pipeline.site.programme_subtitles import write_programme_subtitles
from pipeline.site.recommendation_files import write_recommendations
from pipeline.site.release_page import export_uri, page_of, paper_uri, recommendations_of
from pipeline.site.release_values import CountryRelease, PublishedMedia, PublishedVoice, StatementInRelease
from pipeline.site.stream_parts import StreamPart, VoiceTrack
from pipeline.site.subtitle_files import SubtitleFiles, write_subtitle_files
from pipeline.site.transcript_pages import write_transcript_pages
from pipeline.storage.keys import media_uri, release_uri, site_prefix, under

POINTER_URI = "index.html"


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
        spoken = zip(chapters, (statement.subtitles for statement in statements), strict=True)
        whole = write_programme_subtitles(list(spoken))
        files.update({f"programme/{language}.vtt": data for language, data in whole.items()})
    page = replace(page_of(release, folder, parts, set(files)), script_digests=script_digests(assets))
    files.update(_pages(page))
    files.update(write_program_files(page))
    files.update(write_transcript_pages(page, {one.position: one.subtitles for one in statements}))
    files.update(_exports(release))
    return ReleasePlan(
        site_prefix=site_prefix(release.slug, release.country_code, release.audience),
        release_uri=folder,
        copies=[*_copies(statements), *_copies_of_papers(statements, folder)],
        files=_below(folder, files),
        pointer=write_pointer_page(page),
        manifest_uri=page.programme_uri,
    )


def _pages(page: CountryPage) -> dict[str, bytes]:
    pages = {f"{code}.html": write_release_page(page, code) for code in SITE_LANGUAGES}
    if page.programme_uri:
        pages |= {f"embed-{code}.html": write_embed_page(page, code) for code in SITE_LANGUAGES}
    return pages


def _exports(release: CountryRelease) -> dict[str, bytes]:
    """Lists of recommendations in each language of the pages; none where nobody recommends anything."""
    if not any(statement.recommendations for statement in release.statements):
        return {}
    return {
        export_uri(language, suffix): data
        for language in SITE_LANGUAGES
        for suffix, data in write_recommendations(recommendations_of(release, language), language).items()
    }


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


def _copies_of_papers(statements: Sequence[StatementInRelease], folder: str) -> list[PlannedCopy]:
    return [
        PlannedCopy(paper.source_key, paper_uri(statement, number, folder))
        for statement in statements
        for number, paper in enumerate(statement.papers, start=1)
    ]


def _copies(statements: Sequence[StatementInRelease]) -> list[PlannedCopy]:
    """Everything of a statement; of a card what plays, for nobody sees its poster."""
    copies = [_copy(s.media, uri) for s in statements for uri in s.media.package.media_uris()]
    copies += [_copy(s.card, rendition.uri) for s in statements for rendition in s.card.package.renditions]
    copies += [_copy(voice, voice.rendition.uri) for s in statements for voice in s.voices.values()]
    copies += [PlannedCopy(f.source_key, media_uri(s.media.name) + f.uri) for s in statements for f in s.files]
    return list(dict.fromkeys(copies))


def _copy(media: PublishedMedia | PublishedVoice, uri: str) -> PlannedCopy:
    return PlannedCopy(under(media.source_prefix, uri), media_uri(media.name) + uri)


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {folder + path: data for path, data in files.items()}
