"""A release is the same in every store: the same objects, types and caching, and gone when taken down."""

import pytest

from pipeline.domain.tokens import new_name
from pipeline.site.publishing import remove_media, remove_release, write_release
from pipeline.site.release import build_release
from pipeline.site.release_values import CountryRelease, PublishedMedia, StatementInRelease
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix
from pipeline.storage.s3 import S3Store
from pipeline.storage.store import ObjectInfo, ObjectStore
from tests.site.values import cue, package

SITE = "site/36/mw/"


@pytest.fixture(scope="module")
def release() -> CountryRelease:
    media, card = (PublishedMedia(package(), package_prefix(new_name()), new_name()) for _ in range(2))
    statement = StatementInRelease(
        position=1,
        media=media,
        card=card,
        organisation="Centre for Open Wells",
        speaker=None,
        theme="",
        language="en",
        subtitles={"fr": [cue(0, 1)]},
    )
    return CountryRelease("36", "MW", "36th session", new_name(), [statement])


def publish(store: ObjectStore, release: CountryRelease) -> list[ObjectInfo | None]:
    for statement in release.statements:
        for media in (statement.media, statement.card):
            for uri in media.package.media_uris():
                store.put_bytes(media.source_prefix + uri, uri.encode(), content_type="application/octet-stream")
    write_release(store, build_release(release, {"player.js": b"// player"}))
    return [store.stat(key) for key in store.list_keys(SITE)]


def test_a_release_is_the_same_in_s3_as_in_a_folder(
    folder_store: FolderStore, s3_store: S3Store, release: CountryRelease
) -> None:
    objects = publish(s3_store, release)
    assert len(objects) > 10
    assert objects == publish(folder_store, release)


def test_what_is_taken_down_is_gone(store: ObjectStore, release: CountryRelease) -> None:
    publish(store, release)
    (statement,) = release.statements
    assert remove_release(store, SITE, release.name) > 0
    for media in (statement.media, statement.card):
        assert remove_media(store, SITE, media.name) > 0
    assert list(store.list_keys(SITE)) == ["site/36/mw/index.html"]
    assert len(list(store.list_keys("packages/"))) > 5
