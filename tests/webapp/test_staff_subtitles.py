"""Subtitle files: taken, refused in words, listed, downloaded, removed."""

import io

import pytest
from docx import Document

from pipeline.captions.formats import CaptionFormat
from pipeline.domain.burning import BurnSize
from pipeline.domain.jobs import JobKind
from pipeline.domain.sheets import SheetState
from pipeline.domain.standings import Standing
from pipeline.records.tables import Job, Recording, Track
from pipeline.services.burned_films import burned_inputs, burned_uri
from pipeline.services.results import KeptResult, keep_result
from pipeline.services.sheet_states import submit_sheet
from pipeline.services.sheets import find_sheet
from tests.fixtures.clock import NOW
from tests.fixtures.panels import account_of, load_plan, session_plan, statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept, bring_to

pytestmark = pytest.mark.slow

REVIEW = "/staff/statements/1/"
GOOD = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords & more\n"
SRT = b"1\r\n00:00:00,500 --> 00:00:02,000\r\nMots\r\n"


@pytest.fixture
def recording_id(sqlite_database) -> int:
    load_plan(sqlite_database, session_plan(MW=2))
    with sqlite_database.begin() as db:
        return accept(db, statement_of(db, "MW")).id


def _add(anna, data, language="en", name="a.vtt"):
    form = anna.open(REVIEW).form("/subtitles")
    return anna.send(form, files={"file": (io.BytesIO(data), name)}, language=language)


def _tracks(database) -> list[Track]:
    with database.read() as db:
        found = db.query(Track).order_by(Track.id).all()
        db.expunge_all()
        return found


@pytest.mark.parametrize(("data", "name"), [(GOOD, "a.vtt"), (SRT, "a.srt"), (GOOD, "../../etc/passwd")])
def test_a_file_becomes_a_track_in_our_own_form(anna, recording_id, sqlite_database, data, name):
    answer = _add(anna, data, "fr", name)
    assert answer.status_code == 303
    (track,) = _tracks(sqlite_database)
    assert (track.language, track.revision, track.cue_count) == ("fr", 1, 1)
    assert track.webvtt.startswith("WEBVTT")
    page = anna.get(REVIEW).text
    assert "French" in page
    assert "1 cue" in page
    assert "passwd" not in page


def test_subtitles_of_one_person_are_approved_by_another(anna, recording_id, sqlite_database):
    with sqlite_database.begin() as db:
        sheet = open_typed(db, db.get_one(Recording, recording_id), "en")
        submit_sheet(db, sheet, sheet.version, actor=account_of(db, "other"), now=NOW)
    form = anna.open(REVIEW).form("/decision")
    assert anna.send(form, decision="approve").status_code == 303
    assert anna.send(form, decision="reopen").status_code == 303, "of a version that is passed"
    with sqlite_database.read() as db:
        assert find_sheet(db, recording_id, "en").state is SheetState.APPROVED
    assert [track.is_reviewed for track in _tracks(sqlite_database)] == [True]


def test_a_second_file_takes_the_place_of_the_first_which_is_kept(anna, recording_id, sqlite_database):
    _add(anna, GOOD)
    _add(anna, GOOD.replace(b"Words", b"Other"))
    assert [track.revision for track in _tracks(sqlite_database)] == [1, 2]
    assert anna.get(REVIEW).text.count("1 cue") == 1


