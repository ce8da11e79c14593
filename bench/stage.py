"""What every section of the bench gets: programs, ladder, a place for files, and how much to measure."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.clip import make_clip
from config.settings import CONFIG_DIR
from pipeline.domain.errors import FinalError
from pipeline.media.ladder import Ladder, parse_ladder
from pipeline.media.programs import MediaPrograms
from pipeline.processes import run_program

_DEADLINE_SECONDS = 7200.0


@dataclass(frozen=True)
class Stage:
    """One run of the bench: `seconds` of recording and, for growth, `long_seconds`; `runs` of every contender.

    What does not go by seconds sends less where the run `is_quick`, and uses PostgreSQL and S3 where it `has_servers`.
    """

    place: Path
    seconds: int
    long_seconds: int
    runs: int
    say: Callable[[str], None]
    is_quick: bool = False
    has_servers: bool = False
    programs: MediaPrograms = field(default_factory=MediaPrograms)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def ladder(self) -> Ladder:
        """The ladder as it is shipped."""
        return shipped_ladder()

    def clip(self, seconds: int) -> Path:
        """The bench's recording of that length; making it is no part of any measurement."""
        self.say(f"A recording of {seconds} s")
        return make_clip(self.place, seconds, self.programs)

    def fresh(self, name: str) -> Path:
        """A new empty folder."""
        folder = self.place / "work" / f"{next(self._numbers):04d}-{name}"
        folder.mkdir(parents=True)
        return folder


def shipped_ladder(*, with_modern: bool = False) -> Ladder:
    """The ladder of the configuration, its AV1 set enabled for measuring or as it is."""
    text = (CONFIG_DIR / "renditions.toml").read_text(encoding="utf-8")
    return parse_ladder(text.replace("enabled = false", "enabled = true") if with_modern else text)


def run_all(commands: Sequence[Sequence[str]], folder: Path) -> None:
    """Run programs one after the other in a folder; raises `FinalError` with the last words of one that fails."""
    for argv in commands:
        result = run_program(argv, cwd=folder, deadline_seconds=_DEADLINE_SECONDS)
        if result.returncode != 0:
            raise FinalError(f"{Path(argv[0]).name} failed in the bench: {result.last_words}")
