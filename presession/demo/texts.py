"""The invented statements that the demonstration reads aloud, phrase by phrase in three languages."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan, SpeakerPlan
from pipeline.domain.session_files import read_session_file

STATEMENTS_DIR = Path(__file__).parent / "statements"


@dataclass(frozen=True)
class DemoStatement:
    """What one speaker says. `phrases` hold the same sentence by language code; each becomes one subtitle."""

    country_code: str
    position: int
    speaker: SpeakerPlan
    phrases: tuple[dict[str, str], ...]
    recommendations: tuple[str, ...]

    @property
    def name(self) -> str:
        """Short name in files: `mw-1`."""
        return f"{self.country_code.lower()}-{self.position}"

    @property
    def language(self) -> str:
        """The language spoken."""
        return self.speaker.language

    @property
    def subtitle_languages(self) -> tuple[str, ...]:
        """Every language that the statement is written in."""
        return tuple(self.phrases[0])


def demo_plan(sessions_dir: Path) -> PreSessionPlan:
    """The demonstration session as it ships."""
    return read_session_file(sessions_dir / "demo.toml")


def demo_statements(plan: PreSessionPlan) -> tuple[DemoStatement, ...]:
    """One statement for each speaker of the plan, in panel order."""
    return tuple(
        _read_statement(country, position, speaker)
        for country in plan.countries
        for position, speaker in enumerate(country.speakers, start=1)
    )


def _read_statement(country: CountryPlan, position: int, speaker: SpeakerPlan) -> DemoStatement:
    path = STATEMENTS_DIR / f"{country.code.lower()}-{position}.toml"
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    return DemoStatement(
        country_code=country.code,
        position=position,
        speaker=speaker,
        phrases=tuple(written["phrase"]),
        recommendations=tuple(written["recommendations"]),
    )
