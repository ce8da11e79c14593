"""How subtitles begin on the page: a text, a translation, a file, a machine; what cannot be taken is said in words."""

import io
from dataclasses import replace

import pytest

from config.settings import RecognitionSettings, TranslationSettings
from pipeline.domain.desk import AssignmentKind
from pipeline.domain.jobs import Queue
from pipeline.domain.roles import Role
from pipeline.domain.sheets import SheetKind, SheetOrigin
from pipeline.records.tables import Assignment, Sheet, StaffAccount
from pipeline.services.alignments import is_aligning
from pipeline.services.draft_jobs import is_drafting
from pipeline.services.sheets import find_sheet, read_cues
from pipeline.services.statement_contents import Written, save_content
from tests.fixtures.clock import NOW
from tests.fixtures.panels import STAFF, load_plan, session_plan, statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept

PAGE = "/staff/statements/1/subtitles/{}/beginning"
SAID = "We thank you all for this meeting.\n\nWe ask for two things, and both of them are small."
FRENCH = "Nous vous remercions de cette réunion.\n\nNous demandons deux choses, toutes deux petites."


@pytest.fixture
def accepted(sqlite_database, account_id):
    """A recording in English that was accepted, with nothing else."""
    load_plan(sqlite_database, session_plan(MW=1))
    with sqlite_database.begin() as db:
        accept(db, statement_of(db, "MW"))
    return sqlite_database


@pytest.fixture
def spoken(accepted):
    """The same with the words spoken in two lines, as their speaker wrote them in two paragraphs."""
    with accepted.begin() as db:
        statement = statement_of(db, "MW")
        save_content(db, statement=statement, wanted=Written(text=SAID), actor=STAFF, now=NOW)
        open_typed(db, statement.current_recording, "en", *SAID.split("\n\n"))
    return accepted


def _sheet(db, language) -> Sheet:
    return find_sheet(db, statement_of(db, "MW").current_recording.id, language)


def _texts(database, language) -> list[str]:
    with database.read() as db:
        sheet = _sheet(db, language)
        return [" ".join(cue.text.split()) for cue in read_cues(db, sheet)] if sheet else []


def test_pasted_words_get_times_by_guess_at_once_and_are_timed_by_the_recording(anna, accepted, producer):
    assert anna.press(PAGE.format("en"), "/beginning/text", text=SAID).status_code == 303
    with accepted.read() as db:
        sheet = _sheet(db, "en")
        cues = read_cues(db, sheet)
        assert (sheet.kind, sheet.origin) == (SheetKind.TRANSCRIPT, SheetOrigin.TYPED)
        assert " ".join(" ".join(cue.text for cue in cues).split()) == " ".join(SAID.split())
        assert all(cue.doubt for cue in cues) and all(not cue.is_machine for cue in cues)
        assert is_aligning(db, sheet.recording_id)
    assert producer.waiting(Queue.CAPTIONS) == 1
    assert "being timed by the recording" in anna.get(PAGE.format("en")).text


def test_what_cannot_be_a_text_is_said_and_what_was_pasted_stays(anna, accepted):
    answer = anna.press(PAGE.format("en"), "/beginning/text", text="One word after the other. " * 600)
    assert (answer.status_code, "far more than can be said" in answer.text) == (422, True)
    assert "One word after the other." in answer.text
    assert anna.press(PAGE.format("en"), "/beginning/text", text=" ").status_code == 422
    broken = {"document": (io.BytesIO(b"MZ\x00\x01nothing"), "statement.docx")}
    answer = anna.send(anna.open(PAGE.format("en")).form("/beginning/text"), files=broken)
    assert (answer.status_code, "This kind of file is not taken" in answer.text) == (422, True)
    assert _texts(accepted, "en") == []


def test_a_translation_is_given_to_the_lines_and_the_paragraph_that_differs_is_quoted(anna, spoken):
    merged = FRENCH.replace("\n\n", " ")
    answer = anna.press(PAGE.format("fr"), "/beginning/text", text=merged)
    assert answer.status_code == 422
    assert "has 2 paragraphs, the translation has 1" in answer.text and "Nous vous remercions" in answer.text
    document = {"document": (io.BytesIO(FRENCH.encode()), "traduction.txt")}
    assert anna.send(anna.open(PAGE.format("fr")).form("/beginning/text"), files=document).status_code == 303
    assert _texts(spoken, "fr") == FRENCH.split("\n\n")
    refused = anna.press(PAGE.format("fr"), "/beginning/text", text="Un.\n\nDeux.")
    assert (refused.status_code, _texts(spoken, "fr")) == (409, FRENCH.split("\n\n"))
    assert anna.press(PAGE.format("fr"), "/beginning/text", text="Un.\n\nDeux.", replaces="yes").status_code == 303
    assert _texts(spoken, "fr") == ["Un.", "Deux."]


