"""Private servers for several machines to share: PostgreSQL and S3. They come with what the tests need."""

import contextlib
from collections.abc import Iterator

from tests.fixtures.ceph import PrivateCeph
from tests.fixtures.postgresql import PrivatePostgres


@contextlib.contextmanager
def private_ceph() -> Iterator[PrivateCeph]:
    """S3 for a block, for any number of installations."""
    ceph = PrivateCeph()
    try:
        yield ceph
    finally:
        ceph.stop()


@contextlib.contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """A database for one installation, whose processes hold dozens of connections."""
    postgres = PrivatePostgres()
    try:
        yield postgres
    finally:
        postgres.stop()
