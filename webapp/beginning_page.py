"""The page on which subtitles begin: what there is, and each way that is open to whoever looks."""

from dataclasses import dataclass
from typing import Any

from flask import render_template

from pipeline.captions.drafts.choosing import DraftingParts, open_drafter
from pipeline.captions.drafts.ctranslate import CTranslate2Drafter
from pipeline.captions.drafts.faults import PairNotOffered
from pipeline.captions.drafts.whisper import WhisperRecogniser
from pipeline.domain.sheets import SheetKind
from pipeline.records.tables import Recording
from pipeline.services.beginnings import Beginning, read_beginning
from pipeline.services.drafts import drafted_by
from pipeline.services.statement_contents import spoken_language
from pipeline.services.tracks import name_tracks
from webapp.database import current_db
from webapp.forms import SubtitlesForm
from webapp.i18n import language_name_for_reader
from webapp.portal import portal
from webapp.wording.beginnings import alignment_advice, engine_words, no_model_words, route_words


@dataclass(frozen=True)
class Machine:
    """What could write these subtitles: its engine, the way it translates where that is known, why it cannot."""

    engine: str
    route: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True)
class Filled:
    """What a person sent that could not be taken: the text, what is wrong with it, the form of a file."""

    text: str = ""
    text_fault: str = ""
    file_form: SubtitlesForm | None = None
    replaces: bool = False


def show_beginning(recording: Recording, language: str, *, may_edit: bool, filled: Filled = Filled()) -> str:
    """The page, with what was sent before."""
    begins = read_beginning(current_db(), recording, language)
    statement = recording.statement
    return render_template(
        "staff/beginning.html",
        statement=statement,
        country=statement.speaker.country,
        recording=recording,
        language=language,
        begins=begins,
        spoken=spoken_language(statement),
        is_interpretation=begins.kind is SheetKind.INTERPRETATION,
        may_edit=may_edit,
        may_fill=may_edit and begins.can_be_filled,
        machine=_machine(begins, language),
        drafted=_drafted(begins),
        filled=filled,
        file_form=filled.file_form or file_form(language, empty=True),
        tracks_seen=name_tracks(recording),
        alignment_advice=alignment_advice,
        engine_words=engine_words,
        route_words=route_words,
    )


def file_form(language: str, *, empty: bool = False) -> SubtitlesForm:
    """The form of a subtitle file in the one language of the page."""
    form = SubtitlesForm(formdata=None) if empty else SubtitlesForm()
    form.language.choices = [(language, language_name_for_reader(language))]
    return form


def drafting_parts() -> DraftingParts:
    """What drafts here."""
    return DraftingParts(**portal().settings.drafting_values)


def _machine(begins: Beginning, language: str) -> Machine | None:
    """None where the installation has none for this, or it has nothing to work with."""
    parts = drafting_parts()
    if begins.kind is SheetKind.TRANSCRIPT:
        return Machine(WhisperRecogniser.engine) if parts.recognises and not begins.words else None
    if not parts.translates or begins.source is None:
        return None
    return _translator(parts, begins.source.language, language)


def _translator(parts: DraftingParts, source: str, target: str) -> Machine:
    """A server is not asked on the way to a page, and models may be on another machine than the portal."""
    if parts.engine != CTranslate2Drafter.engine or parts.models is None or not parts.models.is_dir():
        return Machine(parts.engine)
    try:
        return Machine(parts.engine, open_drafter(parts).route(source, target))
    except PairNotOffered:
        return Machine(parts.engine, refusal=no_model_words())


def _drafted(begins: Beginning) -> dict[str, Any] | None:
    told = drafted_by(begins.sheet) if begins.sheet is not None else None
    return dict(told) if told is not None else None
