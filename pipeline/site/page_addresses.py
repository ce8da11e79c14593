"""The addresses that files for other programs name: absolute where it is known under which address a country is served.

Elsewhere they are relative to the release's folder, in which these files lie, so that they hold wherever it is served:
under a mission's link too, which must not be written into a file.
"""

from pipeline.domain.languages import SITE_LANGUAGES, country_name
from pipeline.site.page_values import CountryPage, StatementForPage
from pipeline.site.playlists import PlaylistEntry

_UP = "../../"
"""From `r/NAME/` to the country's published folder."""


def address_in_release(page: CountryPage, uri: str) -> str:
    """The address of something in the country's published folder, for a file in the release's."""
    return (page.address or _UP) + uri


def playlist_title(page: CountryPage) -> str:
    """What a country's playlist is called."""
    return f"{country_name(page.country_code, SITE_LANGUAGES[0])} – {page.session_title}"


def playlist_entry(page: CountryPage, statement: StatementForPage) -> PlaylistEntry:
    """A statement to play by itself: its film, or its stream where there is none."""
    film = statement.film
    return PlaylistEntry(
        position=statement.position,
        organisation=statement.organisation,
        title=statement.theme,
        seconds=statement.duration_seconds,
        address=address_in_release(page, film.uri if film else statement.manifest_uri),
        poster=address_in_release(page, statement.poster_uri),
    )
