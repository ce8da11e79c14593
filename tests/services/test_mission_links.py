"""Missions' links in the records: how long they are kept with their counts."""

from datetime import UTC, datetime, time, timedelta

from pipeline.domain.retention import DEFAULT_DAYS, RetentionClass
from pipeline.records.tables import Event, MissionLink, MissionOpening, PreSession
from pipeline.services.events import SYSTEM
from pipeline.services.mission_links import count_use, find_reach, forget_old_mission_links, issue_mission_link
from tests.fixtures.clock import NOW
from tests.fixtures.panels import load_plan, session_plan

KEPT = timedelta(days=DEFAULT_DAYS[RetentionClass.PERSONAL_DATA])


def test_links_and_counts_go_with_the_session_s_personal_data_and_not_before_they_end(database):
    load_plan(database, session_plan(MW=1))
    with database.begin() as db:
        session = db.query(PreSession).one()
        over = datetime.combine(session.ends_on, time.min, UTC) + KEPT

        def issue(label, until):
            told = {"label": label, "country": None, "expires_at": until, "actor": SYSTEM, "now": NOW}
            return issue_mission_link(db, session, **told)

        token = issue("Norway", over - timedelta(days=1))
        issue("Chile", over + timedelta(days=9))
        reach = find_reach(db, token, "MW", now=NOW)
        for is_playing in (False, False, True):
            count_use(db, reach, is_playing=is_playing, now=NOW)
        use = db.query(MissionOpening).one()
        assert (use.opened, use.played, use.last_on) == (2, 1, NOW.date())

        assert forget_old_mission_links(db, now=over - timedelta(seconds=1)) == 0
        assert forget_old_mission_links(db, now=over) == 1
        assert [link.label for link in db.query(MissionLink)] == ["Chile"], "what still opens something stays"
        assert db.query(MissionOpening).count() == 0
        assert db.query(Event).filter_by(name="mission_link.issued").count() == 2
