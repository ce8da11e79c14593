"""Films with subtitles in the picture, as scripts ask for them and read of them."""

from typing import Annotated, Self

from pydantic import BaseModel, Field

from pipeline.domain.burning import BurnSize
from pipeline.services.burned_films import BurnedLine, BurnedState
from webapp.api.shapes import Sent


class Film(BaseModel):
    """A film of one revision of subtitles. `missing` are letters without a font, for which it shows empty boxes."""

    track_id: int
    language: str
    size: BurnSize
    state: BurnedState
    missing: list[str]

    @classmethod
    def of(cls, line: BurnedLine) -> Self:
        """From the records."""
        track = line.track
        return cls(
            track_id=track.id, language=track.language, size=line.size, state=line.state, missing=list(line.missing)
        )


class Films(BaseModel):
    """Every film that was asked for of the subtitles that count."""

    items: list[Film]


class FilmSent(Sent):
    """The revision of subtitles that was seen, and how large its words are to be."""

    track_id: Annotated[int, Field(ge=1, le=2147483647)]
    size: BurnSize
