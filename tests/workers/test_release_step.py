"""A release from its job's side: everything written and verified, the pointer last, what may not be out removed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.papers import PaperKind
from pipeline.domain.statements import StatementState
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Country, Job, Release, StepResult
from pipeline.services.events import Actor
from pipeline.services.panels import Direction, move_speaker
from pipeline.services.papers import CleanPaper, add_paper, record_clean
from pipeline.services.plan_versions import version_of_panel
from pipeline.services.release_films import film_names_in
from pipeline.services.releases import publish_country, take_down_statement
from pipeline.services.statement_contents import Written
from pipeline.services.tracks import add_track
from pipeline.services.withdrawals import change_consent, change_content, withdraw_statement
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix, under
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.installation import run_job
from tests.fixtures.packages import make_package
from tests.fixtures.panels import (
    STAFF,
    approve_again,
    approve_new_recording,
    country_of,
    load_plan,
    session_plan,
    statement_of,
)
from workers.clock import utc_now

pytestmark = pytest.mark.slow

POINTER = "site/36/mw/index.html"
WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


@pytest.fixture(scope="session")
def package_folders(tmp_path_factory):
    """Two small packages on disk."""
    folder = tmp_path_factory.mktemp("statements")
    return [(folder / name, make_package(folder / name, seconds=3, colour=name)) for name in ("navy", "maroon")]


class CardShelf:
    """Title cards that tests made: the next one begins with them, as where these words were shown before."""

    def __init__(self):
        self._rows = {}
        self._objects = {}

    def lend(self, installation):
        with installation.database.begin() as db:
            db.add_all(StepResult(**row) for row in self._rows.values())
        for key, data in self._objects.items():
            installation.store.put_bytes(key, data, content_type="video/mp4")

    def take_in(self, installation):
        with installation.database.read() as db:
            made = (
                db.query(StepResult).filter(StepResult.step == "card", StepResult.fingerprint.not_in(self._rows)).all()
            )
        for card in made:
            names = ("step", "fingerprint", "inputs", "prefix", "facts", "created_at")
            self._rows[card.fingerprint] = {name: getattr(card, name) for name in names}
            keys = list(installation.store.list_keys(card.prefix))
            self._objects |= {key: installation.store.read_bytes(key) for key in keys}


@pytest.fixture(scope="module")
def card_shelf():
    """Empty for the first test, which makes what it shows."""
    return CardShelf()


class SometimesAway(FolderStore):
    """A folder that can be made to fail as a store in the net does."""

    fails_at = None

    def put_bytes(self, key, data, **attributes):
        self._fail("put", key)
        super().put_bytes(key, data, **attributes)

    def delete_prefix(self, prefix):
        self._fail("delete", prefix)
        return super().delete_prefix(prefix)

    def _fail(self, what, where):
        if self.fails_at is not None and self.fails_at[0] == what and where.endswith(self.fails_at[1]):
            raise StoreUnavailable("The store is away.")


class Publisher:
    """Malawi with two approved statements; publishes as staff do and runs the job as a worker does."""

    def __init__(self, installation):
        self.installation = installation
        self.database = installation.database
        self.store = installation.store = SometimesAway(installation.settings.store_folder)

    def publish(self):
        with self.database.begin() as db:
            for speaker in country_of(db, "MW").speakers:
                if speaker.statement.approved_recording_id is not None:
                    approve_again(db, speaker.statement)
            release_id = publish_country(db, country_of(db, "MW"), actor=STAFF, now=utc_now()).id
        return self.run(release_id)

    def run(self, release_id, **options):
        """Run the release's job, and do not wait for the wait after a store that was away."""
        job = self.installation.job(JobKind.RELEASE, release_id)
        with self.database.begin() as db:
            db.get_one(Job, job.id).not_before = None
        context = self.installation.context(**options)
        run_job(context, job.id)
        return self.installation.job(JobKind.RELEASE, release_id)

    def newest(self):
        with self.database.read() as db:
            return db.query(Release).order_by(Release.number.desc()).first()

    def keys(self, prefix="site/36/mw/"):
        return list(self.store.list_keys(prefix))

    def tree(self, prefix):
        """Everything below a prefix: relative path to bytes."""
        return {key.removeprefix(prefix).encode(): self.store.read_bytes(key) for key in self.keys(prefix)}

    def pointer(self):
        return self.store.read_bytes(POINTER).decode()

    def state(self, position):
        with self.database.read() as db:
            return statement_of(db, "MW", position).state

    def film(self, release):
        """Where the film of a release's programme is published."""
        (name,) = film_names_in(release.facts)
        return f"site/36/mw/media/{name}/programme.mp4"

    def items(self, release):
        with self.database.read() as db:
            return list(db.get_one(Release, release.id).items)

    def live_release_id(self):
        with self.database.read() as db:
            return db.query(Country.live_release_id).scalar()

    def published_bytes(self, *, with_media=False):
        keys = [key for key in self.keys() if with_media or not key.endswith(".mp4")]
        return b"".join(key.encode() + self.store.read_bytes(key) for key in keys)


