"""What a release holds for other programs: playlists for players; for the public a feed and a description too.

Podcast programs tell their makers which feeds are read, so that missions have none: its address would be their link.
"""

from pipeline.domain.consents import Audience
from pipeline.site.descriptions import DESCRIPTION_URI, write_description
from pipeline.site.feeds import FEED_URI, write_feed
from pipeline.site.page_addresses import playlist_entry, playlist_title
from pipeline.site.page_values import CountryPage
from pipeline.site.playlists import write_m3u, write_xspf

M3U_URI = "playlist.m3u"
XSPF_URI = "playlist.xspf"

PUBLIC_FILES = (DESCRIPTION_URI, FEED_URI, M3U_URI, XSPF_URI)
"""By name; they lie in the release's folder."""


def program_file_names(page: CountryPage) -> tuple[str, ...]:
    """Which of them a page's release has."""
    if not page.statements:
        return ()
    return PUBLIC_FILES if page.audience is Audience.PUBLIC else (M3U_URI, XSPF_URI)


def write_program_files(page: CountryPage) -> dict[str, bytes]:
    """Name to bytes; none where there is nothing to watch."""
    if not page.statements:
        return {}
    title, entries = playlist_title(page), [playlist_entry(page, one) for one in page.statements]
    files = {M3U_URI: write_m3u(title, entries), XSPF_URI: write_xspf(title, entries)}
    if page.audience is not Audience.PUBLIC:
        return files
    return {**files, FEED_URI: write_feed(page), DESCRIPTION_URI: write_description(page)}
