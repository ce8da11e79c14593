"""One country's panel: order, links, and publication with its preconditions."""

import pytest

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.standings import Standing
from pipeline.records.tables import Consent, Event, Job, Release, Speaker, SpeakerLink
from pipeline.services.statements import reopen
from presession.demo.pages import read_portal_page
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import (
    STAFF,
    approve_new_recording,
    country_of,
    load_plan,
    session_plan,
    speaker_plan,
    statement_of,
)
from tests.fixtures.standings import bring_to, publish

pytestmark = pytest.mark.slow

PANEL = "/staff/36/MW/"
PUBLICATION = f"{PANEL}publish"


@pytest.fixture
def panel(sqlite_database) -> None:
    """Malawi with three speakers."""
    plans = [speaker_plan(1), speaker_plan(2, language="fr"), speaker_plan(3, language="mn")]
    load_plan(sqlite_database, session_plan(MW=plans))


def _order(database) -> list[str]:
    with database.read() as db:
        return [speaker.name for speaker in country_of(db, "MW").speakers]


def _move(anna, number, direction):
    forms = [form for form in anna.open(PANEL).forms if form.action.endswith("/order")]
    return anna.send(forms[number - 1], direction=direction)


def test_a_speaker_is_moved_up_and_down(anna, panel, sqlite_database):
    answer = _move(anna, 3, "up")
    assert answer.status_code == 303
    assert _order(sqlite_database) == ["Speaker 1", "Speaker 3", "Speaker 2"]
    _move(anna, 1, "down")
    assert _order(sqlite_database) == ["Speaker 3", "Speaker 1", "Speaker 2"]
    with sqlite_database.read() as db:
        assert [speaker.position for speaker in country_of(db, "MW").speakers] == [1, 2, 3]
        assert db.query(Event).filter(Event.name == "country.reordered").count() == 2


def test_at_the_ends_nothing_moves(anna, panel, sqlite_database):
    _move(anna, 1, "up")
    _move(anna, 3, "down")
    assert _order(sqlite_database) == ["Speaker 1", "Speaker 2", "Speaker 3"]


def test_a_speaker_of_another_country_is_not_moved(anna, panel, sqlite_database):
    load_plan(sqlite_database, session_plan("37", HN=2))
    with sqlite_database.read() as db:
        stranger = db.query(Speaker).order_by(Speaker.id.desc()).first().id
    forms = [form for form in anna.open(PANEL).forms if form.action.endswith("/order")]
    assert anna.send(forms[0], speaker_id=stranger, direction="up").status_code == 409


@pytest.mark.parametrize("values", [{"direction": "sideways"}, {"direction": ""}, {"speaker_id": "x"}])
def test_a_mangled_move_is_refused(anna, panel, values):
    form = next(form for form in anna.open(PANEL).forms if form.action.endswith("/order"))
    assert anna.send(form, **{"direction": "up", **values}).status_code == 400


def _issue(anna, position=1):
    """The answer to issuing a link, and the link's path."""
    forms = [form for form in anna.open(PANEL).forms if form.action.endswith("/link")]
    answer = anna.send(forms[position - 1])
    return answer, answer.text.split('value="https://portal.example')[1].split('"')[0]


@pytest.mark.parametrize(
    ("position", "ending", "greeting"),
    [(1, "?lang=en", "Dear Speaker 1,"), (2, "?lang=fr", "Bonjour Speaker 2,"), (3, "?lang=en", "Dear Speaker 3,")],
)
def test_a_link_comes_with_a_message_in_the_speakers_language(anna, panel, position, ending, greeting):
    answer, link = _issue(anna, position)
    assert answer.status_code == 200
    assert link.endswith(ending)
    assert greeting in answer.text


def test_a_link_is_shown_once_and_never_kept(anna, panel, sqlite_database):
    answer, link = _issue(anna)
    assert answer.headers["Cache-Control"] == "no-store"
    token = link.removeprefix("/s/").partition("?")[0]
    assert len(token) >= 43
    assert token not in anna.get(PANEL).text
    with sqlite_database.read() as db:
        assert token not in str([vars(kept) for kept in db.query(SpeakerLink)])


def test_the_link_opens_the_speakers_page(anna, panel, portal):
    path = _issue(anna)[1].partition("?")[0]
    speaker = Browser(portal)
    assert speaker.press(path, path).location == "/speaker/"
    assert speaker.get("/speaker/").status_code == 200


def test_a_new_link_ends_the_old_one_and_revoking_ends_all(anna, panel, portal):
    first, second = _issue(anna)[1], _issue(anna)[1]
    stranger = Browser(portal)
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert anna.press(PANEL, "/revoke-link").status_code == 303
    assert stranger.get(second).status_code == 404


def test_nothing_approved_cannot_be_published(anna, panel, sqlite_database):
    page = anna.get(PANEL).text
    assert "Cannot be published yet: no statement is approved." in page
    with pytest.raises(Exception, match="no form"):
        anna.open(PUBLICATION).form("/publish")


