"""The embedded broker: on a private socket, alone, and back after it was killed."""

import os
import shutil
import signal
import stat
import time
from pathlib import Path

import pytest

from config.settings import LONGEST_SOCKET_PATH, Settings
from pipeline.domain.jobs import Queue
from workers.broker import BrokerNotStarted, broker_answers, start_broker
from workers.producer import CeleryProducer


@pytest.fixture(params=["short", "long", "odd"])
def settings(request, tmp_path):
    names = {"short": "data", "long": "l" * 120, "odd": "with space, é and 100%"}
    return Settings(data_dir=tmp_path / names[request.param])


@pytest.fixture
def broker(settings):
    server = start_broker(settings)
    yield server
    server.stop(5)
    if not settings.broker_socket.is_relative_to(settings.data_dir):
        shutil.rmtree(settings.broker_socket.parent)


def _send(settings):
    producer = CeleryProducer(settings)
    try:
        producer.send(1, Queue.ENCODE)
    finally:
        producer.close()


def test_it_takes_messages_on_a_socket_that_only_its_user_can_reach(settings, broker):
    _send(settings)
    path = settings.broker_socket
    assert len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_it_listens_on_no_port(settings, broker):
    sockets = {str(entry.readlink()) for entry in Path(f"/proc/{broker.pid}/fd").iterdir()}
    inodes = {name[8:-1] for name in sockets if name.startswith("socket:")}
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert not [fields for fields in listening if fields[9] in inodes]


def test_a_second_one_for_the_same_folder_is_refused(settings, broker):
    with pytest.raises(BrokerNotStarted, match="already runs"):
        start_broker(settings)
    assert broker_answers(settings.broker_socket)


def test_the_socket_of_a_killed_one_is_taken_over(settings, broker):
    os.kill(broker.pid, signal.SIGKILL)
    assert broker.wait(5) is not None
    assert settings.broker_socket.exists()
    again = start_broker(settings)
    try:
        _send(settings)
    finally:
        again.stop(5)


def test_a_sender_is_told_quickly_that_the_broker_is_away(settings):
    started = time.monotonic()
    with pytest.raises(Exception, match=r"(?i)connect|no such file"):
        _send(settings)
    assert time.monotonic() - started < 5


def test_a_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    settings = Settings(data_dir=tmp_path / ("l" * 120))
    place = settings.broker_socket.parent
    place.symlink_to(tmp_path)
    try:
        with pytest.raises(BrokerNotStarted, match="belongs to somebody else"):
            start_broker(settings)
    finally:
        place.unlink()
