"""Ports, locks and folders: what is somebody else's is left alone, with a sentence."""

import socket
import subprocess
import sys

import pytest

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from presession.demo.place import fresh_installation, samples_folder
from presession.ports import free_port, refuse_taken_port, with_real_port
from presession.sole_use import sole_use


def test_a_taken_port_is_refused_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(WrongUsage, match=f"Port {port} is in use.*--port"):
            refuse_taken_port("127.0.0.1", port)
    refuse_taken_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(WrongUsage, match=r"cannot listen on 192\.0\.2\.1"):
        refuse_taken_port("192.0.2.1", 8000)


def test_port_0_becomes_a_free_one(tmp_path):
    settings = with_real_port(load_settings(data_dir=tmp_path, port=0))
    refuse_taken_port("127.0.0.1", settings.web.port)
    assert settings.public_url == f"http://127.0.0.1:{settings.web.port}"
    assert free_port("127.0.0.1") > 0


def test_a_data_folder_is_held_by_one_and_free_again_when_its_holder_is_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from presession.sole_use import sole_use\n"
        "with sole_use(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    with pytest.raises(WrongUsage, match="already runs on"), sole_use(tmp_path):
        pass
    holder.kill()
    holder.communicate()
    with sole_use(tmp_path):
        pass


def test_an_installation_of_an_earlier_demonstration_is_made_anew_and_samples_stay(tmp_path):
    (samples_folder(tmp_path, full=False) / "kept.mp4").touch()
    first = fresh_installation(tmp_path)
    (first / "left over").touch()
    assert not (fresh_installation(tmp_path) / "left over").exists()
    assert (tmp_path / "samples" / "kept.mp4").exists()


def test_a_folder_that_the_demonstration_did_not_make_is_never_touched(tmp_path):
    (tmp_path / "installation").mkdir()
    (tmp_path / "installation" / "mine").touch()
    with pytest.raises(WrongUsage, match="was not made by the demonstration"):
        fresh_installation(tmp_path)
    assert (tmp_path / "installation" / "mine").exists()


def test_a_link_to_elsewhere_is_never_followed(tmp_path):
    elsewhere = fresh_installation(tmp_path / "other")
    (tmp_path / "installation").symlink_to(elsewhere)
    with pytest.raises(WrongUsage, match="was not made by the demonstration"):
        fresh_installation(tmp_path)
    assert elsewhere.exists()
