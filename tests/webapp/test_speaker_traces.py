"""What a speaker leaves behind: nothing that tells who it was in any log, key, address, header, event or job."""

import base64
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest
from sqlalchemy import select

from pipeline.records.tables import Event, Job, StepResult, Upload
from tests.fixtures.documents import telling_docx
from tests.fixtures.portal import TUS, InvitedSpeaker, PortalProcess, csrf_token, patch

pytestmark = pytest.mark.slow

NAME = "Quetzalli Canary"
ORGANISATION = "Canary Watch of Xanadu"
EMAIL = "quetzalli.canary@xanadu.example"
FILE_NAME = "quetzalli-canary-statement"
ALIAS = "Canary Alias"
WORDS = "Canary sentence on Xanadu."
ADDRESS = "203.0.113.77"
BROWSER = "Canary-Browser/7.7"
CANARIES = ("canary", "quetzalli", "xanadu", ADDRESS)


@pytest.fixture
def speaker(portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker]) -> InvitedSpeaker:
    """Somebody whose name would be known again anywhere."""
    return invite(portal_process, name=NAME, organisation=ORGANISATION, email=EMAIL)


@pytest.fixture
def answers() -> list[httpx.Response]:
    """Everything that the portal answered."""
    return []


@pytest.fixture
def browser(speaker: InvitedSpeaker, answers: list[httpx.Response]) -> Iterator[httpx.Client]:
    """A browser that says much about itself."""
    told = {"User-Agent": BROWSER, "X-Forwarded-For": ADDRESS, "Referer": f"https://{ADDRESS}/{FILE_NAME}"}
    with closing(speaker.visit(headers=told, event_hooks={"response": [answers.append]})) as client:
        yield client


def test_nobody_is_told_by_what_a_visit_leaves(
    speaker: InvitedSpeaker, browser: httpx.Client, answers: list[httpx.Response]
) -> None:
    page = browser.get("/speaker/").text
    assert NAME in page
    _hand_in_all(browser, csrf_token(page))
    assert [answer.status_code for answer in answers if answer.status_code >= 400] == [404]
    left = _left_by(speaker.portal, answers)
    assert len(left) > 20
    assert [trace for trace in left if any(canary in trace.lower() for canary in CANARIES)] == []
    assert [trace for trace in left if speaker.token in trace and not trace.endswith(f"/s/{speaker.token}")] == []


def _hand_in_all(browser: httpx.Client, token: str) -> None:
    form = {"csrf_token": token}
    browser.post("/speaker/consent", data={**form, "recording": "public", "name-form": "alias", "alias": ALIAS})
    written = {"theme": WORDS, "text": WORDS, "recommendation-1": WORDS}
    browser.post("/speaker/contents", data={**form, **written})
    paper = {"paper": (f"{FILE_NAME}.docx", telling_docx())}
    browser.post("/speaker/papers/", data={**form, "title": WORDS}, files=paper)
    browser.post("/speaker/text-file", data=form, files={"document": (f"{FILE_NAME}.docx", telling_docx())})
    named = base64.b64encode(f"{FILE_NAME}.mp4".encode()).decode()
    begun = browser.post("/uploads/", headers={**TUS, "Upload-Length": "6", "Upload-Metadata": f"filename {named}"})
    patch(browser, httpx.URL(begun.headers["Location"]).path, 0, WORDS.encode()[:6])
    browser.post("/speaker/recording", data=form, files={"recording": (f"{FILE_NAME}.mp4", b"no video")})
    browser.post("/link/", data={**form, "email": EMAIL})
    browser.get(f"/speaker/nothing-here?{FILE_NAME}")


def _left_by(portal: PortalProcess, answers: list[httpx.Response]) -> list[str]:
    """Log lines, names of files and objects, rows of the record, addresses, headers."""
    files = [str(path.relative_to(portal.data_dir)) for path in portal.data_dir.rglob("*")]
    with portal.database.read() as db:
        rows = [
            str({name: value for name, value in vars(row).items() if not name.startswith("_")})
            for table in (Event, Job, StepResult, Upload)
            for row in db.scalars(select(table))
        ]
    headers = [f"{name}: {value}" for answer in answers for name, value in answer.headers.items()]
    asked = [str(answer.url) for answer in answers if "nothing-here" not in str(answer.url)]
    return [*portal.log.splitlines(), *files, *rows, *headers, *asked]
