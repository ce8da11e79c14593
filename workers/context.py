"""What steps work with, opened once in each process that runs jobs."""

from collections.abc import Callable
from dataclasses import dataclass

from config.settings import Settings
from pipeline.domain.mails import MailWriter
from pipeline.media.card_style import CardStyle, read_card_style
from pipeline.media.cards import CardMaking
from pipeline.media.ladder import Ladder, read_ladder
from pipeline.media.programs import MediaPrograms
from pipeline.records.database import Database
from pipeline.services.jobs import JobProducer
from pipeline.services.originals import Originals
from pipeline.storage.opening import open_store
from pipeline.storage.sealing import KeyRing
from pipeline.storage.store import ObjectStore
from workers.producer import CeleryProducer


@dataclass(frozen=True)
class WorkerContext:
    """The parts of an installation as a worker needs them.

    `is_stopping` says that the worker was told to stop. `worker_name` is written beside the jobs that it takes;
    `end_process` ends a process that hangs, which its pool then replaces. Without a `mail_writer` it sends no mails.
    """

    settings: Settings
    database: Database
    store: ObjectStore
    producer: JobProducer
    programs: MediaPrograms
    ladder: Ladder
    card_style: CardStyle
    is_stopping: Callable[[], bool]
    worker_name: str = ""
    end_process: Callable[[], None] = lambda: None
    mail_writer: MailWriter | None = None

    @property
    def card_making(self) -> CardMaking:
        """How title cards are made."""
        return CardMaking(self.ladder, self.card_style)

    @property
    def originals(self) -> Originals:
        """The door to recordings as they were uploaded."""
        return Originals(self.store, KeyRing(self.settings.master_keys))


def open_context(
    settings: Settings,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    worker_name: str = "",
    end_process: Callable[[], None] = lambda: None,
    mail_writer: MailWriter | None = None,
) -> WorkerContext:
    """Build the parts from settings; call it in the process that uses them, after any fork."""
    media = settings.media
    return WorkerContext(
        settings=settings,
        database=Database(settings.effective_database_url),
        store=open_store(**settings.store_values),
        producer=CeleryProducer(settings),
        programs=MediaPrograms(media.ffmpeg, media.ffprobe, media.threads, media.memory_bytes),
        ladder=read_ladder(media.renditions_file),
        card_style=read_card_style(media.card_style_file),
        is_stopping=is_stopping,
        worker_name=worker_name,
        end_process=end_process,
        mail_writer=mail_writer,
    )
