"""Telling caches in front of the published pages what is gone; tried again until they take it."""

from config.settings import Settings
from pipeline.services.purge_sending import CacheHook, CachesAway, tell_caches
from pipeline.services.purges import load_purge, record_purge_try
from workers.clock import utc_now
from workers.steps.run import JobRun, Record


def run_purge(run: JobRun) -> Record:
    """Tell them once; raises `CachesAway` where they did not take it, with their answer kept."""
    with run.context.database.read() as db:
        gone = load_purge(db, run.claim.subject_id)
    answer = tell_caches(cache_hook(run.context.settings), gone, now=utc_now())
    if not answer.is_taken:
        with run.context.database.begin() as db:
            record_purge_try(db, run.claim.subject_id, answer, now=utc_now())
        raise CachesAway(f"The caches in front of the published pages did not take a message ({answer.word}).")
    return lambda db, now: record_purge_try(db, run.claim.subject_id, answer, now=now)


def cache_hook(settings: Settings) -> CacheHook:
    """What the settings say about caches of others."""
    cdn = settings.cdn
    return CacheHook(
        cdn.kind, cdn.command, cdn.url, cdn.secret.get_secret_value(), cdn.public_url or settings.public_url
    )