@pytest.mark.parametrize("page", [REVIEW, "/staff/work/1/"])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_file_made_for_another_recording_or_another_part_is_not_taken(
    anna, recording_id, sqlite_database, page, is_new
):
    form = anna.open(page).form("/subtitles")
    with sqlite_database.begin() as db:
        if is_new:
            accept(db, statement_of(db, "MW"))
        else:
            recording = db.get_one(Recording, recording_id)
            recording.trim_start_seconds, recording.trim_end_seconds = 2.0, 30.0
    answer = anna.send(form, files={"file": (io.BytesIO(GOOD), "a.vtt")}, language="en")
    assert (answer.status_code, "This changed while you looked." in answer.text) == (409, True)
    assert _tracks(sqlite_database) == []
    again = anna.open(page).form("/subtitles")
    assert anna.send(again, files={"file": (io.BytesIO(GOOD), "a.vtt")}, language="en").status_code == 303


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello", "This is not a subtitle file that we can read."),
        (b"WEBVTT\n", "The file holds no subtitles."),
        (b"WEBVTT\n\n00:00.500 --> 00:02.000\n\xe9t\xe9\n", "Line 4 is not UTF-8 text."),
        (b"WEBVTT\n\n00:00.500 --> nonsense\nx\n", "Line 3 is not a time as it should be"),
        (b"WEBVTT\n\n00:05.000 --> 00:59:00.000\nx\n", "runs until"),
        (b"x" * 2_100_000, "far larger"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_beside_its_field(anna, recording_id, sqlite_database, data, words):
    answer = _add(anna, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-describedby="file-error"' in answer.text
    assert _tracks(sqlite_database) == []


FRENCH = "WEBVTT\n\n00:00.500 --> 00:02.000\nL’État à Genève, là où ça <b>naît</b>\n".encode("cp1252")


def test_an_encoding_is_asked_about_with_what_the_line_would_say(anna, recording_id, sqlite_database):
    answer = _add(anna, FRENCH, "fr")
    assert answer.status_code == 422
    assert "Line 4 is not UTF-8 text. Choose below" in answer.text
    assert "<bdi>L’État à Genève, là où ça &lt;b&gt;naît&lt;/b&gt;</bdi>" in answer.text
    assert "L’État ŕ Genčve" in answer.text
    form = anna.open(REVIEW).form("/subtitles")
    file = {"file": (io.BytesIO(FRENCH), "a.vtt")}
    assert anna.send(form, files=file, language="fr", encoding="cp1252").status_code == 303
    assert "L’État à Genève, là où ça naît" in _tracks(sqlite_database)[0].webvtt


def test_a_wrong_encoding_is_refused(anna, recording_id, sqlite_database):
    form = anna.open(REVIEW).form("/subtitles")
    for encoding, words in (("cp932", "does not read right in the encoding that was chosen"), ("rot13", "")):
        answer = anna.send(form, files={"file": (io.BytesIO(FRENCH), "a.vtt")}, language="fr", encoding=encoding)
        assert answer.status_code == 422
        assert words in answer.text
    assert _tracks(sqlite_database) == []


@pytest.mark.parametrize("values", [{"language": "xx"}, {"language": ""}])
def test_an_unknown_language_or_no_file_is_refused(anna, recording_id, sqlite_database, values):
    form = anna.open(REVIEW).form("/subtitles")
    assert anna.send(form, files={"file": (io.BytesIO(GOOD), "a.vtt")}, **values).status_code == 422
    assert anna.send(form).status_code == 422
    assert _tracks(sqlite_database) == []


def test_a_track_is_downloaded_and_removed(anna, recording_id, sqlite_database):
    _add(anna, GOOD)
    (track,) = _tracks(sqlite_database)
    file = anna.get(f"{REVIEW}subtitles/{track.id}.vtt")
    assert file.content_type == "text/vtt; charset=utf-8"
    assert "attachment" in file.headers["Content-Disposition"]
    assert "Words &amp; more" in file.text
    assert anna.press(REVIEW, "/subtitles/remove").status_code == 303
    assert "None yet." in anna.get(REVIEW).text
    assert _tracks(sqlite_database)[0].is_removed


def test_a_track_that_was_replaced_meanwhile_is_not_removed(anna, recording_id, sqlite_database):
    _add(anna, GOOD)
    form = anna.open(REVIEW).form("/subtitles/remove")
    _add(anna, GOOD)
    answer = anna.send(form)
    assert answer.status_code == 409
    assert "This changed while you looked." in answer.text
    assert not any(track.is_removed for track in _tracks(sqlite_database))


def test_a_track_is_found_under_its_own_statement_only(anna, recording_id):
    _add(anna, GOOD)
    assert anna.get("/staff/statements/2/subtitles/1.vtt").status_code == 404


def test_without_a_recording_there_is_nothing_to_subtitle(anna, sqlite_database, recording_id):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW", 2), Standing.INVITED)
    form = anna.open(REVIEW).form("/subtitles")
    form.action = form.action.replace("/1/", "/2/")
    assert anna.send(form, files={"file": (io.BytesIO(GOOD), "a.vtt")}, language="en").status_code == 409


TTML = b'<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">Mots</p></div></body></tt>'


def test_subtitles_are_taken_away_in_every_format(anna, recording_id, sqlite_database):
    _add(anna, GOOD, "en")
    _add(anna, TTML, "fr", "a.ttml")
    english, french = _tracks(sqlite_database)
    page = anna.get(REVIEW).text
    for form in CaptionFormat:
        address = f"{REVIEW}subtitles/{french.id}.{form}"
        assert f'href="{address}"' in page
        answer = anna.get(address)
        assert (answer.status_code, answer.content_type) == (200, form.content_type)
        assert answer.headers["Content-Disposition"].endswith(f'subtitles-{french.id}-fr.{form}"')
        assert b"Mots" in answer.data or form is CaptionFormat.BILINGUAL
    document = Document(io.BytesIO(anna.get(f"{REVIEW}subtitles/{french.id}.docx").data))
    assert [cell.text for cell in document.tables[0].rows[1].cells][1:] == ["Words & more", "Mots"]
    assert f"{english.id}.docx" not in page, "the words spoken have nothing beside them"
    assert anna.get(f"{REVIEW}subtitles/{french.id}.exe").status_code == 404


def test_xml_that_declares_things_of_its_own_is_refused_in_words(anna, recording_id, sqlite_database):
    answer = _add(anna, b'<!DOCTYPE tt [<!ENTITY a "b">]>' + TTML)
    assert answer.status_code == 422
    assert "Line 1 declares a document type or an entity" in answer.text
    assert _tracks(sqlite_database) == []


def test_a_film_with_subtitles_is_asked_for_once_and_offered_when_it_is_there(
    anna, recording_id, sqlite_database, store
):
    _add(anna, GOOD)
    (track,) = _tracks(sqlite_database)
    film = f"{REVIEW}subtitles/{track.id}/film-large.mp4"
    form = anna.open(REVIEW).form("/subtitles/film")
    assert anna.send(form, track_id=str(track.id), size="huge").status_code == 404
    for _ in range(2):
        assert anna.send(form, track_id=str(track.id), size="large").status_code == 303
    with sqlite_database.begin() as db:
        assert db.query(Job).filter(Job.kind == JobKind.BURN, Job.subject_id == recording_id).count() == 1
        assert "is being made" in anna.get(REVIEW).text
        assert anna.get(film).status_code == 404
    with sqlite_database.begin() as db:
        kept = db.get_one(Track, track.id)
        prefix = str(kept.recording.package_prefix)
        keep_result(db, burned_inputs(kept, BurnSize.LARGE), KeptResult({}, prefix), now=NOW)
        store.put_bytes(prefix + burned_uri(kept, BurnSize.LARGE), b"film", content_type="video/mp4")
    assert film in anna.get(REVIEW).text
    assert anna.get(film).data == b"film"
    anna.press(REVIEW, "/subtitles/remove")
    assert anna.get(film).status_code == 404
