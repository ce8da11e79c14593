"""What `presession process` made of a recording, as JSON: the final report, and where the package lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.domain.packages import MediaRendition, Package
from pipeline.media.report import IntakeReport
from pipeline.site.manifests import MASTER_URI

PACKAGE_FOLDER = "package"


@dataclass(frozen=True)
class Outcome:
    """The final report; no package for a refused recording."""

    report: IntakeReport
    package: Package | None = None
    subtitle_languages: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """The report with one more key, `package`."""
        return {**self.report.to_json(), "package": self._package_facts(self.package) if self.package else None}

    def _package_facts(self, package: Package) -> dict[str, Any]:
        return {
            "master": f"{PACKAGE_FOLDER}/{MASTER_URI}",
            "duration_seconds": package.duration_seconds,
            "segments": len(package.audio.segments),
            "subtitles": list(self.subtitle_languages),
            "renditions": [_picture_facts(video) for video in (*package.videos, *package.modern_videos)],
            "audio": _rendition_facts(package.audio),
        }


def _picture_facts(video: MediaRendition) -> dict[str, Any]:
    size = {"width": video.width, "height": video.height, "frame_rate": video.frame_rate}
    return {**_rendition_facts(video), **size}


def _rendition_facts(rendition: MediaRendition) -> dict[str, Any]:
    return {
        "name": rendition.name,
        "file": f"{PACKAGE_FOLDER}/{rendition.uri}",
        "bytes": rendition.size_bytes,
        "codecs": rendition.codecs,
        "peak_bits_per_second": rendition.peak_bits_per_second,
        "average_bits_per_second": rendition.average_bits_per_second,
    }
