"""Personal links at the door: a button, no change by looking, one answer for all that does not work."""

import socket
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select

from pipeline.records.tables import Event, SpeakerLink, Statement
from pipeline.services.links import issue_link, revoke_links
from tests.fixtures.clock import NOW
from tests.fixtures.panels import STAFF
from tests.fixtures.portal import InvitedSpeaker, PortalProcess, csrf_token


def events(invited: InvitedSpeaker) -> int:
    with invited.portal.database.read() as db:
        return db.scalar(select(func.count()).select_from(Event)) or 0


def test_looking_at_a_link_changes_nothing_and_gives_nothing(invited: InvitedSpeaker) -> None:
    before = events(invited)
    with httpx.Client(base_url=invited.portal.url) as scanner:
        for _ in range(3):
            page = scanner.get(f"/s/{invited.token}", follow_redirects=True)
            assert page.status_code == 200
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert page.headers["Cache-Control"] == "no-store"
        assert scanner.head(f"/s/{invited.token}").status_code == 200
        assert scanner.get("/speaker/").status_code == 403
    assert events(invited) == before
    assert "Organisation 1" not in page.text


def test_the_button_opens_the_page_and_the_token_is_left_behind(invited: InvitedSpeaker) -> None:
    with closing(invited.visit()) as client:
        page = client.get("/speaker/")
        assert page.status_code == 200
        assert "Organisation 1" in page.text
        assert invited.token not in page.text + str(page.headers) + str(dict(client.cookies))
    with httpx.Client(base_url=invited.portal.url) as other:
        shown = other.get(f"/s/{invited.token}")
        entered = other.post(f"/s/{invited.token}", data={"csrf_token": csrf_token(shown.text)})
        assert entered.headers["Location"] == "/speaker/"
        (cookie,) = [header for header in entered.headers.get_list("set-cookie") if header.startswith("presession=")]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_a_press_from_another_site_is_refused(invited: InvitedSpeaker) -> None:
    with httpx.Client(base_url=invited.portal.url) as client:
        assert client.post(f"/s/{invited.token}").status_code == 400
        assert client.get("/speaker/").status_code == 403


def wrong(invited: InvitedSpeaker) -> str:
    return "A" * 43


def expired(invited: InvitedSpeaker) -> str:
    with invited.portal.database.begin() as db:
        db.query(SpeakerLink).filter_by(statement_id=invited.statement_id).update({"expires_at": datetime.now(UTC)})
    return invited.token


def revoked(invited: InvitedSpeaker) -> str:
    with invited.portal.database.begin() as db:
        revoke_links(db, statement=db.get_one(Statement, invited.statement_id), actor=STAFF, now=NOW)
    return invited.token


def replaced(invited: InvitedSpeaker) -> str:
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        issue_link(db, statement=statement, expires_at=NOW + timedelta(days=3650), actor=STAFF, now=NOW)
    return invited.token


@pytest.mark.parametrize("spoil", [wrong, expired, revoked, replaced])
def test_what_does_not_work_gets_one_and_the_same_answer(
    invited: InvitedSpeaker, spoil: Callable[[InvitedSpeaker], str]
) -> None:
    token = spoil(invited)
    with httpx.Client(base_url=invited.portal.url) as client:
        given, known = client.get(f"/s/{token}"), client.get("/s/" + "B" * 43)
        assert given.status_code == known.status_code == 404
        assert same_shape(given.text, token) == same_shape(known.text, "B" * 43)
        pressed = client.post(f"/s/{token}", data={"csrf_token": csrf_token(known.text)})
        assert pressed.status_code == 404
        assert same_shape(pressed.text, token) == same_shape(known.text, "B" * 43)


def same_shape(page: str, token: str) -> str:
    """A page without what differs from answer to answer: the address itself and the form's token."""
    return page.replace(token, "…").replace(csrf_token(page), "…")


def test_a_visit_ends_with_its_link(invited: InvitedSpeaker) -> None:
    with closing(invited.visit()) as client:
        assert client.get("/speaker/").status_code == 200
        revoked(invited)
        assert client.get("/speaker/").status_code == 403
        assert client.get("/speaker/status.json").status_code == 403