@pytest.fixture
def publisher(sqlite_installation, package_folders, card_shelf):
    card_shelf.lend(sqlite_installation)
    for position, (folder, package) in enumerate(package_folders, start=1):
        prefix = package_prefix(f"{position:032x}")
        for uri in package.media_uris():
            sqlite_installation.store.put_file(under(prefix, uri), folder / uri, content_type="video/mp4")
        with sqlite_installation.database.begin() as db:
            approve_new_recording(db, statement_of(db, "MW", position), package, prefix)
    yield Publisher(sqlite_installation)
    card_shelf.take_in(sqlite_installation)


def _pictures_in(store, key):
    """Some of a film's pictures, as they lie in every file that shows them."""
    film = store.read_bytes(key)
    begins = film.index(b"mdat") + 4
    assert len(film) > begins + 1000
    return film[begins : begins + 400]


def test_a_release_goes_out_whole(publisher):
    job = publisher.publish()
    assert (job.state, job.told_operator) == (JobState.DONE, "")
    release = publisher.newest()
    assert publisher.live_release_id() == release.id
    assert release.manifest_uri == f"r/{release.name}/programme/master.m3u8"
    assert publisher.store.stat("site/36/mw/" + release.manifest_uri) is not None
    assert release.name in publisher.pointer()
    assert [publisher.state(position) for position in (1, 2)] == [StatementState.PUBLISHED] * 2
    media = {key.split("/")[4] for key in publisher.keys("site/36/mw/media/")}
    of_statements = {name for item in publisher.items(release) for name in (item.media_name, item.card_name)}
    assert media == {*of_statements, *film_names_in(release.facts)}
    page = publisher.store.read_bytes(f"site/36/mw/r/{release.name}/en.html").decode()
    in_place = [key.removeprefix("site/36/mw/") for key in publisher.keys("site/36/mw/media/")]
    films = [path for path in in_place if path.endswith(("film.mp4", "programme.mp4", ".m4a"))]
    assert len(films) == 6
    assert all(film in page for film in films)


def test_a_correction_copies_no_media_again_and_keeps_the_old_release(publisher):
    for words in (b"Word", b"Words"):
        with publisher.database.begin() as db:
            recording = statement_of(db, "MW", 1).current_recording
            data = WEBVTT.replace(b"Words", words)
            add_track(db, recording, language="fr", data=data, actor=STAFF, now=utc_now())
        assert publisher.publish().state is JobState.DONE
    with publisher.database.read() as db:
        first, second = db.query(Release).order_by(Release.number)
    names = [[item.media_name for item in publisher.items(release)] for release in (first, second)]
    assert names[0] == names[1]
    assert publisher.film(first) == publisher.film(second), "the same parts in the same order are one film"
    assert publisher.keys(f"site/36/mw/r/{first.name}/")
    assert second.name in publisher.pointer()


def test_cards_are_made_once_for_the_same_words(publisher):
    publisher.publish()
    before = {key.split("/")[1] for key in publisher.keys("packages/")}
    with publisher.database.begin() as db:
        first = statement_of(db, "MW", 1).speaker_id
        country = country_of(db, "MW")
        seen = version_of_panel(country)
        move_speaker(db, country.id, first, Direction.DOWN, seen=seen, actor=STAFF, now=utc_now())
    publisher.publish()
    assert {key.split("/")[1] for key in publisher.keys("packages/")} == before


