"""The upload with other people's clients: tuspy, tus-js-client under Node, Uppy in Chromium."""

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from tusclient.client import TusClient

from tests.fixtures.browser import OpenPage
from tests.fixtures.portal import InvitedSpeaker

pytestmark = pytest.mark.slow

DATA = os.urandom(3_000_000)
HERE = Path(__file__).parent
NODE_CLIENT, UPPY_CLIENT = HERE / "tus_node_client.mjs", HERE / "uppy_client.mjs"
NODE_MODULES = HERE.parents[1] / "webapp/frontend/node_modules"
ESBUILD = NODE_MODULES / "esbuild/bin/esbuild"


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


@pytest.mark.parametrize("options", [("400000",), ("10000000",), ("700000", "open")])
def test_tus_js_client_uploads(
    invited: InvitedSpeaker, visitor: httpx.Client, tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = tmp_path / "recording"
    path.write_bytes(DATA)
    said = run_node(NODE_CLIENT, f"{invited.portal.url}/uploads/", cookie(visitor), path, *options)
    assert said.startswith(f"{invited.portal.url}/uploads/")
    assert invited.original() == DATA


@pytest.mark.slow
@pytest.mark.browser
def test_uppy_uploads_in_a_browser(invited: InvitedSpeaker, open_page: OpenPage, tmp_path: Path) -> None:
    bundle = tmp_path / "uppy.js"
    run_node(ESBUILD, UPPY_CLIENT, "--bundle", f"--outfile={bundle}", "--log-level=error", NODE_PATH=NODE_MODULES)
    watched = open_page(bypass_csp=True, base_url=invited.portal.url)
    page = watched.page
    page.goto(f"/s/{invited.token}")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/speaker/")
    page.add_script_tag(path=bundle)
    options = {"endpoint": "/uploads/", "bytes": 1_500_000, "chunkSize": 400_000}
    address = page.evaluate("options => uploadWithUppy(options)", options)
    assert address.startswith(f"{invited.portal.url}/uploads/")
    assert invited.original() == bytes((index * 7 + (index >> 8)) % 251 for index in range(1_500_000))
    assert watched.requests_outside(invited.portal.url) == []


def run_node(script: Path, *arguments: object, **environment: object) -> str:
    """What a script says; it has to end well."""
    node = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    assert node is not None, "Node is missing; `make setup` installs one."
    argv = [node, script, *map(str, arguments)]
    variables = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, env=variables)
    assert done.returncode == 0, done.stderr
    return done.stdout
