"""The page of a session, written anew when a country came or went."""

from pipeline.domain.consents import Audience
from pipeline.services.session_pages import audiences_of_change, read_session_page
from pipeline.site.player_assets import read_player_assets
from pipeline.site.publishing import POINTER_CACHING
from pipeline.site.session_page import SessionPage, write_session_files
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import session_prefix, under
from workers.steps.run import JobRun


def write_session_pages(run: JobRun, country_id: int, audience: Audience) -> None:
    """Have the pages of a country's session say what is out now, after a release for an audience came or went."""
    with run.context.database.read() as db:
        audiences = audiences_of_change(db, country_id, audience)
    for one in audiences:
        _write_page(run, country_id, one)


def _write_page(run: JobRun, country_id: int, audience: Audience) -> None:
    """Write one of them.

    No lock is held while bytes flow: who finds afterwards that the records say something else writes once more, so
    that of two countries that come at once the last page names both.
    """
    written: SessionPage | None = None
    while True:
        with run.context.database.read() as db:
            slug, page = read_session_page(db, country_id, audience)
        if page == written:
            return
        prefix = session_prefix(slug, audience)
        for path, data in write_session_files(page, read_player_assets()).items():
            key, kind = under(prefix, path), content_type_of(path)
            run.context.store.put_bytes(key, data, content_type=kind, cache_control=POINTER_CACHING)
        written = page