def test_what_is_taken_down_is_gone_from_the_store_and_the_rest_stays(publisher):
    publisher.publish()
    first = publisher.newest()
    gone, stays = publisher.items(first)
    assert b"Organisation 1" in publisher.published_bytes()
    hers = _pictures_in(publisher.store, f"{gone.package_prefix}film-1.mp4")
    assert hers in publisher.store.read_bytes(publisher.film(first)), "the programme's film shows her too"
    with publisher.database.begin() as db:
        take_down_statement(db, statement_of(db, "MW", 1), actor=STAFF, now=utc_now())
    assert publisher.run(publisher.newest().id).state is JobState.DONE
    assert publisher.keys(f"site/36/mw/media/{gone.media_name}/") == []
    assert publisher.keys(f"site/36/mw/media/{gone.card_name}/") == []
    assert publisher.keys(f"site/36/mw/r/{first.name}/") == []
    assert publisher.keys(publisher.film(first).removesuffix("programme.mp4")) == []
    assert hers not in publisher.published_bytes(with_media=True)
    theirs = _pictures_in(publisher.store, f"{stays.package_prefix}film-1.mp4")
    assert theirs in publisher.store.read_bytes(publisher.film(publisher.newest()))
    assert publisher.keys(f"site/36/mw/media/{stays.media_name}/")
    assert b"Organisation 1" not in publisher.published_bytes()
    assert publisher.newest().name in publisher.pointer()
    with publisher.database.read() as db:
        assert db.get_one(Release, first.id).removed_at is not None


def test_withdrawing_everything_leaves_a_page_that_says_so_and_no_media(publisher):
    publisher.publish()
    for position in (1, 2):
        with publisher.database.begin() as db:
            statement = statement_of(db, "MW", position)
            withdraw_statement(db, statement=statement, actor=Actor("speaker", statement.speaker_id), now=utc_now())
    assert publisher.run(publisher.newest().id).state is JobState.DONE
    assert publisher.keys("site/36/mw/media/") == []
    assert publisher.live_release_id() is None
    assert publisher.newest().name in publisher.pointer()
    assert b"Organisation" not in publisher.published_bytes()


def test_a_name_that_may_no_longer_be_shown_goes_from_everything_that_is_out(publisher):
    publisher.publish()
    assert b"Speaker 1" in publisher.published_bytes()
    with publisher.database.begin() as db:
        statement = statement_of(db, "MW", 1)
        answers = {ConsentItem.NAME: Audience.NOBODY}
        change_consent(db, statement=statement, answers=answers, actor=STAFF, now=utc_now())
    assert publisher.run(publisher.newest().id).state is JobState.DONE
    published = publisher.published_bytes()
    assert b"Speaker 1" not in published
    assert b"Organisation 1" in published


def _write(db, position, *papers):
    """Text, theme and papers beside a statement; each paper says whether the speaker's name is in it."""
    told = {"statement": statement_of(db, "MW", position), "actor": STAFF, "now": utc_now()}
    words = f"By Speaker {position}: <water>."
    change_content(db, wanted=Written(words, (f"Ask Speaker {position}.",), f"Wells of Speaker {position}"), **told)
    for says_name in papers:
        paper = add_paper(db, name=new_name(), kind=PaperKind.PDF, title="Report", size_bytes=9, **told)
        record_clean(db, paper, CleanPaper(9, says_name), now=utc_now())
        yield paper.clean_key


def test_nothing_of_a_name_is_anywhere_in_a_release_that_shows_another(publisher):
    with publisher.database.begin() as db:
        for key in (*_write(db, 1, True, False), *_write(db, 2, True)):
            publisher.store.put_bytes(key, b"%PDF-1.7\n", content_type="application/pdf")
        told = {"statement": statement_of(db, "MW", 1), "actor": STAFF, "now": utc_now()}
        change_consent(db, answers={}, name=(NameForm.ALIAS, "Rosa"), **told)
    assert publisher.publish().state is JobState.DONE
    published = publisher.published_bytes(with_media=True)
    for shown in ("Rosa", "By Speaker 2: &lt;water&gt;.", "Ask Speaker 2.", "Wells of Speaker 2", "s/2/paper-1.pdf"):
        assert shown.encode() in published, shown
    assert b"Speaker 1" not in published
    assert sorted(key.split("/s/")[1] for key in publisher.keys("site/") if key.endswith(".pdf")) == [
        "1/paper-1.pdf",
        "2/paper-1.pdf",
    ]


