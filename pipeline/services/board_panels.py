"""The panels of a board: every speaker's line, from facts that are asked of the records once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.jobs import JobKind
from pipeline.domain.sheets import SheetState, wanted_languages
from pipeline.domain.standings import Standing, standing_of
from pipeline.services import board_rows as rows
from pipeline.services.board_lines import SpeakerLine
from pipeline.services.board_missing import find_with_text
from pipeline.services.board_parts import NOTHING_DECIDED, Decided, find_decided
from pipeline.services.board_rows import JobRow, SpeakerRow, TrackRow
from pipeline.services.board_waits import Waits
from pipeline.services.deadlines import due_of, later_day
from pipeline.services.reminders import LastReminder, find_last_reminders

RECORDING_KINDS = (JobKind.INTAKE, JobKind.ENCODE)


@dataclass(frozen=True)
class _Facts:
    """What is known beside the rows: by recording the first three, by statement the rest."""

    jobs: Mapping[int, JobRow]
    tracks: Mapping[int, dict[str, TrackRow]]
    sheets: Mapping[int, dict[str, SheetState]]
    consents: Mapping[tuple[int, ConsentItem], Audience]
    agreed: Mapping[int, Audience]
    decided: Mapping[int, Decided]
    links: Mapping[int, datetime]
    reminders: Mapping[int, LastReminder]
    with_text: frozenset[int]


def load_panels(
    db: Session,
    last_days: Mapping[int, date | None],
    wanted: tuple[str, ...],
    live_statements: set[int],
    waits: Waits,
    *,
    now: datetime,
    is_closed: bool = False,
) -> dict[int, list[SpeakerLine]]:
    """The panels of countries, by country, each in its order.

    `last_days` has the countries that are asked for, by id; `wanted` are the session's languages of subtitles. Of a
    session that `is_closed` nothing is public.
    """
    speakers = rows.find_speakers(db, list(last_days))
    facts = _find_facts(db, speakers, now=now)
    panels: dict[int, list[SpeakerLine]] = {}
    for row in speakers:
        last_day = later_day(last_days[row.country_id], row.hand_in_until)
        is_live = row.statement_id in live_statements
        line = _line(row, facts, wanted, waits, is_live=is_live, is_closed=is_closed, last_day=last_day, now=now)
        panels.setdefault(row.country_id, []).append(line)
    return panels


def _find_facts(db: Session, speakers: Sequence[SpeakerRow], *, now: datetime) -> _Facts:
    recording_ids = [row.recording_id for row in speakers if row.recording_id is not None]
    statement_ids = [row.statement_id for row in speakers]
    consents, agreed = rows.find_consents(db, statement_ids)
    return _Facts(
        jobs=rows.find_newest_jobs(db, RECORDING_KINDS, recording_ids),
        tracks=rows.find_tracks(db, recording_ids),
        sheets=rows.find_sheet_states(db, recording_ids),
        consents=consents,
        agreed=agreed,
        decided=find_decided(db, statement_ids),
        links=rows.find_last_links(db, statement_ids),
        reminders=find_last_reminders(db, statement_ids, now=now),
        with_text=find_with_text(db, statement_ids),
    )


def _line(
    row: SpeakerRow,
    facts: _Facts,
    wanted: tuple[str, ...],
    waits: Waits,
    *,
    is_live: bool,
    is_closed: bool,
    last_day: date | None,
    now: datetime,
) -> SpeakerLine:
    job = facts.jobs.get(row.recording_id or 0)
    tracks = facts.tracks.get(row.recording_id or 0, {})
    own_wanted = wanted_languages(wanted, row.language)
    decided = facts.decided.get(row.statement_id, NOTHING_DECIDED)
    consent = facts.consents.get((row.statement_id, ConsentItem.RECORDING))
    link_until = facts.links.get(row.statement_id)
    has_link = link_until is not None and link_until > now
    return SpeakerLine(
        row=row,
        standing=_standing(row, job, has_link=has_link),
        job=job,
        wait=waits.of(job),
        recording_consent=Audience.MISSIONS if is_closed and consent is Audience.PUBLIC else consent,
        name_consent=facts.consents.get((row.statement_id, ConsentItem.NAME)),
        beside=decided.beside,
        for_missions=decided.for_missions,
        is_told=not is_closed and facts.agreed.get(row.statement_id) is not Audience.MISSIONS,
        tracks={language: track.id for language, track in tracks.items()},
        marks={language: track.mark for language, track in tracks.items() if track.mark},
        missing_subtitles=tuple(language for language in own_wanted if language not in tracks),
        open_subtitles=_open_subtitles(own_wanted, tracks, facts.sheets.get(row.recording_id or 0, {})),
        link_until=link_until if has_link else None,
        is_invited=link_until is not None,
        is_live=is_live,
        has_text=row.statement_id in facts.with_text,
        last_day=last_day,
        due=due_of(last_day, now=now),
        reminder=facts.reminders.get(row.statement_id),
        approval=decided.approval,
    )


def _open_subtitles(
    wanted: tuple[str, ...], tracks: Mapping[str, TrackRow], sheets: Mapping[str, SheetState]
) -> dict[str, SheetState | None]:
    """Wanted languages that nobody can rely on yet, with how far they are; None for one that nobody began."""
    found = {language: sheets.get(language) for language in wanted}
    done = {language for language in tracks if sheets.get(language) in {None, SheetState.APPROVED}}
    return {language: state for language, state in found.items() if language not in done}


def _standing(row: SpeakerRow, job: JobRow | None, *, has_link: bool) -> Standing:
    return standing_of(
        row.state,
        has_link=has_link,
        verdict=row.verdict,
        is_packaged=row.package_prefix is not None,
        job_state=job.state if job is not None else None,
    )
