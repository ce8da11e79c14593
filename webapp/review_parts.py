"""Staff: what the review screen says with forms and lists: moments to look at, people to ask, reasons to pick."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.languages import SPEAKER_LANGUAGES
from pipeline.domain.roles import Role
from pipeline.domain.sheets import wanted_languages
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Comment, Recording, StaffAccount, Statement
from pipeline.services.assignments import list_people
from pipeline.services.mails import reader_language_of
from pipeline.services.reviews import report_of
from webapp.forms import SendBackForm
from webapp.i18n import language_name_for_reader, written_in
from webapp.review_forms import AssignForm
from webapp.wording.measured import length_words
from webapp.wording.measured_facts import measured_facts
from webapp.wording.reasons import Reason, composed_reason, reason_sentence
from webapp.wording.staff_reasons import reason_name
from webapp.wording.staff_work import person_words

_SHORTEST_SILENCE_SECONDS = 2.0
_WIDTH = 600


@dataclass(frozen=True)
class Moment:
    """Something to look at: of which kind, from when to when in what is shown, in words; and where it is drawn."""

    kind: str
    start_seconds: float
    end_seconds: float
    words: str
    x: float
    width: float


@dataclass(frozen=True)
class Comparison:
    """A table: the attempts by their numbers, and for each thing that was measured its value in each of them."""

    columns: list[int]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class PickedReason:
    """One reason to pick: its code, what staff call it, what the speaker will read and in which language."""

    code: str
    name: str
    sentence: str
    language: str


def moments_of(recording: Recording | None, report: IntakeReport | None, comments: Sequence[Comment]) -> list[Moment]:
    """Everything that lies at a moment of what is shown, in the order of time."""
    if recording is None or not recording.duration_seconds:
        return []
    seconds = recording.duration_seconds
    begins = recording.trim.start_seconds if recording.trim else 0.0
    found = [*_measured(report, begins), *_commented(comments, recording)]
    shown = ((kind, max(start, 0.0), min(end, seconds), words) for kind, start, end, words in found)
    return sorted(
        (
            Moment(kind, start, end, words, _place(start, seconds), max(2.0, _place(end - start, seconds)))
            for kind, start, end, words in shown
            if start <= end
        ),
        key=lambda moment: moment.start_seconds,
    )


def compared_attempts(attempts: Sequence[Recording]) -> Comparison:
    """What was measured of each attempt, oldest first; a value that one has and another has not is a dash there."""
    measured = [(one.attempt, dict(measured_facts(report))) for one in attempts if (report := report_of(one))]
    measured.sort()
    names = dict.fromkeys(name for _attempt, facts in measured for name in facts)
    rows = [(name, [facts.get(name, "–") for _attempt, facts in measured]) for name in names]
    return Comparison([attempt for attempt, _facts in measured], rows)


def assign_form(db: Session, statement: Statement, form: AssignForm) -> AssignForm:
    """The form with who can be asked for what."""
    people = list_people(db)
    form.account_id.choices = [(account.id, _person_with_role(account)) for account in people]
    of_session, spoken = statement.speaker.country.pre_session.subtitle_languages, statement.speaker.language
    wanted = (*wanted_languages(of_session, spoken), spoken)
    languages = [
        (code, _("Subtitles: %(language)s", language=language_name_for_reader(code))) for code in dict.fromkeys(wanted)
    ]
    form.what.choices = [(AssignmentKind.REVIEW.value, _("Review")), *languages]
    return form


def reasons_to_pick(statement: Statement) -> list[PickedReason]:
    """The reasons, each with the sentence in the language that the speaker reads."""
    language = _language_of(statement)
    with written_in(language):
        sentences = {reason: reason_sentence(reason) for reason in Reason}
    return [PickedReason(reason.value, reason_name(reason), sentences[reason], language) for reason in Reason]


def reason_for_speaker(statement: Statement, form: SendBackForm) -> str:
    """What the speaker will read: picked sentences and own words."""
    return composed_reason(form.picked.data or (), form.reason.data or "", _language_of(statement))


def _language_of(statement: Statement) -> str:
    language = reader_language_of(statement)
    return language if language in SPEAKER_LANGUAGES else SPEAKER_LANGUAGES[0]


def _person_with_role(account: StaffAccount) -> str:
    words = person_words(account)
    return _("%(person)s (interpreter)", person=words) if account.role is Role.INTERPRETER else words


def _measured(report: IntakeReport | None, begins: float) -> Iterator[tuple[str, float, float, str]]:
    if report is None:
        return
    for start, end in report.silences:
        if end - start >= _SHORTEST_SILENCE_SECONDS:
            yield "silence", start - begins, end - begins, _("Silence: %(length)s", length=length_words(end - start))
    for start, end in report.black:
        yield "black", start - begins, end - begins, _("Picture black: %(length)s", length=length_words(end - start))
    for start, end in report.still:
        if not any(first <= start and end <= last for first, last in report.black):
            words = _("Picture stands still: %(length)s", length=length_words(end - start))
            yield "still", start - begins, end - begins, words


def _commented(comments: Sequence[Comment], recording: Recording) -> Iterator[tuple[str, float, float, str]]:
    for comment in comments:
        if comment.at_seconds is not None and comment.recording_id == recording.id and comment.resolved_at is None:
            yield "comment", comment.at_seconds, comment.at_seconds, comment.text


def _place(seconds: float, whole_seconds: float) -> float:
    return round(min(max(seconds / whole_seconds, 0.0), 1.0) * _WIDTH, 1)
