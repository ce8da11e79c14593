"""Bits at equal quality: our ladder as a curve through three qualities, against each peer's picture of a height."""

import statistics
from collections.abc import Iterator, Mapping, Sequence

from bench import peers, raw
from bench.clip import SCENE_SECONDS
from bench.curves import Point, bits_at_equal_quality, by_ssim, by_vmaf
from bench.encodes import encode_points, moved
from bench.rows import Row, SectionResult
from bench.scores import scoring_ffmpeg
from bench.stage import Stage

_CRF_STEPS = (-4, 0, 4)
_NO_WORSE = 1.0

Points = Mapping[int, Point]
Curves = Mapping[int, Sequence[Point]]


def measure_quality(stage: Stage) -> SectionResult:
    """One encode of each: rates and quality are the same every time, only the time that they take is not."""
    seconds = min(stage.seconds, SCENE_SECONDS)
    clip, ladder = stage.clip(seconds), stage.ladder
    source = peers.Source(clip, round(clip.stat().st_size * 8 / seconds))
    names = {rung.height: f"{rung.name}.mp4" for rung in ladder.videos if rung.height in peers.MEDIACMS_HEIGHTS}
    heights = list(names)
    tries = [
        encode_points(
            stage,
            raw.one_process(clip, raw.plan_for(moved(ladder, step), seconds), stage.programs),
            names,
            clip,
            seconds,
        )
        for step in _CRF_STEPS
    ]
    mediacms = {height: peers.mediacms_file(height) for height in heights}
    peertube = {height: peers.peertube_file(height) for height in heights}
    theirs = {
        "MediaCMS": encode_points(stage, peers.mediacms(source, heights, stage.programs), mediacms, clip, seconds),
        "PeerTube": encode_points(stage, peers.peertube(source, heights, stage.programs), peertube, clip, seconds),
    }
    ours = {height: [points[height] for points in tries] for height in heights}
    return SectionResult(
        list(_rows(ours, theirs, has_vmaf=bool(scoring_ffmpeg(stage.programs.ffmpeg)))), _details(ours, theirs)
    )


def _rows(ours: Curves, theirs: Mapping[str, Points], *, has_vmaf: bool) -> Iterator[Row]:
    qualities = {"VMAF": by_vmaf, "SSIM": by_ssim} if has_vmaf else {"SSIM": by_ssim}
    for peer, points in theirs.items():
        for name, quality in qualities.items():
            # VMAF is the judge where there is one; SSIM then only informs.
            target = _NO_WORSE if peer == "MediaCMS" and name == next(iter(qualities)) else None
            ratios = {height: bits_at_equal_quality(ours[height], point, quality) for height, point in points.items()}
            for height, ratio in sorted(ratios.items()):
                yield Row(f"bits at equal {name}, {height} lines: ours / {peer}", ratio, target=target)
            yield Row(
                f"bits at equal {name}, all: ours / {peer}", statistics.geometric_mean(ratios.values()), target=target
            )
    for peer, points in theirs.items():
        for height, point in sorted(points.items()):
            yield Row(f"bits as delivered, {height} lines: ours / {peer}", ours[height][1].rate / point.rate,
                      note=f"{_said(ours[height][1])} / {_said(point)}")  # fmt: skip


def _said(point: Point) -> str:
    quality = f"VMAF {point.score.vmaf:.1f}" if point.score.vmaf is not None else f"SSIM {point.score.ssim:.4f}"
    return f"{point.rate / 1000:.0f} kbit/s {quality}"


def _details(ours: Curves, theirs: Mapping[str, Points]) -> dict[str, object]:
    details: dict[str, object] = {
        "ours": {str(height): [point.to_json() for point in points] for height, points in ours.items()}
    }
    for peer, points in theirs.items():
        details[peer] = {str(height): point.to_json() for height, point in points.items()}
    return details
