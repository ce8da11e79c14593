"""What the records say at the end of the demonstration, and whether it is what the story promised."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config.settings import Settings
from pipeline.domain.statements import StatementState
from pipeline.records.database import Database
from pipeline.records.tables import Country, PreSession, Recording, Speaker
from pipeline.storage.keys import site_prefix
from presession.demo.failures import DemoFailed
from presession.demo.story import FIRST_TAKES, SECOND_TAKES, Take


@dataclass(frozen=True)
class PublishedCountry:
    """One country that is out: its folder, its address, its programme's manifest relative to the folder."""

    code: str
    release_dir: Path
    url: str
    manifest: str

    def to_json(self) -> dict[str, str]:
        """JSON types only."""
        return {"code": self.code, "release_dir": str(self.release_dir), "url": self.url, "manifest": self.manifest}


def published_countries(database: Database, settings: Settings, slug: str) -> list[PublishedCountry]:
    """Every country of the session with what is out of it; raises `DemoFailed` when one has nothing."""
    with database.read() as db:
        rows = db.scalars(select(Country).join(PreSession).where(PreSession.slug == slug).order_by(Country.id)).all()
        return [_published(row, settings, slug) for row in rows]


def _published(row: Country, settings: Settings, slug: str) -> PublishedCountry:
    if row.live_release is None:
        raise DemoFailed(f"Nothing of {row.code} is published.")
    folder = settings.store_folder / site_prefix(slug, row.code)
    url = f"{settings.public_url}/watch/{slug}/{row.code.lower()}/"
    if not (folder / row.live_release.manifest_uri).is_file():
        raise DemoFailed(f"The published folder of {row.code} lacks its programme's manifest.")
    return PublishedCountry(row.code, folder, url, row.live_release.manifest_uri)


def told_recordings(database: Database) -> list[dict[str, Any]]:
    """Every recording with its verdict, findings and what became of it, in panel order."""
    with database.read() as db:
        panels = select(Speaker).join(Country).order_by(Country.id, Speaker.position)
        return [
            _told(speaker, recording) for speaker in db.scalars(panels) for recording in speaker.statement.recordings
        ]


def _told(speaker: Speaker, recording: Recording) -> dict[str, Any]:
    is_current = recording.id == speaker.statement.current_recording_id
    state = speaker.statement.state if is_current else StatementState.SENT_BACK
    return {
        "speaker": speaker.name,
        "country": speaker.country.code,
        "attempt": recording.attempt,
        "verdict": recording.verdict.value if recording.verdict else None,
        "findings": list(recording.findings),
        "state": state.value,
    }


def check_story(database: Database) -> None:
    """Raise `DemoFailed` with every recording whose verdict, findings or fate is not the one in the story."""
    with database.read() as db:
        panels = db.scalars(select(Speaker).join(Country).order_by(Country.id, Speaker.position)).all()
        problems = [problem for speaker in panels for problem in _check_speaker(speaker)]
    if problems:
        raise DemoFailed(" ".join(problems))


def _check_speaker(speaker: Speaker) -> list[str]:
    name = f"{speaker.country.code.lower()}-{speaker.position}"
    takes = [take for take in (*FIRST_TAKES, *SECOND_TAKES) if take.statement == name]
    recordings = speaker.statement.recordings
    if len(takes) != len(recordings):
        return [f"{speaker.name} has {len(recordings)} recordings instead of {len(takes)}."]
    problems = [
        f"{speaker.name}, attempt {recording.attempt}: {problem}"
        for take, recording in zip(takes, recordings, strict=True)
        if (problem := _difference(take, recording))
    ]
    wanted = StatementState.PUBLISHED if takes[-1].is_approved else StatementState.SENT_BACK
    if speaker.statement.state is not wanted:
        problems.append(f"{speaker.name} stands at “{speaker.statement.state.value}” instead of “{wanted.value}”.")
    return problems


def _difference(take: Take, recording: Recording) -> str:
    if recording.verdict is not take.verdict:
        return f"the verdict is “{recording.verdict}” instead of “{take.verdict.value}”."
    found = {row["code"] for row in recording.findings}
    missing = sorted(code.value for code in take.findings if code.value not in found)
    if missing:
        return f"intake did not notice {', '.join(missing)}."
    return ""
