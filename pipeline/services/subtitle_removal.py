"""Taking subtitles away by decision: they come off the page at once, as what is withdrawn does."""

from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES
from pipeline.records.tables import Recording
from pipeline.services.events import Actor
from pipeline.services.releases import lock_country, remake_release, shows_track
from pipeline.services.tracks import current_tracks, remove_track


def take_down_subtitles(db: Session, recording: Recording, *, track_id: int, actor: Actor, now: datetime) -> bool:
    """Take the subtitles of one language away; whether they are out, and a release without them is made.

    Earlier revisions go with them. Raises `ChangeNotAllowed` when the track is not the one that counts.
    """
    country = recording.statement.speaker.country
    lock_country(db, country.id)
    db.refresh(recording, ["tracks"])
    track = next((one for one in current_tracks(recording).values() if one.id == track_id), None)
    revisions = [one.id for one in recording.tracks if track is not None and one.language == track.language]
    remove_track(db, recording, track_id=track_id, actor=actor, now=now)
    shown = [one for one in RELEASE_AUDIENCES if shows_track(db, country.id, revisions, one)]
    for audience in shown:
        remake_release(db, country, audience, actor=actor, now=now)
    return bool(shown)
