"""Staff: what a speaker wrote beside the recording, and papers without their metadata."""

from dataclasses import dataclass

from flask import abort
from flask.typing import ResponseReturnValue

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.records.tables import Paper, Statement
from pipeline.services.consents import latest_consents
from pipeline.services.papers import clean_papers
from pipeline.services.shown_parts import name_shown
from pipeline.services.statement_contents import Written, newest_content, written
from webapp.access import reader
from webapp.database import current_db
from webapp.views.speaker_papers import answer_paper
from webapp.views.staff import blueprint


@dataclass(frozen=True)
class BesideForStaff:
    """What there is beside a recording, with what was agreed for it; `public_name` is None where none is shown."""

    own: Written
    papers: tuple[Paper, ...]
    text_consent: Audience | None
    papers_consent: Audience | None
    public_name: str | None


def beside_recording(statement: Statement) -> BesideForStaff:
    """What staff see of a statement's other parts."""
    answers = {item: consent.audience for item, consent in latest_consents(statement).items()}
    return BesideForStaff(
        own=written(newest_content(statement)),
        papers=tuple(clean_papers(statement)),
        text_consent=answers.get(ConsentItem.TEXT),
        papers_consent=answers.get(ConsentItem.PAPERS),
        public_name=name_shown(statement),
    )


@blueprint.get("/papers/<int:paper_id>")
@reader
def paper(paper_id: int) -> ResponseReturnValue:
    """A paper without its metadata, to be saved."""
    return answer_paper(current_db().get(Paper, paper_id) or abort(404))
