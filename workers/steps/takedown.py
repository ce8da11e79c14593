"""A takedown: hide at once what may not be out, unless the release without it comes first."""

import time

from pipeline.services.claims import check_claim
from pipeline.services.hiding import Unwanted, find_unwanted, record_hidden, record_unwanted_removed
from pipeline.services.releases import lock_country
from pipeline.site.hidden_page import write_hidden_page
from pipeline.site.publishing import forget_old_pointers, look_at_pointer, put_pointer, remove_media, remove_release
from pipeline.storage.keys import site_prefix
from pipeline.storage.store import ObjectInfo, ObjectStore
from workers.clock import utc_now
from workers.steps.run import JobRun, Record
from workers.steps.session_page import write_session_pages

_HEAD_START_SECONDS = 2.0
"""A release that is begun at once is out by then, and nobody sees an empty page."""

_LOOK_SECONDS = 0.2


def run_takedown(run: JobRun) -> Record:
    """Pointer first, then every object and version; nothing where the release is out already or nothing is wrong."""
    if _wait(run) is None:
        return lambda _db, _now: None
    unwanted = _hide(run)
    if unwanted is None:
        return lambda _db, _now: None
    prefix = site_prefix(unwanted.slug, unwanted.country_code, unwanted.audience)
    for name in sorted(unwanted.releases):
        remove_release(run.context.store, prefix, name)
    for name in sorted(unwanted.media):
        remove_media(run.context.store, prefix, name)
    forget_old_pointers(run.context.store, prefix)
    with run.context.database.begin() as db:
        check_claim(db, run.claim)
        record_unwanted_removed(db, unwanted, now=utc_now())
    write_session_pages(run, unwanted.country_id, unwanted.audience)
    return lambda _db, _now: None


def _wait(run: JobRun) -> Unwanted | None:
    """What is still to be hidden after the head start."""
    until = time.monotonic() + _HEAD_START_SECONDS
    while True:
        with run.context.database.read() as db:
            unwanted = find_unwanted(db, run.claim.subject_id)
        if unwanted is None or time.monotonic() >= until:
            return unwanted
        run.report(0.1, "publishing")
        time.sleep(_LOOK_SECONDS)


def _hide(run: JobRun) -> Unwanted | None:
    """Move the pointer under the country's lock, as whoever makes a release live does."""
    with run.context.database.read() as db:
        found = find_unwanted(db, run.claim.subject_id)
    if found is None:
        return None
    store, prefix = run.context.store, site_prefix(found.slug, found.country_code, found.audience)
    with run.context.database.begin() as db:
        lock_country(db, found.country_id)
        seen = look_at_pointer(store, prefix)
        check_claim(db, run.claim)
        unwanted = find_unwanted(db, run.claim.subject_id)
        if unwanted is not None and (unwanted.is_seen or _leads_to(store, seen, unwanted)):
            put_pointer(store, prefix, write_hidden_page(), seen)
            record_hidden(db, run.claim.subject_id, now=utc_now())
        return unwanted


def _leads_to(store: ObjectStore, pointer: ObjectInfo | None, unwanted: Unwanted) -> bool:
    """Whether the pointer leads there whatever the records say: who moved it may have died before noting that down."""
    page = store.read_bytes(pointer.key).decode() if pointer is not None else ""
    return any(name in page for name in unwanted.releases)
