"""What the templates of the statement's written parts, papers and withdrawal are given."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from pipeline.domain.consents import ConsentItem
from pipeline.domain.contents import MAX_RECOMMENDATION_LENGTH, MAX_RECOMMENDATIONS, MAX_TEXT_LENGTH
from pipeline.domain.papers import MAX_PAPER_BYTES, MAX_PAPERS, PaperState
from pipeline.records.tables import Paper, Statement
from pipeline.services.hand_ins import HandIn
from pipeline.services.papers import standing_papers
from pipeline.services.shown_parts import paper_tells_name, text_tells_name
from pipeline.services.statement_contents import newest_content, spoken_language, written
from webapp.wording.languages import language_choices
from webapp.wording.measured import megabytes
from webapp.wording.papers import paper_words


@dataclass(frozen=True)
class ContentsPart:
    """The fields of the written parts as they were saved."""

    text: str
    recommendations: tuple[str, ...]
    theme: str
    language: str
    languages: tuple[tuple[str, str], ...]
    tells_name: bool
    longest_text: int = MAX_TEXT_LENGTH
    longest_recommendation: int = MAX_RECOMMENDATION_LENGTH


@dataclass(frozen=True)
class PaperLine:
    """One paper in the list."""

    id: int
    title: str
    kind: str
    size: str
    words: str
    is_clean: bool
    is_wrong: bool


@dataclass(frozen=True)
class PapersPart:
    """The list of papers, and whether another one can be sent."""

    shown: tuple[PaperLine, ...]
    has_room: bool
    megabytes: int = MAX_PAPER_BYTES // 1024**2


@dataclass(frozen=True)
class WithdrawalPart:
    """One part that can be withdrawn by itself."""

    item: ConsentItem
    words: str
    hint: str


def contents_part(statement: Statement) -> ContentsPart:
    """The written parts; where nothing was saved yet, what the session file says."""
    own = written(newest_content(statement))
    language = spoken_language(statement)
    empty = ("",) * (MAX_RECOMMENDATIONS - len(own.recommendations))
    return ContentsPart(
        text=own.text,
        recommendations=(*own.recommendations, *empty),
        theme=own.theme or statement.speaker.theme,
        language=language,
        languages=language_choices(language),
        tells_name=text_tells_name(statement),
    )


def papers_part(statement: Statement) -> PapersPart:
    """The papers that were not removed."""
    papers = standing_papers(statement)
    taken = sum(paper.state is not PaperState.REFUSED for paper in papers)
    lines = tuple(_line(statement, paper, number) for number, paper in enumerate(papers, start=1))
    return PapersPart(lines, has_room=taken < MAX_PAPERS)


def withdrawal_parts(hand_in: HandIn) -> list[WithdrawalPart]:
    """What there is to withdraw one by one."""
    statement = hand_in.statement
    recordings = sum(recording.withdrawn_at is None for recording in statement.recordings)
    papers = len(standing_papers(statement))
    parts = []
    if recordings:
        hint = ngettext(
            "%(num)d recording will be deleted. You can hand in another one.",
            "%(num)d recordings will be deleted. You can hand in another one.",
            recordings,
        )
        parts.append(WithdrawalPart(ConsentItem.RECORDING, _("Withdraw my recording"), hint))
    if written(newest_content(statement)).has_words:
        hint = _("Your written text and your recommendations will be deleted, in all versions.")
        parts.append(WithdrawalPart(ConsentItem.TEXT, _("Withdraw my text"), hint))
    if papers:
        hint = ngettext("%(num)d paper will be deleted.", "%(num)d papers will be deleted.", papers)
        parts.append(WithdrawalPart(ConsentItem.PAPERS, _("Withdraw my papers"), hint))
    hint = _("Only your organisation will be named. The organiser still knows your name.")
    return [*parts, WithdrawalPart(ConsentItem.NAME, _("Withdraw my name"), hint)]


def _line(statement: Statement, paper: Paper, number: int) -> PaperLine:
    tells_name = paper_tells_name(statement, paper)
    return PaperLine(
        id=paper.id,
        title=paper.title or _("Paper %(number)d", number=number),
        kind=paper.kind.value,
        size=megabytes(paper.size_bytes),
        words=paper_words(paper, tells_name=tells_name),
        is_clean=paper.state is PaperState.CLEAN,
        is_wrong=paper.state is PaperState.REFUSED or (tells_name and paper.state is PaperState.CLEAN),
    )
