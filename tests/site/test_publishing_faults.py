"""A store that goes away at any moment leaves the old release or the new one, whole, and never a mixture."""

import pytest

from pipeline.site.pages import MissingStatement
from pipeline.site.publishing import write_release
from pipeline.site.release import POINTER_URI
from pipeline.site.walking import walk_release
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.releases import PublishedCountry
from tests.site.stores import ADDRESS, FailingStore, StoreWeb


@pytest.mark.slow
@pytest.mark.parametrize("fails_after", [False, True], ids=["before the change", "after the change"])
def test_a_failure_at_every_step_leaves_old_or_new(published_country: PublishedCountry, fails_after: bool) -> None:
    places = published_country.release.places
    old = published_country.publish(places=[places[0], MissingStatement(2), MissingStatement(3)])
    web = StoreWeb(published_country.store, old.site_prefix)
    failures = 0
    while True:
        new = published_country.plan()
        failing = FailingStore(published_country.root, fails_at=failures + 1, fails_after=fails_after)
        try:
            write_release(failing, new)
        except StoreUnavailable:
            failures += 1
        else:
            break
        pointer = published_country.store.read_bytes(old.key(POINTER_URI))
        moved = pointer == new.pointer
        assert moved or pointer == old.pointer
        if failures % 10 == 1 or moved:
            assert walk_release(web.fetch, ADDRESS).problems == []
        published_country.store.put_bytes(
            old.key(POINTER_URI), old.pointer, content_type="text/html; charset=utf-8", cache_control="no-cache"
        )
        for copy in set(new.copies) - set(old.copies):
            published_country.store.delete(new.key(copy.target))
    assert failures == len(set(new.copies) - set(old.copies)) + len(new.files) + 1
    assert walk_release(web.fetch, ADDRESS).problems == []
