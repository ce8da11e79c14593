"""Films with subtitles in the picture that nobody may have any more: those of subtitles removed or replaced.

What removes a package removes its films; here go those whose package stays.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.records.database import Database
from pipeline.records.tables import BurnedFilm, StepResult, Track
from pipeline.services.burned_films import BURN_STEP, burned_uri, can_be_burned
from pipeline.services.tracks import current_tracks
from pipeline.storage.keys import under
from pipeline.storage.store import ObjectStore


def erase_films(database: Database, store: ObjectStore) -> int:
    """Remove films that nobody can ask for as they are, with what is known of them; how many. May be repeated."""
    with database.begin() as db:
        wanted = _wanted_keys(db)
        made = db.scalars(select(StepResult).where(StepResult.step == BURN_STEP)).all()
        keys = {result.id: under(result.prefix, result.facts["uri"]) for result in made}
        gone = {number: key for number, key in keys.items() if key not in wanted}
    for number, key in gone.items():
        store.delete(key)
        with database.begin() as db:
            result = db.get(StepResult, number)
            if result is not None:
                db.delete(result)
    return len(gone)


def _wanted_keys(db: Session) -> set[str]:
    """Where films lie that were asked for, of subtitles that still count; what is asked for of others is forgotten."""
    wanted: set[str] = set()
    for film, track in db.execute(select(BurnedFilm, Track).join(Track, Track.id == BurnedFilm.track_id)).all():
        recording = track.recording
        if current_tracks(recording).get(track.language) is not track:
            db.delete(film)
        elif can_be_burned(recording):
            wanted.add(under(str(recording.package_prefix), burned_uri(track, film.size)))
    return wanted
