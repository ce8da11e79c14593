"""The film of a whole programme with subtitles in the picture: joined for an export from films that have them.

What has none, for it is spoken in that language, is taken as it is published; so are the title cards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.media.film_joining import Joining, film_rung, join_films
from pipeline.media.films import Film, film_rendition, write_film
from pipeline.media.ladder import Ladder
from pipeline.media.programs import MediaPrograms
from pipeline.services.exports import ExportedRelease
from pipeline.services.publication import ItemInputs
from pipeline.storage.keys import media_uri, under

Fetch = Callable[[str, str], Path]
"""An object by its key as a file of this name to work on."""


@dataclass(frozen=True)
class BurnedProgramme:
    """Joins the films of releases. They are large, and encoded anew where title cards do not fit them: some minutes."""

    ladder: Ladder
    programs: MediaPrograms
    fetch: Fetch
    work_dir: Path

    def join(self, release: ExportedRelease, target: Path) -> Film:
        """Write the film of a release's programme. Raises `FinalError`, `RetryableError`, and what `fetch` raises."""
        items = sorted(release.inputs.items, key=lambda item: item.position)
        films = [film for item in items for film in (self._card(release, item), self._statement(release, item))]
        encoding = self.work_dir / "joining"
        encoding.mkdir()
        rung = film_rung(self.ladder)
        joined = join_films(films, target, Joining(rung, self.ladder, self.programs, encoding))
        for film in (*films, *encoding.iterdir()):
            film.unlink()
        encoding.rmdir()
        return joined.film

    def _card(self, release: ExportedRelease, item: ItemInputs) -> Path:
        names = (film_rung(self.ladder).name, self.ladder.audio.name)
        return self._muxed(release, item.card_name, item.position, *(f"{name}.mp4" for name in names))

    def _statement(self, release: ExportedRelease, item: ItemInputs) -> Path:
        burned = release.burned.get(item.statement_id)
        if burned is not None:
            return self.fetch(burned, f"burned-{item.position}.mp4")
        package = item.package
        return self._muxed(release, item.media_name, item.position, film_rendition(package).uri, package.audio.uri)

    def _muxed(self, release: ExportedRelease, name: str, number: int, picture_uri: str, sound_uri: str) -> Path:
        picture, sound = (
            self.fetch(under(release.prefix, media_uri(name) + uri), f"part-{uri}") for uri in (picture_uri, sound_uri)
        )
        film = self.work_dir / f"{name}-{number}.mp4"
        write_film(picture, sound, film)
        picture.unlink()
        sound.unlink()
        return film
