"""Writing an export: films from what is published, pages and playlists that show them, and lists to check them by."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from pipeline.captions.cues import Cue
from pipeline.captions.reading import read_subtitles
from pipeline.captions.subrip import write_subrip
from pipeline.captions.webvtt import write_webvtt
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.languages import SITE_LANGUAGES, country_name
from pipeline.domain.packages import MediaRendition, Package
from pipeline.media.films import write_film, write_sound
from pipeline.media.ladder import Ladder
from pipeline.media.programs import MediaPrograms
from pipeline.services.exports import ExportedCountry, ExportedRelease, ExportInputs
from pipeline.services.publication import ItemInputs, ReleaseInputs
from pipeline.site.offline_names import file_stem
from pipeline.site.offline_pages import write_offline_pages, write_read_me
from pipeline.site.offline_values import (
    OfflineCountry,
    OfflineFile,
    OfflinePaper,
    OfflineSession,
    OfflineStatement,
    OfflineSubtitles,
    OfflineVoice,
)
from pipeline.site.page_values import MissingStatement
from pipeline.site.playlists import PlaylistEntry, write_m3u, write_xspf
from pipeline.site.program_files import M3U_URI, XSPF_URI
from pipeline.site.recommendation_files import CountryRecommendations, SpokenRecommendations, write_recommendations
from pipeline.storage.keys import media_uri, release_uri, under
from pipeline.storage.store import ObjectMissing, ObjectStore
from presession.export_place import ExportPlace
from presession.export_programme import BurnedProgramme

_TEXT_BYTES = 4_000_000
"""What pages, subtitles and lists of a country take at most."""


@dataclass(frozen=True)
class ExportChoices:
    """What to write: pictures of at most so many lines, 0 for sound alone; subtitles and voices in `languages`, all
    where there are none; with `has_programme` the film of all statements too, where a release has one.
    """

    lines: int = 720
    languages: frozenset[str] = frozenset()
    has_programme: bool = False

    def wants(self, language: str) -> bool:
        """Whether subtitles and voices in a language are written."""
        return not self.languages or language in self.languages

    def picture(self, package: Package) -> MediaRendition | None:
        """The largest picture that is asked for, or the smallest there is; None for sound alone."""
        if not self.lines:
            return None
        fitting = [video for video in package.videos if video.height <= self.lines]
        return fitting[-1] if fitting else package.videos[0]


def bytes_wanted(inputs: ExportInputs, choices: ExportChoices) -> int:
    """Room that an export takes while it is written."""
    items = [item for release in inputs.releases for item in release.inputs.items]
    media = [_media_bytes(item, choices) for item in items]
    papers = sum(paper.size_bytes for item in items for paper in item.papers)
    # A programme may lie there twice while it is joined; so may the largest of the others.
    copies = 3 if choices.has_programme else 1
    return copies * sum(media) + 2 * max(media, default=0) + papers + _TEXT_BYTES * len(inputs.releases)


def _media_bytes(item: ItemInputs, choices: ExportChoices) -> int:
    picture = choices.picture(item.package)
    voices = sum(voice.rendition.size_bytes for voice in item.voices if choices.wants(voice.language))
    return item.package.audio.size_bytes + (picture.size_bytes if picture else 0) + voices


@dataclass(frozen=True)
class ExportWriter:
    """Writes into a place what is published in a store; `on_statement` is told of each that is done."""

    store: ObjectStore
    place: ExportPlace
    choices: ExportChoices
    on_statement: Callable[[], None]
    ladder: Ladder
    programs: MediaPrograms

    def write(self, inputs: ExportInputs, *, made_on: date, address: str) -> None:
        """Everything. Raises `ChangeNotAllowed` where something was taken away meanwhile."""
        session = OfflineSession(
            title=inputs.title,
            starts_on=inputs.starts_on,
            ends_on=inputs.ends_on,
            audience=inputs.audience,
            made_on=made_on,
            countries=[self._country(inputs, one) for one in inputs.countries],
            address=address,
        )
        for path, data in write_offline_pages(session).items():
            self.place.output.add_bytes(path, data)
        self.place.output.add_bytes("README.txt", write_read_me(session))

    def _country(self, inputs: ExportInputs, exported: ExportedCountry) -> OfflineCountry:
        release = exported.release
        if release is None:
            return OfflineCountry(exported.country_code)
        missing = release.inputs.missing
        places: list[OfflineStatement | MissingStatement] = [MissingStatement(place) for place in missing]
        for item in release.inputs.items:
            stem = file_stem(item.position, item.organisation, inputs.audience)
            places.append(_Statement(self, release, item, stem).write())
            self.on_statement()
        in_order = sorted(places, key=lambda place: place.position)
        country = OfflineCountry(exported.country_code, in_order, self._programme(release))
        for path, data in {**_playlists(country, inputs.title), **_recommendations(release.inputs)}.items():
            self.place.output.add_bytes(f"{country.code}/{path}", data)
        return country

    def _programme(self, release: ExportedRelease) -> OfflineFile | None:
        found = self._programme_film(release) if self.choices.has_programme else None
        if found is None:
            return None
        file, name, lines = found
        kept = OfflineFile(f"00 {name}", file.stat().st_size, lines)
        folder = release.inputs.country_code
        self.place.output.add_file(f"{folder}/{kept.path}", file)
        for language in sorted({code for item in release.inputs.items for code in item.subtitles}):
            if self.choices.wants(language):
                key = under(release.prefix, f"{release_uri(release.inputs.name)}programme/{language}.vtt")
                cues = read_subtitles(self.fetch(key, "programme.vtt").read_bytes())
                self.place.output.add_bytes(f"{folder}/00 programme.{language}.srt", write_subrip(cues).encode())
        return kept

    def _programme_film(self, release: ExportedRelease) -> tuple[Path, str, int] | None:
        """The file, its name and its lines: with words in the picture where films have them, or as published."""
        if release.burned:
            target = self.place.work / "programme"
            joining = BurnedProgramme(self.ladder, self.programs, self.fetch, self.place.work)
            return target, "programme.mp4", joining.join(release, target).height
        if release.programme is None:
            return None
        name, lines = ("programme.mp4", release.programme.height) if self.choices.lines else ("programme.m4a", 0)
        key = under(release.prefix, media_uri(release.programme.name) + name)
        return self.fetch(key, "programme"), name, lines

    def fetch(self, key: str, name: str) -> Path:
        """An object as a file to work on."""
        path = self.place.work / name
        try:
            self.store.fetch_file(key, path)
        except ObjectMissing as error:
            raise ChangeNotAllowed(
                "Something published was taken away while it was being written. Nothing was kept: export again."
            ) from error
        return path


@dataclass(frozen=True)
class _Statement:
    writer: ExportWriter
    release: ExportedRelease
    item: ItemInputs
    stem: str

    def write(self) -> OfflineStatement:
        item = self.item
        return OfflineStatement(
            position=item.position,
            organisation=item.organisation,
            speaker=item.speaker,
            theme=item.theme,
            language=item.language,
            duration_seconds=item.package.duration_seconds,
            media=self._media(),
            poster_path=self._keep(f"{self.stem}.jpg", self._published(item.package.poster_uri)).path,
            subtitles=tuple(self._subtitles()),
            voices=tuple(self._voices()),
            paragraphs=tuple(text for text in item.text.split("\n\n") if text.strip()),
            recommendations=item.recommendations,
            papers=tuple(self._papers()),
        )

    def _media(self) -> OfflineFile:
        picture = self.writer.choices.picture(self.item.package)
        burned = self.release.burned.get(self.item.statement_id)
        if picture is None:
            return self._sound(f"{self.stem}.m4a", self._published(self.item.package.audio.uri))
        if burned is not None:
            return self._keep(f"{self.stem}.mp4", burned, lines=self.item.package.videos[-1].height)
        film = self.writer.place.work / "film.mp4"
        shown = self.writer.fetch(self._published(picture.uri), "picture.mp4")
        heard = self.writer.fetch(self._published(self.item.package.audio.uri), "sound.mp4")
        lines = write_film(shown, heard, film).height
        for part in (shown, heard):
            part.unlink()
        return self._take(f"{self.stem}.mp4", film, lines)

    def _sound(self, name: str, key: str) -> OfflineFile:
        target = self.writer.place.work / "sound.m4a"
        heard = self.writer.fetch(key, "sound.mp4")
        write_sound(heard, target)
        heard.unlink()
        return self._take(name, target)

    def _subtitles(self) -> Iterator[OfflineSubtitles]:
        for language, text in sorted(self.item.subtitles.items()):
            if self.writer.choices.wants(language):
                yield self._track(language, read_subtitles(text.encode()))

    def _track(self, language: str, cues: Collection[Cue]) -> OfflineSubtitles:
        subrip, webvtt = f"{self.stem}.{language}.srt", f"vtt/{self.stem}.{language}.vtt"
        self._add(subrip, write_subrip(cues).encode())
        self._add(webvtt, write_webvtt(cues).encode())
        return OfflineSubtitles(language, tuple(cues), self.item.marks.get(language), webvtt, subrip)

    def _voices(self) -> Iterator[OfflineVoice]:
        for voice in self.item.voices:
            if self.writer.choices.wants(voice.language):
                key = under(self.release.prefix, media_uri(voice.name) + voice.rendition.uri)
                yield OfflineVoice(
                    voice.language, voice.mark, self._sound(f"voices/{self.stem}.{voice.language}.m4a", key)
                )

    def _papers(self) -> Iterator[OfflinePaper]:
        folder = f"{release_uri(self.release.inputs.name)}s/{self.item.position}/"
        for number, paper in enumerate(self.item.papers, start=1):
            name = f"paper-{number}.{paper.kind.value}"
            file = self._keep(f"papers/{self.stem} {name}", under(self.release.prefix, folder + name))
            yield OfflinePaper(paper.title, paper.kind.value, file)

    def _published(self, uri: str) -> str:
        return under(self.release.prefix, media_uri(self.item.media_name) + uri)

    def _keep(self, name: str, key: str, lines: int = 0) -> OfflineFile:
        return self._take(name, self.writer.fetch(key, "kept"), lines)

    def _take(self, name: str, file: Path, lines: int = 0) -> OfflineFile:
        size = file.stat().st_size
        self.writer.place.output.add_file(f"{self.release.inputs.country_code}/{name}", file)
        return OfflineFile(name, size, lines)

    def _add(self, name: str, data: bytes) -> None:
        self.writer.place.output.add_bytes(f"{self.release.inputs.country_code}/{name}", data)


def _playlists(country: OfflineCountry, session_title: str) -> Mapping[str, bytes]:
    if not country.statements:
        return {}
    title = f"{country_name(country.code, SITE_LANGUAGES[0])} – {session_title}"
    entries = [
        PlaylistEntry(
            one.position,
            one.organisation,
            one.theme,
            one.duration_seconds,
            quote(one.media.path),
            quote(one.poster_path),
        )
        for one in country.statements
    ]
    # Players read an M3U's lines as names of files, XSPF's as addresses.
    paths = [one.media.path for one in country.statements]
    return {M3U_URI: write_m3u(title, entries, paths), XSPF_URI: write_xspf(title, entries)}


def _recommendations(release: ReleaseInputs) -> dict[str, bytes]:
    speakers = [
        SpokenRecommendations(one.position, one.organisation, one.speaker, one.theme, one.recommendations)
        for one in release.items
        if one.recommendations
    ]
    found = {}
    for language in SITE_LANGUAGES if speakers else ():
        name = country_name(release.country_code, language)
        told = CountryRecommendations(name, release.session_title, speakers)
        for suffix, data in write_recommendations(told, language).items():
            found[f"recommendations-{language}.{suffix}"] = data
    return found
