"""Interpreters: the settled terms in what is said, each with its form in the language that is written."""

from functools import lru_cache
from pathlib import Path

from flask import jsonify
from flask.typing import ResponseReturnValue

from pipeline.captions.drafts.glossary import FoundTerm, Glossary, form_of, read_glossary
from pipeline.services.sheets import find_transcript, read_cues
from webapp.access import interpreter
from webapp.database import current_db
from webapp.portal import portal
from webapp.views.staff import blueprint
from webapp.views.staff_editor import ADDRESS, recording_to_write


@blueprint.get(f"{ADDRESS}terms")
@interpreter
def subtitle_terms(statement_id: int, language: str) -> ResponseReturnValue:
    """By the key of each cue of the words spoken its terms in order; `forms` are `wanted` as words are compared."""
    recording = recording_to_write(statement_id, language)
    source, terms = find_transcript(current_db(), recording), {}
    if source is not None and source.language != language:
        glossary = _glossary(portal().settings.translation.glossary_file)
        for cue in read_cues(current_db(), source):
            if found := glossary.find(cue.text, source.language, language):
                terms[cue.key] = [_told(term) for term in found]
    return jsonify(terms=terms)


def _told(term: FoundTerm) -> dict[str, object]:
    return {
        "start": term.start,
        "end": term.end,
        "said": " ".join(term.text.split()),
        "wanted": list(term.wanted),
        "forms": [list(form_of(one)) for one in term.wanted],
    }


def _glossary(path: Path) -> Glossary:
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed_ns: int) -> Glossary:
    return read_glossary(path)