def _approve(database, *positions):
    with database.begin() as db:
        for position in positions:
            approve_new_recording(db, statement_of(db, "MW", position))


def _press_publish(anna, **values):
    """Look at what publishing means, say yes to everything, and press the button."""
    form = anna.open(PUBLICATION).form("/publish")
    return anna.send(form, **{"confirmed": form.choices.get("confirmed", []), **values})


def test_publishing_says_what_will_be_seen_and_has_it_made(anna, panel, sqlite_database, producer):
    _approve(sqlite_database, 1, 3)
    page = anna.get(PANEL).text
    assert "Everybody will see:" in page
    assert "Organisation 1, Speaker 1" in page
    assert "Left out:" in page
    assert "Publish 2 statements for everybody" in anna.get(PUBLICATION).text
    answer = _press_publish(anna)
    assert answer.location == PANEL
    with sqlite_database.read() as db:
        job = db.query(Job).filter(Job.kind == JobKind.RELEASE).one()
        assert job.state is JobState.QUEUED
        assert [item.position for item in db.get_one(Release, job.subject_id).items] == [1, 3]
        assert job.id in [job_id for job_id, _queue in producer.sent]
    assert "Being published" in anna.get(PANEL).text


def test_a_missing_consent_is_named_and_blocks(anna, panel, sqlite_database):
    _approve(sqlite_database, 1, 2)
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW", 2)
        db.add(
            Consent(
                statement_id=statement.id,
                item=ConsentItem.RECORDING,
                audience=Audience.NOBODY,
                words_version="test",
                given_at=NOW,
            )
        )
    page = anna.get(PANEL).text
    assert "Cannot be published yet:" in page
    assert "The speaker does not want it to be published." in page


def test_an_approval_taken_back_meanwhile_publishes_nothing(anna, panel, sqlite_database):
    _approve(sqlite_database, 1)
    form = anna.open(PUBLICATION).form("/publish")
    with sqlite_database.begin() as db:
        reopen(db, statement_of(db, "MW", 1), actor=STAFF, now=NOW)
    answer = anna.send(form, confirmed=form.choices["confirmed"])
    assert answer.status_code == 409
    assert "nothing was published" in answer.text
    with sqlite_database.read() as db:
        assert db.query(Release).count() == 0


def test_what_is_out_is_linked_and_said_to_be_up_to_date(anna, panel, sqlite_database):
    _approve(sqlite_database, 1)
    with sqlite_database.begin() as db:
        publish(db, country_of(db, "MW"))
    page = anna.get(PANEL).text
    assert 'href="/watch/36/mw/"' in page
    assert "What is published is up to date." in page
    _approve(sqlite_database, 2)
    page = anna.get(PANEL).text
    assert "Changed since it was published" in page
    assert "Publish the changes …" in page


def test_a_failed_publication_can_be_tried_again(anna, panel, sqlite_database):
    _approve(sqlite_database, 1)
    _press_publish(anna)
    with sqlite_database.begin() as db:
        job = db.query(Job).filter(Job.kind == JobKind.RELEASE).one()
        job.state, job.told_staff = JobState.FAILED, "The disk is full."
    page = anna.get(PANEL).text
    assert "what was published before is still there" in page
    assert "The disk is full." in page
    assert _press_publish(anna).status_code == 303
    with sqlite_database.read() as db:
        assert db.query(Job).filter(Job.kind == JobKind.RELEASE, Job.state == JobState.QUEUED).count() == 1


@pytest.mark.parametrize("standing", Standing)
def test_the_panel_can_be_shown_at_every_standing(anna, panel, sqlite_database, standing):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), standing)
    assert anna.get(PANEL).status_code == 200
    assert anna.get(f"{PANEL}live.json").json["statements"][0]["standing"] == standing.value


def test_each_question_wants_a_yes_and_what_was_ticked_stays(anna, panel, sqlite_database):
    _approve(sqlite_database, 1)
    answer = _press_publish(anna, confirmed=["left_out"])
    assert answer.status_code == 422
    assert "Nothing was published yet" in answer.text
    assert read_portal_page(answer.text, PUBLICATION).form("/publish").fields["confirmed"] == "left_out"
    with sqlite_database.read() as db:
        assert db.query(Release).count() == 0


def test_a_publication_on_its_way_can_be_stopped(anna, panel, sqlite_database):
    _approve(sqlite_database, 1)
    _press_publish(anna)
    page = anna.open(PANEL)
    assert anna.send(page.form("/stop-publishing")).status_code == 303
    assert "Stopped. Nothing new was published." in anna.get(PANEL).text
    anna.send(page.form("/stop-publishing"))
    assert "It could not be stopped any more." in anna.get(PANEL).text
    with sqlite_database.read() as db:
        assert db.query(Job).filter(Job.kind == JobKind.RELEASE).one().state is JobState.CANCELLED