def test_leaving_ends_the_visit_in_this_browser_only(invited: InvitedSpeaker) -> None:
    with closing(invited.visit()) as home, closing(invited.visit()) as cafe:
        token = csrf_token(cafe.get("/speaker/").text)
        assert cafe.post("/speaker/leave", data={"csrf_token": token}, follow_redirects=True).status_code == 200
        assert cafe.get("/speaker/").status_code == 403
        assert home.get("/speaker/").status_code == 200


@pytest.mark.parametrize(("spoken", "shown"), [("fr", "fr"), ("es", "es"), ("en", "en"), ("mn", "en")])
def test_the_first_page_speaks_the_speakers_language(
    portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker], spoken: str, shown: str
) -> None:
    invited = invite(portal_process, language=spoken)
    page = httpx.get(f"{portal_process.url}/s/{invited.token}", headers={"Accept-Language": "en"})
    assert f'<html lang="{shown}"' in page.text


@pytest.mark.slow
def test_no_log_line_holds_a_token_an_address_or_an_upload(make_portal, invite) -> None:
    portal = make_portal()
    invited = invite(portal)
    with closing(invited.visit()) as client:
        client.get("/speaker/")
        client.post(f"/s/{invited.token}?x=1", data={"csrf_token": "wrong"})
        client.request("BREW", f"/s/{invited.token}")
    with socket.create_connection(("127.0.0.1", portal.port)) as garbled:
        garbled.sendall(f"GET /s/{invited.token} HTTP/1.1\r\nno header {invited.token}\r\n\r\n".encode())
        garbled.recv(100)
    portal.stop()
    assert invited.token not in portal.log
    assert "/s/" not in portal.log
    assert "127.0.0.1" not in portal.log.replace(portal.url, "")


@pytest.mark.parametrize("address", ["/s/", "/s/%20", "/s/%00", "/s/" + "é" * 43, "/s/" + "A" * 3000])
def test_a_link_without_its_secret_gets_the_same_page(portal_process: PortalProcess, address: str) -> None:
    answer = httpx.get(f"{portal_process.url}{address}")
    assert answer.status_code == 404
    assert "/link/" in answer.text


@pytest.mark.parametrize("added", [".", ")", "%3E", ",%20"])
def test_what_a_mail_program_adds_to_a_link_does_no_harm(invited: InvitedSpeaker, added: str) -> None:
    assert httpx.get(f"{invited.portal.url}/s/{invited.token}{added}").status_code == 200


def test_a_link_opens_twice_and_on_two_machines(invited: InvitedSpeaker) -> None:
    with closing(invited.visit()) as telephone, closing(invited.visit()) as computer, closing(invited.visit()) as again:
        for client in (telephone, computer, again):
            assert client.get("/speaker/").status_code == 200


def test_a_foreign_link_opens_its_own_statement_and_never_both(
    portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker]
) -> None:
    mine, other = invite(portal_process, organisation="Mine"), invite(portal_process, organisation="Of another")
    with closing(mine.visit()) as client:
        shown = client.get(f"/s/{other.token}")
        assert "Of another" not in shown.text
        client.post(f"/s/{other.token}", data={"csrf_token": csrf_token(shown.text)})
        page = client.get("/speaker/").text
        assert "Of another" in page
        assert "Mine" not in page


def page_language(invited: InvitedSpeaker) -> str:
    with invited.portal.database.read() as db:
        return db.get_one(Statement, invited.statement_id).page_language


def test_the_language_of_the_link_and_of_the_menu_is_the_one_mails_come_in(invited: InvitedSpeaker) -> None:
    with httpx.Client(base_url=invited.portal.url) as client:
        address = f"/s/{invited.token}?lang=ru"
        token = csrf_token(client.get(address).text)
        assert page_language(invited) == "", "looking changes nothing"
        client.post(address, data={"csrf_token": token})
        assert page_language(invited) == "ru"
        menu = csrf_token(client.get("/speaker/").text)
        client.post("/language", data={"csrf_token": menu, "language": "ar", "next": "/speaker/"})
        assert page_language(invited) == "ar"
    with httpx.Client(base_url=invited.portal.url) as stranger:
        menu = csrf_token(stranger.get("/link/").text)
        stranger.post("/language", data={"csrf_token": menu, "language": "fr"})
    assert page_language(invited) == "ar"
