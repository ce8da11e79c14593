"""Staff make, hand out and revoke missions' links."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from pipeline.records.tables import Event, MissionLink
from tests.fixtures.panels import load_plan, session_plan

PAGE = "/staff/36/missions/"


def test_links_are_made_from_lines_shown_once_and_revoked(anna, visit, sqlite_database):
    load_plan(sqlite_database, session_plan("36", MW=1, HN=1))
    sent = {"missions": "Norway\nChile, MW, 2099-12-31", "country": "HN", "until": "2099-11-30", "language": "es"}
    made = anna.press(PAGE, PAGE, **sent)
    mails = [unquote(mail) for mail in re.findall(r'href="mailto:\?([^"]+)"', made.text)]
    assert "Declaraciones de la sociedad civil: Malaui – Session for tests" in mails[1]
    assert "hasta el 31 de diciembre de 2099" in mails[1]
    addresses = re.findall(r'value="https://portal\.example(/m/[\w-]+/)"', made.text)
    assert len(addresses) == 2
    assert all(address in mail for address, mail in zip(addresses, mails, strict=True))
    assert visit().get(addresses[1]).location == "mw/"
    assert visit().get(addresses[0]).location == "hn/"
    shown = anna.get(PAGE).text
    assert "Norway" in shown
    assert not any(address in shown for address in addresses), "a link is shown once"
    with sqlite_database.read() as db:
        link = db.query(MissionLink).filter_by(label="Norway").one()
        assert all(address.split("/")[2] not in str(vars(link)) for address in addresses)
    assert anna.press(PAGE, f"{PAGE}{link.id}/revoke").status_code == 303
    assert visit().get(addresses[0]).status_code == 404
    with sqlite_database.read() as db:
        events = [event for event in db.query(Event) if event.name.startswith("mission_link.")]
        assert [event.name for event in events] == [*["mission_link.issued"] * 2, "mission_link.revoked"]
        assert not any("Norway" in str(event.facts) for event in events)


def test_a_table_that_cannot_be_read_makes_no_link(anna, sqlite_database):
    load_plan(sqlite_database, session_plan("36", MW=1))
    for wrong in ("Norway\nChile, XX", "Norway, MW, soon", "", "x" * 200):
        answer = answer_to(anna, wrong)
        assert answer.status_code == 422, wrong
    assert "Line 2 cannot be read" in answer_to(anna, "A\nB, XX").text
    with sqlite_database.read() as db:
        assert db.query(MissionLink).count() == 0


def test_what_ends_soon_is_marked_and_all_that_was_seen_is_revoked_at_once(anna, sqlite_database):
    load_plan(sqlite_database, session_plan("36", MW=1))
    now = datetime.now(UTC)
    for label, days in (("Norway", 3), ("Chile", 40)):
        anna.press(PAGE, PAGE, missions=label, country="", until=f"{now + timedelta(days):%Y-%m-%d}", language="en")
    page = anna.get(PAGE).text
    assert page.count("ends in 3 days") == 1
    assert "0 of 2 missions have watched." in page
    with sqlite_database.begin() as db:
        later = MissionLink(
            pre_session_id=1, label="Peru", token_hash="x", created_at=now, expires_at=now + timedelta(9)
        )
        db.add(later)
    seen = re.search(r'name="links" value="([\d ]+)"', page)[1]
    revoked = anna.press(PAGE, f"{PAGE}revoke", links=seen)
    assert revoked.status_code == 303
    assert "2 links open nothing any more." in anna.get(PAGE).text
    with sqlite_database.read() as db:
        good = [link.label for link in db.query(MissionLink).filter(MissionLink.revoked_at.is_(None))]
    assert good == ["Peru"], "what nobody had on the screen stays"


def answer_to(anna, missions):
    return anna.press(PAGE, PAGE, missions=missions, country="", until="2099-11-30", language="en")
