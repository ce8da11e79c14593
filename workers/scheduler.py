"""The scheduler: a loop that sweeps by itself, since a sweep queued behind encodes would wait for what it rescues."""

import threading
import time
from collections import deque
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from pipeline.domain.errors import PresessionError
from pipeline.records.database import Database
from pipeline.services.accounts_leftovers import remove_old_account_rows
from pipeline.services.erasing import erase_withdrawn
from pipeline.services.jobs import JobProducer, transaction
from pipeline.services.leftovers import remove_attempt, remove_leftover_papers, remove_leftovers
from pipeline.services.mail_requests import find_due_reminders, queue_reminders
from pipeline.services.mission_links import forget_old_mission_links
from pipeline.services.originals import Originals
from pipeline.services.release_schedule import carry_out, find_due
from pipeline.services.retention import apply_retention
from pipeline.services.takedowns import renew_failed_takedowns
from pipeline.services.unpublished_leftovers import remove_unpublished
from pipeline.services.unwanted_cards import remove_unwanted_cards
from pipeline.services.upload_completion import finish_uploads
from pipeline.services.uploads import expire_uploads
from pipeline.services.webhook_deliveries import find_due_deliveries, queue_deliveries, remove_old_deliveries
from pipeline.storage.opening import open_store
from pipeline.storage.sealing import KeyRing
from pipeline.storage.spool import Spool
from pipeline.storage.store import ObjectStore
from workers.clock import utc_now
from workers.folders import remove_folder
from workers.presence import Presence, say_ended, scheduler_identity
from workers.producer import CeleryProducer
from workers.queue_depths import QueueDepths
from workers.sweeper import AskDepth, Sweeper

_log = structlog.get_logger(__name__)

_LEFTOVER_HOURS = 48.0
_REMIND_SECONDS = 600.0
_DAY_SECONDS = 24 * 3600.0
_CHORES_SECONDS = 5.0


