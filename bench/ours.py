"""The product's whole work on one statement: from the file that was uploaded to a package with its manifests."""

from dataclasses import dataclass
from pathlib import Path

from bench.costs import Cost, measure, own_cpu_seconds
from pipeline.captions.cues import Cue
from pipeline.domain.errors import FinalError
from pipeline.domain.limits import Limit
from pipeline.domain.packages import Package
from pipeline.media.encode import encode_recording
from pipeline.media.intake import complete_report, inspect_recording
from pipeline.media.ladder import Ladder
from pipeline.media.programs import MediaPrograms
from pipeline.site.manifests import write_package_manifests

_LIMIT = Limit(1, 3600)


@dataclass(frozen=True)
class StatementCost:
    """What each step cost; `python_cpu_seconds` is the part of all of them that was spent outside ffmpeg."""

    inspect: Cost
    encode: Cost
    complete: Cost
    manifests: Cost
    python_cpu_seconds: float

    @property
    def whole(self) -> Cost:
        """All steps."""
        return self.inspect + self.encode + self.complete + self.manifests


def process_statement(clip: Path, folder: Path, ladder: Ladder, programs: MediaPrograms) -> StatementCost:
    """Inspect, encode while measuring every picture, complete the report, write manifests. Files stay in `folder`."""
    own = own_cpu_seconds()
    (folder / "inspecting").mkdir()
    report, inspect = measure(
        lambda: inspect_recording(clip, limit=_LIMIT, programs=programs, work_dir=folder / "inspecting")
    )
    out_dir = folder / "package"
    encoded, encode = measure(lambda: encode_recording(clip, report, ladder=ladder, out_dir=out_dir, programs=programs))
    final, complete = measure(lambda: complete_report(report, encoded.picture, limit=_LIMIT))
    if encoded.package is None or not final.is_accepted:
        raise FinalError("The bench's own recording was refused.")
    package = encoded.package
    _, manifests = measure(lambda: _write_manifests(package, out_dir))
    return StatementCost(inspect, encode, complete, manifests, own_cpu_seconds() - own)


def _write_manifests(package: Package, folder: Path) -> None:
    subtitles = {"en": tuple(Cue(second, second + 2, "A subtitle") for second in range(0, 60, 3))}
    for name, content in write_package_manifests(package, language="en", subtitles=subtitles).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
