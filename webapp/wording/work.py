"""Background work in words: what it does, how long it takes still, why it waits, and what its parts are."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from pipeline.domain.jobs import JobKind, JobState, Queue
from pipeline.domain.standings import Waiting
from pipeline.services.board_lines import SpeakerLine
from pipeline.services.board_rows import JobRow
from pipeline.services.board_waits import Wait, WaitReason
from webapp.i18n import clock_words
from webapp.portal import portal
from webapp.readiness import State

_STATE_TONES = {
    JobState.QUEUED: "calm",
    JobState.RUNNING: "main",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "warn",
}
_PART_TONES = {State.OK: "good", State.AWAY: "bad", State.NOT_SEEN: "bad", State.UNKNOWN: "warn"}


def detail_words(job: JobRow | None, wait: Wait | None) -> str:
    """What is being done and how long it takes still, or why it has not begun; empty when neither."""
    if wait is not None:
        return wait_words(wait)
    if job is None or job.state is not JobState.RUNNING:
        return ""
    return " · ".join(words for words in (stage_words(job.stage), left_words(job)) if words)


def line_detail_words(line: SpeakerLine) -> str:
    """The same of the work that a statement waits for."""
    return detail_words(line.job, line.wait) if line.waits_for is Waiting.MACHINE else ""


def stage_words(stage: str) -> str:
    """What a job does now; empty for a stage that people need not know."""
    words = {
        "fetching": _("Fetching the recording"),
        "aligning": _("Timing the text by the recording"),
        "recognising": _("Writing down what is said"),
        "translating": _("Drafting a translation"),
        "checking": _("Checking file and sound"),
        "protecting": _("Hiding what the speaker wants hidden"),
        "copying": _("Making the small copy for the speaker"),
        "mixing": _("Mixing the voice with the original"),
        "encoding": _("Making the versions to watch"),
        "listening": _("Drawing the outline of the sound"),
        "burning": _("Writing the subtitles into the picture"),
        "storing": _("Storing the result"),
        "cards": _("Making the title cards"),
        "films": _("Making the films to take away"),
        "writing": _("Writing the page"),
        "walking": _("Looking at every part of the new page"),
        "publishing": _("Switching to the new page"),
    }
    return words.get(stage, "")


def left_words(job: JobRow) -> str:
    """How long a running job takes still; empty before its speed is known."""
    seconds = job.seconds_left(lease_seconds=portal().settings.jobs.lease_seconds)
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("less than a minute left")
    if minutes < 90:
        return ngettext("about %(num)d minute left", "about %(num)d minutes left", minutes)
    return _("about %(hours)d h %(minutes)d min left", hours=minutes // 60, minutes=minutes % 60)


def wait_words(wait: Wait) -> str:
    """Why a job has not begun."""
    if wait.reason is WaitReason.BEHIND:
        return ngettext("Waits for %(num)d job before it", "Waits for %(num)d jobs before it", wait.ahead)
    if wait.reason is WaitReason.NEXT:
        return _("Begins in a moment")
    if wait.reason is WaitReason.NO_WORKER:
        return _no_worker_words(wait.since)
    at = clock_words(wait.until or wait.since)
    words = {
        WaitReason.AWAY: _("Waits for a part of this service that is away. Tried again at %(time)s.", time=at),
        WaitReason.RETRY: _("An attempt failed. Tried again at %(time)s.", time=at),
        WaitReason.NOT_TAKEN: _(
            "Not begun since %(time)s, although a worker is free. Tell the person who runs this service.", time=at
        ),
    }
    return words[wait.reason]


def _no_worker_words(since: datetime | None) -> str:
    if since is None:
        return _("No worker for this has been seen yet. Tell the person who runs this service.")
    return _(
        "No worker for this has been seen since %(time)s. Tell the person who runs this service.",
        time=clock_words(since),
    )


def kind_of_work_words(kind: JobKind) -> str:
    """A kind of job."""
    words = {
        JobKind.INTAKE: _("Check"),
        JobKind.ENCODE: _("Preparation"),
        JobKind.RELEASE: _("Publication"),
        JobKind.PROXY: _("Copy for cutting"),
        JobKind.PAPER: _("Paper"),
        JobKind.MAIL: _("Mail"),
        JobKind.ACCOUNT_MAIL: _("Mail to staff"),
        JobKind.ACCOUNT_NOTICE: _("Notice to staff"),
        JobKind.WEBHOOK: _("Message to another system"),
        JobKind.ALIGN: _("Timing of subtitles"),
        JobKind.DRAFT: _("Draft of subtitles"),
        JobKind.BURN: _("Film with subtitles"),
        JobKind.TAKEDOWN: _("Takedown"),
        JobKind.PURGE: _("Message to the caches"),
        JobKind.VOICE: _("Spoken interpretation"),
        JobKind.WAVEFORM: _("Outline of the sound"),
    }
    return words[kind]


def job_state_words(state: JobState) -> str:
    """What a job is doing."""
    words = {
        JobState.QUEUED: _("waiting"),
        JobState.RUNNING: _("running"),
        JobState.DONE: _("done"),
        JobState.FAILED: _("failed"),
        JobState.CANCELLED: _("cancelled"),
    }
    return words[state]


def job_words(job: JobRow) -> str:
    """A job's state, with how far it is."""
    if job.state is JobState.RUNNING:
        return _("running: %(percent)d %%", percent=int(job.progress * 100))
    return job_state_words(job.state)


def job_state_tone(state: JobState) -> str:
    """The name of a badge's colour."""
    return _STATE_TONES[state]


def queues_words(queues: Iterable[Queue]) -> str:
    """What workers of some queues do."""
    words = {
        Queue.INTERACTIVE: _("checks"),
        Queue.PACKAGING: _("publications"),
        Queue.ENCODE: _("preparations"),
        Queue.CAPTIONS: _("subtitles"),
    }
    return ", ".join(words[queue] for queue in queues)


def part_state_words(state: State) -> str:
    """How a part of the installation stands."""
    words = {
        State.OK: _("in order"),
        State.AWAY: _("does not answer"),
        State.NOT_SEEN: _("not seen lately"),
        State.UNKNOWN: _("not known"),
    }
    return words[state]


def part_state_tone(state: State) -> str:
    """The name of a badge's colour."""
    return _PART_TONES[state]


def age_words(age: timedelta) -> str:
    """How long something is ago or lasts: `12 s`, `5 min`, `2 h 5 min`."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < 60:
        return _("%(seconds)s s", seconds=seconds)
    if seconds < 3600:
        return _("%(minutes)d min", minutes=seconds // 60)
    if seconds < 48 * 3600:
        return _("%(hours)d h %(minutes)d min", hours=seconds // 3600, minutes=seconds % 3600 // 60)
    return ngettext("%(num)d day", "%(num)d days", seconds // 86400)
