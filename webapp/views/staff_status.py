"""Staff: how a session stands on one page to be printed, and as a table for a spreadsheet."""

from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.delimited_text import write_delimited
from pipeline.services.board_lines import Board, CountryLine, Show, SpeakerLine
from webapp.access import reader
from webapp.i18n import country_name_for_reader, language_name_for_reader, reader_language
from webapp.views.staff import blueprint
from webapp.views.staff_sessions import find_board
from webapp.wording.approvals import approval_words
from webapp.wording.staff_board import all_missing_words, reminder_words, waiting_words
from webapp.wording.standings import kind_words, standing_words

_COUNTED = (Show.STAFF, Show.SPEAKER, Show.LATE, Show.MACHINE, Show.SUBTITLES, Show.CONSENT, Show.READY, Show.PUBLISHED)
_PANEL = 6


@blueprint.get("/<slug>/status")
@reader
def status(slug: str) -> ResponseReturnValue:
    """Counts, and every country with its panel, on one sheet of paper."""
    board = find_board(slug)
    places = max([_PANEL, *(len(country.speakers) for country in board.countries)])
    return render_template(
        "staff/board_status.html", board=board, places=places, counted=_COUNTED, Show=Show, now=datetime.now(UTC)
    )


@blueprint.get("/<slug>/status.csv")
@reader
def status_table(slug: str) -> ResponseReturnValue:
    """One line for each speaker, in the reader's language, as spreadsheets of that language read it."""
    board = find_board(slug)
    table = write_delimited([_head(), *_rows(board)], "," if reader_language() == "en" else ";")
    answer = Response(table, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"session-{board.slug}-status.csv")
    return answer


def _head() -> list[str]:
    return [
        _("Country"),
        _("Code"),
        _("Place on the panel"),
        _("Organisation"),
        _("Name"),
        _("Kind"),
        _("Language"),
        _("Theme"),
        _("Status"),
        _("Since"),
        _("Waits for"),
        _("Missing"),
        _("Subtitles there"),
        _("Approval"),
        _("Length in seconds"),
        _("Last day"),
        _("Last reminder"),
        _("Number of the statement"),
    ]


def _rows(board: Board) -> Iterator[list[str]]:
    for country in board.countries:
        for line in country.speakers:
            yield _row(country, line)


def _row(country: CountryLine, line: SpeakerLine) -> list[str]:
    row = line.row
    return [
        country_name_for_reader(country.code),
        country.code,
        str(row.position),
        row.organisation,
        row.name,
        kind_words(row.kind),
        language_name_for_reader(row.language),
        row.theme,
        standing_words(line.standing),
        row.state_since.date().isoformat(),
        waiting_words(line.waits_for),
        "; ".join(all_missing_words(line)),
        " ".join(line.tracks),
        approval_words(line.approval),
        str(round(row.duration_seconds)) if row.duration_seconds is not None else "",
        line.last_day.isoformat() if line.last_day else "",
        reminder_words(line.reminder) if line.reminder else "",
        str(row.statement_id),
    ]
