"""What a page's script asks every few seconds while something is being done: standings in words, as JSON."""

from typing import Any

from pipeline.domain.fingerprints import digest
from pipeline.domain.standings import Waiting
from pipeline.services.board_lines import Board, CountryLine, SpeakerLine
from webapp.wording.standings import line_words, tone_of
from webapp.wording.work import detail_words, line_detail_words


def live_line(line: SpeakerLine) -> dict[str, Any]:
    """One statement; `is_busy` says that asking again is worth while."""
    return {
        "key": f"statement-{line.row.statement_id}",
        "standing": line.standing.value,
        "words": line_words(line),
        "tone": tone_of(line.standing),
        "detail": line_detail_words(line),
        "progress": line.progress,
        "is_busy": line.waits_for is Waiting.MACHINE,
    }


def board_mark(board: Board) -> str:
    """Another one as soon as a board shows anything else than words, progress and detail of work under way."""
    return digest([[_seen(line) for line in country.speakers] for country in board.countries])


def live_country(country: CountryLine) -> dict[str, Any]:
    """One country's publication."""
    job = country.release_job
    return {
        "key": f"country-{country.code}",
        "standing": job.state.value if job is not None else "",
        "detail": detail_words(job, country.release_wait),
        "progress": job.progress if job is not None and country.is_publishing else None,
        "is_busy": country.is_publishing,
    }


def _seen(line: SpeakerLine) -> list[Any]:
    last = line.reminder
    return [
        line.row.statement_id,
        line.row.organisation,
        line.standing,
        line.waits_for,
        line.obstacle,
        line.missing,
        line.missing_subtitles,
        dict(line.open_subtitles),
        line.recording_consent,
        line.due,
        last and [last.mail_id, last.state, last.is_lately],
    ]