def test_what_is_for_missions_only_is_in_no_public_release(publisher):
    with publisher.database.begin() as db:
        for key in _write(db, 1, False):
            publisher.store.put_bytes(key, b"%PDF-1.7 of the first", content_type="application/pdf")
        told = {"statement": statement_of(db, "MW", 1), "actor": STAFF, "now": utc_now()}
        change_consent(db, answers={ConsentItem.RECORDING: Audience.MISSIONS}, **told)
        assert statement_of(db, "MW", 1).state is StatementState.APPROVED
    publisher.publish()
    with publisher.database.read() as db:
        releases = {one.audience: one for one in db.query(Release)}
    assert publisher.run(releases[Audience.MISSIONS].id).state is JobState.DONE
    assert [item.position for item in publisher.items(releases[Audience.PUBLIC])] == [1], "no gap tells of a place"
    assert [item.position for item in publisher.items(releases[Audience.MISSIONS])] == [1, 2]

    public, missions = (publisher.tree(prefix) for prefix in ("site/36/mw/", "missions/36/mw/"))
    assert public and not set(_own(public)) & set(_own(missions)), "the two share no file"
    hers = [text.encode() for text in ("Organisation 1", "Speaker 1", "of the first", "Ask Speaker 1", "s/2/")]
    assert all(text in b"".join([*missions, *missions.values()]) for text in hers)
    assert not any(text in b"".join([*public, *public.values()]) for text in hers)
    first = publisher.items(releases[Audience.MISSIONS])[0]
    of_package = {publisher.store.read_bytes(key) for key in publisher.keys(first.package_prefix)}
    of_the_other = publisher.items(releases[Audience.PUBLIC])[0].package_prefix
    of_package -= {publisher.store.read_bytes(key) for key in publisher.keys(of_the_other)}
    assert of_package & set(missions.values())
    assert not of_package & set(public.values()), "neither her film nor her picture"
    assert publisher.state(1) is publisher.state(2) is StatementState.PUBLISHED


def test_narrowing_to_missions_leaves_the_public_release_and_stays_with_missions(publisher):
    with publisher.database.begin() as db:
        told = {"statement": statement_of(db, "MW", 2), "actor": STAFF, "now": utc_now()}
        change_consent(db, answers={ConsentItem.RECORDING: Audience.MISSIONS}, **told)
    publisher.publish()
    publisher.run(publisher.newest().id)
    assert publisher.newest().audience is Audience.MISSIONS
    with publisher.database.begin() as db:
        told = {"statement": statement_of(db, "MW", 1), "actor": STAFF, "now": utc_now()}
        change_consent(db, answers={ConsentItem.RECORDING: Audience.MISSIONS}, **told)
    with publisher.database.read() as db:
        waiting = [one.id for one in db.query(Release).filter(Release.published_at.is_(None)).order_by(Release.number)]
    assert all(publisher.run(one).state is JobState.DONE for one in waiting)
    public, missions = (publisher.tree(prefix) for prefix in ("site/36/mw/", "missions/36/mw/"))
    assert b"Organisation" not in b"".join(public.values())
    assert all(name in b"".join(missions.values()) for name in (b"Organisation 1", b"Organisation 2"))
    assert publisher.live_release_id() is None
    assert publisher.state(1) is publisher.state(2) is StatementState.PUBLISHED


def test_missions_go_on_watching_what_a_speaker_or_the_session_takes_from_the_public(publisher):
    def run_all():
        with publisher.database.read() as db:
            waiting = select(Job.subject_id).where(Job.kind == JobKind.RELEASE, Job.state == JobState.QUEUED)
            ids = db.scalars(waiting.order_by(Job.id)).all()
        assert all(publisher.run(one).state is JobState.DONE for one in ids)
        trees = [publisher.tree(prefix) for prefix in ("site/36/mw/", "missions/36/mw/")]
        assert not set(_own(trees[0])) & set(_own(trees[1])), "the two share no file"
        return [[name for name in both if name in b"".join(tree.values())] for tree in trees]

    def answer(db, audience):
        told = {"statement": statement_of(db, "MW", 1), "actor": STAFF, "now": utc_now()}
        change_consent(db, answers={ConsentItem.RECORDING: audience}, **told)

    both = [b"Organisation 1", b"Organisation 2"]
    publisher.publish()
    assert run_all() == [both, []], "by their links missions watch what is public"
    with publisher.database.begin() as db:
        answer(db, Audience.MISSIONS)
    assert run_all() == [both[1:], both]
    assert publisher.state(1) is publisher.state(2) is StatementState.PUBLISHED
    with publisher.database.begin() as db:
        answer(db, Audience.PUBLIC)
    assert run_all() == [both[1:], both], "nothing more is out before people publish it"
    publisher.publish()
    assert run_all() == [both, both]
    load_plan(publisher.database, replace(session_plan(MW=2), is_missions_only=True))
    assert run_all() == [[], both]
    assert publisher.keys("site/36/mw/media/") == []


