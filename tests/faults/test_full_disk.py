"""A disk without room: both ways to hand in say so in a sentence, keep what they can, and take no half recordings."""

import shutil
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from pipeline.domain.tokens import new_name
from pipeline.storage.spool import Spool
from tests.fixtures.portal import begin, csrf_token, offset_of, patch

ROOM = 3_000_000
DATA = b"x" * (ROOM + 1_000_000)


@pytest.mark.slow
def test_a_disk_that_fills_up_is_told_and_what_had_arrived_is_kept(make_portal, invite) -> None:
    invited = invite(make_portal(file_bytes=ROOM))
    with closing(invited.visit()) as visitor:
        path = begin(visitor, len(DATA))
        # A connection that was not read to its end is not used again; browsers see to that, this client has to say so.
        assert patch(visitor, path, 0, DATA, Connection="close").status_code == 507
        assert offset_of(visitor, path) == ROOM
        refused = hand_in(visitor)
        assert refused.status_code == 507
        assert "Our server has no room at the moment" in refused.text
        assert len(invited.portal.spool.names()) == 1  # the resumable one
    assert invited.recordings() == []


def hand_in(visitor: httpx.Client) -> httpx.Response:
    """Send the plain form."""
    fields = {"csrf_token": csrf_token(visitor.get("/speaker/").text)}
    return visitor.post("/speaker/recording", data=fields, files={"recording": ("a.mp4", DATA)})


def test_a_spool_knows_what_its_disk_can_hold(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "not" / "yet")
    assert spool.has_room(1)
    assert not spool.has_room(shutil.disk_usage(tmp_path).total + 1)
    spool.create(new_name())
    assert spool.has_room(1)