class Scheduler:
    """What one installation needs done again and again; any number of schedulers may run."""

    def __init__(
        self, settings: Settings, database: Database, store: ObjectStore, producer: JobProducer, depths: AskDepth
    ) -> None:
        self._settings = settings
        self._database = database
        self._store = store
        self._producer = producer
        self._originals = Originals(store, KeyRing(settings.master_keys))
        self._spool = Spool(settings.spool_dir)
        self._sweeper = Sweeper(settings.jobs, database, producer, depths)
        self._given_up: deque[str] = deque()
        self._tidied_at: float | None = None
        self._reminded_at: float | None = None
        self._retained_at: float | None = None

    def sweep(self) -> None:
        """Take lost jobs back and give waiting ones the messages that they lack."""
        self._given_up += self._sweeper.sweep()

    def remove_given_up(self) -> None:
        """Remove what attempts wrote that were taken back; what a store that is away keeps is removed later."""
        while self._given_up:
            token = self._given_up[0]
            remove_folder(self._settings.work_dir, token)
            remove_attempt(self._database, self._store, token)
            self._given_up.popleft()

    def renew_takedowns(self) -> None:
        """Ask again for takedowns that failed: nothing stays out because a store was away."""
        with transaction(self._database, self._producer) as db:
            renewed = renew_failed_takedowns(db, now=utc_now())
        for country_id in renewed:
            _log.warning("takedown.renewed", country_id=country_id)

    def tend_uploads(self) -> None:
        """Finish uploads that arrived whole but could not be taken then; forget those whose time is over."""
        finish_uploads(self._database, self._originals, self._spool, self._producer, now=utc_now())
        expire_uploads(self._database, self._store, self._spool, now=utc_now())

    def carry_out_schedule(self) -> None:
        """Publish what is due, and end what is over."""
        with self._database.read() as db:
            due = find_due(db, now=utc_now())
        for schedule_id in due:
            with transaction(self._database, self._producer) as db:
                done = carry_out(db, schedule_id, now=utc_now())
            if done is not None:
                _log.info(
                    "schedule.carried_out", country_id=done.country_id, deed=done.deed.value, came_of=done.outcome
                )

    def queue_webhooks(self) -> None:
        """Have messages to other systems tried that are due."""
        with self._database.read() as db:
            due = find_due_deliveries(db, now=utc_now())
        if due:
            with transaction(self._database, self._producer) as db:
                queue_deliveries(db, due, now=utc_now())

    def erase_withdrawn(self) -> None:
        """Remove the bytes of what speakers withdrew, and the title cards that named them."""
        if erase_withdrawn(self._database, self._store, now=utc_now()):
            remove_unwanted_cards(self._database, self._store)

    def tidy_store(self) -> None:
        """Once a day, remove what writes to the store left behind when they were cut off, and rows that are over."""
        if self._tidied_at is not None and time.monotonic() < self._tidied_at + _DAY_SECONDS:
            return
        self._tidied_at = time.monotonic()
        self._store.remove_leftovers(older_than_hours=_LEFTOVER_HOURS)
        remove_unwanted_cards(self._database, self._store)
        remove_leftovers(self._database, self._store, older_than_hours=_LEFTOVER_HOURS)
        remove_leftover_papers(self._database, self._store, older_than_hours=_LEFTOVER_HOURS)
        remove_unpublished(self._database, self._store, older_than_hours=_LEFTOVER_HOURS)
        with self._database.begin() as db:
            remove_old_deliveries(db, now=utc_now())
            remove_old_account_rows(db, now=utc_now())
            forget_old_mission_links(db, now=utc_now())

    def apply_retention(self) -> None:
        """Once a day, remove what sessions keep no longer."""
        if not self._settings.retention.sweeps:
            return
        if self._retained_at is not None and time.monotonic() < self._retained_at + _DAY_SECONDS:
            return
        self._retained_at = time.monotonic()
        lines = apply_retention(self._database, self._store, self._producer, now=utc_now())
        if lines:
            remove_unwanted_cards(self._database, self._store)
        for line in lines:
            _log.info("retention.applied", session=line.slug, kind=line.kind.value, count=len(line.ids))

    def remind(self) -> None:
        """From time to time, remind speakers whose last day comes near."""
        days = self._settings.mails.reminder_days
        if not days or (self._reminded_at is not None and time.monotonic() < self._reminded_at + _REMIND_SECONDS):
            return
        self._reminded_at = time.monotonic()
        with self._database.read() as db:
            due = find_due_reminders(db, days=days, now=utc_now())
        if due:
            with transaction(self._database, self._producer) as db:
                _log.info("reminders.queued", count=queue_reminders(db, due, days=days, now=utc_now()))

    def sweep_round(self) -> None:
        """What people wait for, and what no slow store may hold up."""
        self._do(self.sweep)
        self._do(self.queue_webhooks)
        self._do(self.carry_out_schedule)

    def chore_round(self) -> None:
        """What needs the store; each chore once, what fails is tried again in the next round."""
        for chore in (
            self.remove_given_up,
            self.renew_takedowns,
            self.tend_uploads,
            self.erase_withdrawn,
            self.remind,
            self.tidy_store,
            self.apply_retention,
        ):
            self._do(chore)

    def _do(self, chore: Callable[[], None]) -> None:
        try:
            chore()
        except (SQLAlchemyError, PresessionError, OSError) as error:
            _log.warning("scheduler.chore_failed", chore=chore.__name__, error=type(error).__name__)


def run_sweeps(settings: Settings, stop: threading.Event) -> None:
    """Sweep every few seconds until `stop` is set; what needs the store is done beside it."""
    database = Database(settings.effective_database_url)
    store = open_store(**settings.store_values)
    scheduler = Scheduler(settings, database, store, CeleryProducer(settings), QueueDepths(settings))
    part = scheduler_identity()
    presence = Presence(database, part, beat_seconds=settings.jobs.heartbeat_seconds, is_stopping=stop.is_set)
    presence.start()
    # A daemon: a store that hangs keeps no scheduler from ending.
    chores = threading.Thread(target=_repeat, args=(scheduler.chore_round, settings, stop), name="chores", daemon=True)
    chores.start()
    _repeat(scheduler.sweep_round, settings, stop)
    chores.join(_CHORES_SECONDS)
    presence.stop()
    say_ended(database, part)
    database.close()


def _repeat(do_round: Callable[[], None], settings: Settings, stop: threading.Event) -> None:
    while True:
        do_round()
        if stop.wait(settings.jobs.sweep_seconds):
            break