def test_who_saw_an_older_page_replaces_nothing(anna, accepted):
    form = anna.open(PAGE.format("en")).form("/beginning/text")
    assert anna.send(form, text="Thank you all.").status_code == 303
    assert anna.send(form, text="Good bye.", replaces="yes").status_code == 409
    assert _texts(accepted, "en") == ["Thank you all."]


def test_a_file_begins_subtitles_and_what_is_wrong_in_it_is_said(anna, spoken):
    def send(data: bytes):
        files = {"file": (io.BytesIO(data), "x.vtt")}
        return anna.send(anna.open(PAGE.format("fr")).form("/beginning/file"), files=files)

    assert send(b"nothing of the kind").status_code == 422
    assert send("WEBVTT\n\n00:01.000 --> 00:03.000\nMerci à tous.\n".encode()).status_code == 303
    assert _texts(spoken, "fr") == ["Merci à tous."]


def test_a_machine_is_offered_only_where_the_operator_has_set_one_up(anna, spoken):
    for language in ("en", "fr"):
        assert "/beginning/machine" not in anna.get(PAGE.format(language)).text


def test_settled_terms_in_what_is_said_are_told_with_the_form_that_is_wanted(anna, accepted):
    with accepted.begin() as db:
        open_typed(db, statement_of(db, "MW").current_recording, "en", "Thank you.", "We speak of the treaty body.")
    told = anna.get(PAGE.format("fr").replace("beginning", "terms")).json["terms"]
    ((term,),) = told.values()
    assert (term["said"], term["wanted"][0]) == ("treaty body", "organe conventionnel")
    assert ["organ", "conventionnel"] in term["forms"]
    assert anna.get(PAGE.format("en").replace("beginning", "terms")).json["terms"] == {}


class TestWithMachines:
    """An installation whose operator has models: a translation by way of English, and one that recognises."""

    @pytest.fixture
    def portal_settings(self, portal_settings, tmp_path):
        """What the portal is built with."""
        for pair in ("fr-en", "en-es"):
            (tmp_path / "models" / pair).mkdir(parents=True)
        translation = TranslationSettings(engine="ctranslate2", models=tmp_path / "models")
        recognition = RecognitionSettings(model=tmp_path / "whisper")
        return portal_settings.model_copy(update={"translation": translation, "recognition": recognition})

    def test_what_is_said_can_be_heard_by_a_machine_where_nobody_has_the_text(self, anna, accepted):
        assert "faster-whisper" in anna.get(PAGE.format("en")).text
        assert anna.press(PAGE.format("en"), "/beginning/machine").status_code == 303
        with accepted.read() as db:
            sheet = _sheet(db, "en")
            assert (sheet.origin, is_drafting(db, sheet.id)) == (SheetOrigin.RECOGNISED, True)
        assert "A draft is being made" in anna.get(PAGE.format("en")).text

    def test_the_engine_and_its_way_are_shown_before_a_draft_is_asked_for(self, anna, accepted):
        with accepted.begin() as db:
            statement = statement_of(db, "MW")
            save_content(db, statement=statement, wanted=Written(language="fr"), actor=STAFF, now=NOW)
            open_typed(db, statement.current_recording, "fr", "Merci.")
        page = anna.get(PAGE.format("es")).text
        assert "French → English → Spanish" in page and "CTranslate2" in page
        assert "There is no model for these two languages" in anna.get(PAGE.format("de")).text
        assert anna.press(PAGE.format("es"), "/beginning/machine").status_code == 303
        with accepted.read() as db:
            sheet = _sheet(db, "es")
            assert (sheet.origin, is_drafting(db, sheet.id)) == (SheetOrigin.MACHINE, True)

    def test_interpreters_begin_what_was_asked_of_them_and_nothing_else(self, anna, spoken):
        with spoken.begin() as db:
            account = db.query(StaffAccount).one()
            account.role = Role.INTERPRETER
            wish = {"statement_id": 1, "kind": AssignmentKind.INTERPRET, "language": "es"}
            db.add(Assignment(account_id=account.id, created_at=NOW, **wish))
        assert anna.get(PAGE.format("en")).status_code == 404
        form = anna.open(PAGE.format("es")).form("/beginning/text")
        elsewhere = replace(form, action=form.action.replace("/es/", "/fr/"))
        assert anna.send(elsewhere, text=FRENCH).status_code == 404
        assert anna.send(form, text="Gracias.\n\nDos cosas.").status_code == 303
        assert _texts(spoken, "es") == ["Gracias.", "Dos cosas."]
        assert _texts(spoken, "fr") == []
