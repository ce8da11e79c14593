"""A store that goes away at any moment leaves the old release or the new one, whole, and never a mixture."""

import pytest

from pipeline.site.page_values import MissingStatement
from pipeline.site.publishing import write_release
from pipeline.site.release import POINTER_URI, ReleasePlan
from pipeline.site.walking import walk_release
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.releases import PublishedCountry
from tests.site.stores import ADDRESS, FailingStore, StoreWeb

pytestmark = pytest.mark.slow


def live_page(country: PublishedCountry, plan: ReleasePlan) -> bytes:
    return country.store.read_bytes(plan.key(POINTER_URI))


def problems(country: PublishedCountry, plan: ReleasePlan) -> list[str]:
    return walk_release(StoreWeb(country.store, plan.site_prefix).fetch, ADDRESS).problems


@pytest.fixture
def old(published_country: PublishedCountry) -> ReleasePlan:
    """A live release of the first statement alone."""
    first, *_ = published_country.release.places
    return published_country.publish(places=[first, MissingStatement(2), MissingStatement(3)])


def test_a_failure_at_any_step_leaves_the_old_release_whole(
    published_country: PublishedCountry, old: ReleasePlan
) -> None:
    store = published_country.store
    whole = set(store.list_keys(old.site_prefix))
    new_media = set(published_country.plan().copies) - set(old.copies)
    changes = len(new_media) + len(published_country.plan().files) + 1

    for step in range(1, changes + 1):
        with pytest.raises(StoreUnavailable):
            write_release(FailingStore(published_country.root, fails_at=step), published_country.plan())
        assert live_page(published_country, old) == old.pointer
        assert whole <= set(store.list_keys(old.site_prefix))
        if step % 20 == 0 or step == changes:
            assert problems(published_country, old) == []
        for copy in new_media:
            store.delete(old.key(copy.target))


def test_a_failure_after_the_last_step_leaves_the_new_release_whole(
    published_country: PublishedCountry, old: ReleasePlan
) -> None:
    new = published_country.plan()
    changes = len(set(new.copies) - set(old.copies)) + len(new.files) + 1

    with pytest.raises(StoreUnavailable):
        write_release(FailingStore(published_country.root, fails_at=changes, fails_after=True), new)

    assert live_page(published_country, new) == new.pointer
    assert problems(published_country, new) == []


def test_a_broken_release_is_finished_by_writing_it_again(
    published_country: PublishedCountry, old: ReleasePlan
) -> None:
    new = published_country.plan()
    with pytest.raises(StoreUnavailable):
        write_release(FailingStore(published_country.root, fails_at=30), new)
    assert live_page(published_country, old) == old.pointer

    report = write_release(published_country.store, new)

    assert report.kept > len(old.copies)
    assert live_page(published_country, new) == new.pointer
    assert problems(published_country, new) == []
