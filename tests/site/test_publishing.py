"""A release in a store: written whole, shared media left alone, the pointer last, and taken away again."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain.errors import FinalError, WrongUsage
from pipeline.domain.packages import Package
from pipeline.domain.tokens import new_name
from pipeline.site.page_values import MissingStatement
from pipeline.site.publishing import (
    ReleaseIncomplete,
    caching_of,
    look_at_pointer,
    move_pointer,
    remove_media,
    remove_release,
    write_objects,
    write_release,
)
from pipeline.site.release import ReleasePlan, build_release
from pipeline.site.release_values import CountryRelease, PublishedMedia, StatementInRelease
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix
from pipeline.storage.store import ObjectChanged
from tests.site.values import cue, package

ASSETS = {"player.js": b"// player", "player.css": b"/* style */"}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def put_package(store: FolderStore, one: Package) -> PublishedMedia:
    prefix = package_prefix(new_name())
    for uri in one.media_uris():
        store.put_bytes(prefix + uri, f"bytes of {uri}".encode(), content_type="application/octet-stream")
    return PublishedMedia(one, prefix, new_name())


def put_statement(store: FolderStore, position: int) -> StatementInRelease:
    return StatementInRelease(
        position=position,
        media=put_package(store, package()),
        card=put_package(store, package([4.0])),
        organisation=f"Organisation {position}",
        speaker=None,
        theme="",
        language="en",
        subtitles={"fr": [cue(0, 1)]},
    )


def plan(*places: StatementInRelease | MissingStatement) -> ReleasePlan:
    return build_release(CountryRelease("36", "MW", "36th session", new_name(), places), ASSETS)


def keys(store: FolderStore, prefix: str = "site/36/mw/") -> set[str]:
    return set(store.list_keys(prefix))


def test_a_release_lies_below_the_country_s_prefix_with_its_types(store: FolderStore) -> None:
    one = plan(put_statement(store, 1))
    write_release(store, one)

    pointer = store.stat("site/36/mw/index.html")
    master = store.stat(f"site/36/mw/{one.manifest_uri}")

    assert pointer and master
    assert (pointer.content_type, pointer.cache_control) == ("text/html; charset=utf-8", "no-cache")
    assert master.content_type == "application/vnd.apple.mpegurl"
    assert store.read_bytes("site/36/mw/index.html") == one.pointer


def test_media_are_copied_as_they_are(store: FolderStore) -> None:
    statement = put_statement(store, 1)
    write_release(store, plan(statement))

    for uri in statement.media.package.media_uris():
        target = f"site/36/mw/media/{statement.media.name}/{uri}"
        assert store.read_bytes(target) == store.read_bytes(statement.media.source_prefix + uri)


def test_the_second_release_copies_nothing_again(store: FolderStore) -> None:
    statement = put_statement(store, 1)
    first = write_release(store, plan(statement))

    second = write_release(store, plan(replace(statement, subtitles={"fr": [cue(0, 2)]})))

    assert (first.copied, first.kept) == (second.kept, second.copied) == (len(plan(statement).copies), 0)


def test_a_damaged_copy_is_made_again(store: FolderStore) -> None:
    statement = put_statement(store, 1)
    write_release(store, plan(statement))
    target = f"site/36/mw/media/{statement.media.name}/poster.jpg"
    store.put_bytes(target, b"half", content_type="image/jpeg", cache_control=caching_of("media/x/poster.jpg"))

    report = write_release(store, plan(statement))

    assert report.copied == 1
    assert store.read_bytes(target) == b"bytes of poster.jpg"


def test_writing_twice_is_writing_once(store: FolderStore) -> None:
    one = plan(put_statement(store, 1))
    write_release(store, one)
    before = keys(store)

    write_release(store, one)

    assert keys(store) == before


def test_progress_goes_from_nothing_to_all(store: FolderStore) -> None:
    shares: list[float] = []

    write_release(store, plan(put_statement(store, 1)), shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_media_that_are_gone_stop_the_release(store: FolderStore) -> None:
    statement = put_statement(store, 1)
    store.delete(statement.media.source_prefix + "v180.mp4")

    with pytest.raises(FinalError, match="encoded again"):
        write_release(store, plan(statement))

    assert store.stat("site/36/mw/index.html") is None


class ForgetfulStore(FolderStore):
    """A store that loses what is written under one suffix."""

    def put_bytes(self, key: str, data: bytes, *, content_type: str, cache_control: str = "no-store") -> None:
        if not key.endswith("es.html"):
            super().put_bytes(key, data, content_type=content_type, cache_control=cache_control)


def test_what_is_not_there_afterwards_keeps_the_pointer_where_it_was(tmp_path: Path) -> None:
    store = ForgetfulStore(tmp_path)

    with pytest.raises(ReleaseIncomplete, match="old one stays live"):
        write_release(store, plan(put_statement(store, 1)))

    assert store.stat("site/36/mw/index.html") is None


def test_a_pointer_that_somebody_else_moved_since_it_was_looked_at_stays_theirs(store: FolderStore) -> None:
    mine, theirs = plan(put_statement(store, 1)), plan(put_statement(store, 2))
    seen = look_at_pointer(store, mine.site_prefix)
    write_release(store, theirs)
    write_objects(store, mine)

    with pytest.raises(ObjectChanged):
        move_pointer(store, mine, seen)

    assert store.read_bytes("site/36/mw/index.html") == theirs.pointer


def test_removing_a_release_leaves_media_and_other_releases(store: FolderStore) -> None:
    statement = put_statement(store, 1)
    old, new = plan(statement), plan(statement)
    write_release(store, old)
    write_release(store, new)

    removed = remove_release(store, old.site_prefix, old.release_uri.split("/")[1])

    assert removed == len(old.files)
    assert keys(store, new.site_prefix + new.release_uri)
    assert keys(store, f"site/36/mw/media/{statement.media.name}/")
    assert not keys(store, old.site_prefix + old.release_uri)


def test_removing_media_takes_one_statement_alone(store: FolderStore) -> None:
    first, second = put_statement(store, 1), put_statement(store, 2)
    write_release(store, plan(first, second))

    remove_media(store, "site/36/mw/", first.media.name)

    assert not keys(store, f"site/36/mw/media/{first.media.name}/")
    assert keys(store, f"site/36/mw/media/{second.media.name}/")


def test_a_withdrawn_statement_leaves_its_place_and_nothing_else(store: FolderStore) -> None:
    first, second = put_statement(store, 1), put_statement(store, 2)
    assert b"Organisation 1" in plan(first, second).pointer

    without = plan(MissingStatement(1), second)

    written = [*without.files.values(), without.pointer]
    assert not any(b"Organisation 1" in data or first.media.name.encode() in data for data in written)
    assert not any(copy.target.startswith(f"media/{first.media.name}") for copy in without.copies)


def test_a_release_with_nothing_left_still_has_a_page(store: FolderStore) -> None:
    empty = plan(MissingStatement(1))

    write_release(store, empty)

    assert empty.manifest_uri == ""
    assert b"not available" in store.read_bytes("site/36/mw/index.html")


def test_two_statements_at_one_place_are_refused(store: FolderStore) -> None:
    with pytest.raises(WrongUsage, match="same place"):
        plan(put_statement(store, 1), put_statement(store, 1))


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("index.html", "no-cache"),
        ("r/x/assets/player.js", "public, max-age=31536000, immutable"),
        ("r/x/en.html", "public, max-age=300"),
        ("media/x/v180.mp4", "public, max-age=300"),
    ],
)
def test_caches_keep_only_the_player_for_long(path: str, caching: str) -> None:
    assert caching_of(path) == caching
