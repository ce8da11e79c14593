"""`presession captions draft`, `recognise` and `document`: words from a machine or a document where there are none."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.captions.drafts.choosing import DraftingParts
from pipeline.documents.confined import text_of
from pipeline.domain.errors import WrongUsage
from pipeline.records.tables import Recording, Sheet, Statement
from pipeline.services.document_sheets import take_up_document
from pipeline.services.drafts import draft_sheet, recognise_sheet
from pipeline.services.events import SYSTEM
from pipeline.services.sheets import find_transcript
from presession.options import data_option
from presession.panel_places import json_option, open_transaction, say, statement_at

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command(
    epilog="""\b
Example:
  presession captions draft 36 MW 1 fr

What translates is set by PRESESSION_TRANSLATION__…; only subtitles without words get a draft. People confirm each."""
)
@click.argument("slug")
@click.argument("country")
@click.argument("position", type=int)
@click.argument("language")
@json_option()
@data_option()
def draft(*, slug: str, country: str, position: int, language: str, as_json: bool, data_dir: Path | None) -> None:
    """Have a translation of the subtitles of one statement drafted by a machine."""
    translates = _parts(data_dir).translates
    with open_transaction(data_dir) as db:
        source = _transcript(db, statement_at(db, slug, country, position))
        sheet = draft_sheet(db, source, language, translates=translates, actor=SYSTEM, now=datetime.now(UTC))
        say({"sheet_id": sheet.id}, f"Asked for: sheet {sheet.id}.", as_json=as_json)


@click.command(
    epilog="""\b
Example:
  presession captions recognise 36 MW 1

What recognises is set by PRESESSION_RECOGNITION__MODEL; for statements of which nobody has the text."""
)
@click.argument("slug")
@click.argument("country")
@click.argument("position", type=int)
@json_option()
@data_option()
def recognise(*, slug: str, country: str, position: int, as_json: bool, data_dir: Path | None) -> None:
    """Have what is said in one statement written down by a machine."""
    recognises = _parts(data_dir).recognises
    with open_transaction(data_dir) as db:
        recording = _recording(statement_at(db, slug, country, position))
        sheet = recognise_sheet(db, recording, recognises=recognises, actor=SYSTEM, now=datetime.now(UTC))
        say({"sheet_id": sheet.id}, f"Asked for: sheet {sheet.id}.", as_json=as_json)


@click.command(
    epilog="""\b
Example:
  presession captions document 36 MW 1 fr translation.docx

The document (DOCX, ODT, PDF, text) has the paragraphs of the statement's text."""
)
@click.argument("slug")
@click.argument("country")
@click.argument("position", type=int)
@click.argument("language")
@click.argument("file", type=_FILE)
@json_option()
@data_option()
def document(
    *, slug: str, country: str, position: int, language: str, file: Path, as_json: bool, data_dir: Path | None
) -> None:
    """Give the text of a translation to the subtitles of one statement."""
    text = text_of(file, language=language)
    with open_transaction(data_dir) as db:
        source = _transcript(db, statement_at(db, slug, country, position))
        sheet = take_up_document(db, source, language, text, actor=SYSTEM, now=datetime.now(UTC))
        say({"sheet_id": sheet.id, "cues": len(sheet.cues)}, f"Taken up: sheet {sheet.id}.", as_json=as_json)


def _parts(data_dir: Path | None) -> DraftingParts:
    return DraftingParts(**load_settings(data_dir=data_dir, makes_secret=False).drafting_values)


def _recording(statement: Statement) -> Recording:
    if statement.current_recording is None:
        raise WrongUsage("There is no recording of this statement yet.")
    return statement.current_recording


def _transcript(db: Session, statement: Statement) -> Sheet:
    found = find_transcript(db, _recording(statement))
    if found is None:
        raise WrongUsage("There are no subtitles of the words spoken yet: `presession captions align` times the text.")
    return found
