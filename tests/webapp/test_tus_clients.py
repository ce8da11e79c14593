"""The upload with other people's clients: tuspy, and tus-js-client under Node. Chromium's is in the journeys."""

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from tusclient.client import TusClient

from tests.fixtures.portal import InvitedSpeaker

DATA = os.urandom(3_000_000)
NODE_CLIENT = Path(__file__).parent / "tus_node_client.mjs"


def cookie(visitor: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


def test_tuspy_uploads_in_chunks(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    client = TusClient(f"{invited.portal.url}/uploads/", headers={"Cookie": cookie(visitor)})
    uploader = client.uploader(file_stream=BytesIO(DATA), chunk_size=700_000, metadata={"filename": "a.mp4"})
    uploader.upload()
    assert uploader.offset == len(DATA)
    assert invited.original() == DATA


def test_tuspy_resumes_with_checksums(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    client = TusClient(f"{invited.portal.url}/uploads/", headers={"Cookie": cookie(visitor)})
    first = client.uploader(file_stream=BytesIO(DATA), chunk_size=500_000, upload_checksum=True)
    first.upload(stop_at=1_000_000)
    second = client.uploader(file_stream=BytesIO(DATA), chunk_size=500_000, url=first.url, upload_checksum=True)
    assert second.offset == 1_000_000
    second.upload()
    assert invited.original() == DATA


@pytest.mark.parametrize("chunk_bytes", [400_000, 10_000_000])
def test_tus_js_client_uploads(
    invited: InvitedSpeaker, visitor: httpx.Client, tmp_path: Path, chunk_bytes: int
) -> None:
    node = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    assert node is not None, "Node is missing; `make setup` installs one."
    path = tmp_path / "recording"
    path.write_bytes(DATA)
    argv = [node, NODE_CLIENT, f"{invited.portal.url}/uploads/", cookie(visitor), path, str(chunk_bytes)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{invited.portal.url}/uploads/")
    assert invited.original() == DATA
