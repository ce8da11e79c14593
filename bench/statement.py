"""What one statement costs from upload to package, against a plain ffmpeg making the same renditions."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.costs import Cost, measure
from bench.plain_ffmpeg import encode_plainly
from config.settings import CONFIG_DIR
from pipeline.captions.cues import Cue
from pipeline.domain.errors import FinalError
from pipeline.domain.limits import Limit
from pipeline.media.encode import encode_recording
from pipeline.media.intake import check_recording
from pipeline.media.ladder import Ladder, parse_ladder
from pipeline.media.programs import MediaPrograms
from pipeline.site.manifests import write_package_manifests
from presession.demo.samples import make_sample
from presession.demo.story import Take, VideoForm
from presession.demo.texts import demo_plan, demo_statements

RATE = 30
SECONDS = 60
RUNS = 3

Say = Callable[[str], None]


def measure_statement(programs: MediaPrograms, *, say: Say) -> dict[str, Any]:
    """Three runs of both on a 1080p30 clip of a minute; the cheapest run of each counts."""
    ladder = parse_ladder((CONFIG_DIR / "renditions.toml").read_text(encoding="utf-8"))
    with TemporaryDirectory(prefix="presession-bench-") as folder:
        place = Path(folder)
        say("Making a 1080p30 clip of a minute")
        clip = _make_clip(place, programs)
        steps: list[dict[str, Cost]] = []
        plain: list[Cost] = []
        seconds = 0.0
        for run in range(1, RUNS + 1):
            say(f"Run {run} of {RUNS}")
            seconds, costs = _our_steps(clip, ladder, _fresh(place / f"ours-{run}"), programs)
            steps.append(costs)
            target = _fresh(place / f"plain-{run}")
            plain.append(_plain_cost(clip, ladder, target, programs))
        cheapest = min(steps, key=lambda costs: _whole(costs).cpu_seconds)
        return {"clip_seconds": round(seconds, 1), **_summary(cheapest, min(plain, key=_cpu))}


def _make_clip(place: Path, programs: MediaPrograms) -> Path:
    plan = demo_plan(CONFIG_DIR / "sessions")
    take = Take("mw-1", VideoForm(1920, 1080, str(RATE)))
    limit = Limit(SECONDS, SECONDS * 2)
    return make_sample(take, demo_statements(plan)[0], limit=limit, samples_dir=place, ffmpeg=programs.ffmpeg).path


def _our_steps(clip: Path, ladder: Ladder, place: Path, programs: MediaPrograms) -> tuple[float, dict[str, Cost]]:
    limit = Limit(1, SECONDS * 2)
    report, intake = measure(
        lambda: check_recording(clip, limit=limit, programs=programs, work_dir=_fresh(place / "work"))
    )
    if not report.is_accepted:
        raise FinalError("The bench's own clip was refused.")
    out_dir = _fresh(place / "package")
    package, encode = measure(lambda: encode_recording(clip, report, ladder=ladder, out_dir=out_dir, programs=programs))
    subtitles = {"en": (Cue(0, 2, "A subtitle"),)}
    _, manifests = measure(lambda: write_package_manifests(package, language="en", subtitles=subtitles))
    return package.duration_seconds, {"intake": intake, "encode": encode, "manifests": manifests}


def _plain_cost(clip: Path, ladder: Ladder, target: Path, programs: MediaPrograms) -> Cost:
    _, cost = measure(lambda: encode_plainly(clip, ladder=ladder, out_dir=target, programs=programs, rate=RATE))
    return cost


def _summary(steps: dict[str, Cost], plain: Cost) -> dict[str, Any]:
    whole = _whole(steps)
    return {
        "steps": {name: cost.to_json() for name, cost in steps.items()},
        "statement": whole.to_json(),
        "plain_ffmpeg": plain.to_json(),
        "cpu_ratio": round(whole.cpu_seconds / plain.cpu_seconds, 3),
        "wall_ratio": round(whole.wall_seconds / plain.wall_seconds, 3),
    }


def _whole(steps: dict[str, Cost]) -> Cost:
    return sum(steps.values(), Cost(0, 0))


def _cpu(cost: Cost) -> float:
    return cost.cpu_seconds


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
