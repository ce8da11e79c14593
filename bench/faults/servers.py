"""Private servers for several machines to share: PostgreSQL and S3. They come with what the tests need."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.fixtures.ceph import PrivateCeph
from tests.fixtures.postgresql import PrivatePostgres


@dataclass(frozen=True)
class Servers:
    """What machines share."""

    postgres: PrivatePostgres
    ceph: PrivateCeph


@contextlib.contextmanager
def private_servers() -> Iterator[Servers]:
    """Both, for a block."""
    with contextlib.ExitStack() as stack:
        postgres = PrivatePostgres()
        stack.callback(postgres.stop)
        ceph = PrivateCeph()
        stack.callback(ceph.stop)
        yield Servers(postgres, ceph)
