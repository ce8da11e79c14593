"""Subtitles as revisions: added, replaced, removed."""

import pytest

from pipeline.captions.places import Place
from pipeline.captions.reading import read_subtitles
from pipeline.captions.refusals import SubtitlesRefused
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.records.tables import Event
from pipeline.services.sheet_cues import change_cue
from pipeline.services.sheet_states import reopen_sheet, submit_sheet
from pipeline.services.sheets import find_sheet, read_cues
from pipeline.services.tracks import add_track, current_tracks, remove_track
from tests.fixtures.panels import STAFF, statement_of
from tests.fixtures.standings import accept

WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


@pytest.fixture
def recorded(database, load):
    """A recording to subtitle."""
    load(MW=1)
    with database.begin() as db:
        accept(db, statement_of(db, "MW"))
    return database


def _add(db, now, language="en", data=WEBVTT):
    return add_track(db, statement_of(db, "MW").current_recording, language=language, data=data, actor=STAFF, now=now)


def test_the_newest_revision_of_each_language_counts(recorded, now):
    with recorded.begin() as db:
        _add(db, now)
        newer = _add(db, now, data=WEBVTT.replace(b"Words", b"Other"))
        french = _add(db, now, "fr")
        recording = statement_of(db, "MW").current_recording
        assert current_tracks(recording) == {"en": newer, "fr": french}
        assert newer.revision == 2
        assert len(recording.tracks) == 3


def test_after_a_removal_no_older_revision_comes_back_but_a_new_one_counts(recorded, now):
    with recorded.begin() as db:
        _add(db, now)
        second = _add(db, now)
        recording = statement_of(db, "MW").current_recording
        remove_track(db, recording, track_id=second.id, actor=STAFF, now=now)
        assert current_tracks(recording) == {}
        assert _add(db, now).revision == 3
        assert list(current_tracks(recording)) == ["en"]


def test_what_a_file_says_of_places_and_of_two_at_once_outlives_work_on_it(recorded, now):
    two_at_once = b"WEBVTT\n\n00:00.500 --> 00:02.000 line:0\nAbove\n\n00:00.500 --> 00:02.000\nBelow\n"
    with recorded.begin() as db:
        _add(db, now, data=two_at_once)
        track = _add(db, now, data=two_at_once)
        sheet = find_sheet(db, track.recording_id, "en")
        above, below = read_cues(db, sheet)
        reopen_sheet(db, sheet, sheet.version, actor=STAFF, now=now)
        change_cue(db, sheet, below.key, below.version, text="There", start_ms=2080, end_ms=3200, actor=STAFF, now=now)
        change_cue(db, sheet, above.key, above.version, text="Here", actor=STAFF, now=now)
        handed_in = submit_sheet(db, sheet, sheet.version, actor=STAFF, now=now)
        said = [(cue.text, cue.place) for cue in read_subtitles(handed_in.webvtt.encode())]
        assert said == [("Here", Place.TOP), ("There", Place.BOTTOM)]


def test_an_older_revision_cannot_be_removed(recorded, now):
    with recorded.begin() as db:
        first = _add(db, now)
        _add(db, now)
        with pytest.raises(ChangeNotAllowed):
            remove_track(db, statement_of(db, "MW").current_recording, track_id=first.id, actor=STAFF, now=now)


def test_what_cannot_be_read_is_refused(recorded, now):
    with recorded.begin() as db:
        with pytest.raises(SubtitlesRefused):
            _add(db, now, data=b"nonsense")
        with pytest.raises(WrongUsage):
            _add(db, now, language="not-a-language")


def test_what_happened_is_on_record_without_the_words(recorded, now):
    with recorded.begin() as db:
        track = _add(db, now)
        remove_track(db, statement_of(db, "MW").current_recording, track_id=track.id, actor=STAFF, now=now)
        events = db.query(Event).filter(Event.name.startswith("track.")).order_by(Event.id).all()
        assert [event.name for event in events] == ["track.added", "track.removed"]
        assert events[0].facts == {"track_id": track.id, "language": "en", "revision": 1, "cue_count": 1}
