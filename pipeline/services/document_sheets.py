"""A translation that is a document, given to the cues of a transcript: a sheet that a person goes through."""

from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.captions.drafts.documents import distribute_text
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.sheets import SheetOrigin
from pipeline.records.tables import Sheet
from pipeline.services.events import Actor
from pipeline.services.sheet_bounds import statement_text
from pipeline.services.sheet_filling import fill_sheet
from pipeline.services.sheets import NewCue, find_sheet, open_sheet, read_cues


def take_up_document(
    db: Session,
    source: Sheet,
    language: str,
    translation: str,
    *,
    replaces: bool = False,
    actor: Actor,
    now: datetime,
) -> Sheet:
    """Give the text of a translation to the cues of `source`, in an interpretation that has no words yet (or whose
    words go, where `replaces`).

    `translation` is what `pipeline.documents.confined.text_of` took out of the file. Paragraphs are those of the
    statement's text. Raises `ParagraphsDiffer` where they are others, and `ChangeNotAllowed` where `source` has no
    words or the interpretation has some.
    """
    cues = [cue for cue in read_cues(db, source) if cue.text]
    if language == source.language or not cues:
        raise ChangeNotAllowed("There are no words yet that a translation can be given to.")
    texts = distribute_text(
        translation,
        [cue.text for cue in cues],
        said=statement_text(source.recording),
        language=language,
        source_language=source.language,
    )
    new = [
        NewCue(cue.start_ms, cue.end_ms, text, source_key=cue.key, place=cue.place)
        for cue, text in zip(cues, texts, strict=True)
    ]
    sheet = find_sheet(db, source.recording_id, language)
    if sheet is None:
        return open_sheet(
            db, source.recording, language, SheetOrigin.DOCUMENT, cues=new, source=source, actor=actor, now=now
        )
    return fill_sheet(db, sheet, new, SheetOrigin.DOCUMENT, replaces=replaces, actor=actor, now=now)
