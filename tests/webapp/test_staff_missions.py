"""Staff make, hand out and revoke missions' links."""

import re

from pipeline.records.tables import Event, MissionLink
from tests.fixtures.panels import load_plan, session_plan

PAGE = "/staff/36/missions/"


def test_links_are_made_from_lines_shown_once_and_revoked(anna, visit, sqlite_database):
    load_plan(sqlite_database, session_plan("36", MW=1, HN=1))
    made = anna.press(PAGE, PAGE, missions="Norway\nChile, MW, 2099-12-31", country="HN", until="2099-11-30")
    addresses = re.findall(r'value="https://portal\.example(/m/[\w-]+/)"', made.text)
    assert len(addresses) == 2
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
        answer = anna.press(PAGE, PAGE, missions=wrong, country="", until="2099-11-30")
        assert answer.status_code == 422, wrong
    assert "Line 2 cannot be read" in anna.press(PAGE, PAGE, missions="A\nB, XX", country="", until="2099-11-30").text
    with sqlite_database.read() as db:
        assert db.query(MissionLink).count() == 0