def _own(tree):
    """Names of what is a release's own in the published folder: random ones; what all releases share is the player."""
    return [path for path in tree if path.split(b"/")[0] in {b"media", b"r"}]


def test_a_statement_reopened_while_its_country_is_written_does_not_go_out(publisher):
    reopened = []

    def reopen_in_the_middle():
        if not reopened and publisher.keys():
            reopened.append(True)
            with publisher.database.begin() as db:
                statement_of(db, "MW", 1).state = StatementState.IN_REVIEW
        return False

    with publisher.database.begin() as db:
        release_id = publish_country(db, country_of(db, "MW"), actor=STAFF, now=utc_now()).id
    job = publisher.run(release_id, is_stopping=reopen_in_the_middle)
    assert reopened
    assert (job.state, job.attempt) == (JobState.FAILED, 1)
    assert "Publish again" in job.told_staff
    assert publisher.store.stat(POINTER) is None
    assert publisher.live_release_id() is None


def test_a_store_that_fails_midway_leaves_the_old_release_live(publisher):
    publisher.publish()
    first = publisher.newest()
    before = publisher.pointer()
    with publisher.database.begin() as db:
        recording = statement_of(db, "MW", 2).current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=utc_now())
        approve_again(db, recording.statement)
        second_id = publish_country(db, country_of(db, "MW"), actor=STAFF, now=utc_now()).id
    publisher.store.fails_at = ("put", "master.m3u8")
    job = publisher.run(second_id)
    assert (job.state, job.attempt, job.waits) == (JobState.QUEUED, 0, 1)
    assert (publisher.pointer(), publisher.live_release_id()) == (before, first.id)
    publisher.store.fails_at = None
    assert publisher.run(second_id).state is JobState.DONE
    assert publisher.live_release_id() == second_id


def test_a_pointer_that_cannot_be_moved_leaves_both_as_they_were(publisher):
    publisher.store.fails_at = ("put", "index.html")
    assert publisher.publish().state is JobState.QUEUED
    assert publisher.live_release_id() is None
    assert publisher.state(1) is StatementState.APPROVED
    publisher.store.fails_at = None
    assert publisher.run(publisher.newest().id).state is JobState.DONE


def test_removing_goes_on_in_the_next_attempt_where_it_failed(publisher):
    publisher.publish()
    first = publisher.newest()
    with publisher.database.begin() as db:
        take_down_statement(db, statement_of(db, "MW", 1), actor=STAFF, now=utc_now())
    second_id = publisher.newest().id
    publisher.store.fails_at = ("delete", "/")
    assert publisher.run(second_id).state is JobState.QUEUED
    assert publisher.live_release_id() == second_id, "the pointer moved first"
    assert publisher.keys(f"site/36/mw/r/{first.name}/")
    publisher.store.fails_at = None
    assert publisher.run(second_id).state is JobState.DONE
    assert publisher.keys(f"site/36/mw/r/{first.name}/") == []


def test_the_session_s_page_says_what_is_out(publisher):
    publisher.publish()
    link = b'<a href="mw/?lang=en">Malawi</a> <span class="quiet">Statements: 2 '
    assert link in publisher.store.read_bytes("site/36/en.html")
    assert publisher.keys("missions/") == []
    with publisher.database.begin() as db:
        for position in (1, 2):
            take_down_statement(db, statement_of(db, "MW", position), actor=STAFF, now=utc_now())
    publisher.run(publisher.newest().id)
    page = publisher.store.read_bytes("site/36/en.html")
    assert b"<span>Malawi</span>" in page
    assert b"mw/" not in page
