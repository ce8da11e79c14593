"""The optional AV1 set beside the H.264 renditions of the same sizes, both by an ffmpeg with a recent SVT-AV1."""

import statistics
from dataclasses import replace

from bench import raw
from bench.clip import SCENE_SECONDS
from bench.curves import bits_at_equal_quality, by_ssim, by_vmaf
from bench.encodes import encode_points, moved
from bench.race import cpu_ratio, programs, race, to_json
from bench.rows import Row, SectionResult
from bench.scores import recent_ffmpeg, scoring_ffmpeg
from bench.stage import Stage, shipped_ladder

_CRF_STEPS = (-4, 0, 4)


def measure_modern(stage: Stage) -> SectionResult:
    """Both sets cost their decode and scaling as well; `like` pairs the renditions."""
    seconds = min(stage.seconds, SCENE_SECONDS)
    clip, ladder = stage.clip(seconds), shipped_ladder(with_modern=True)
    assert ladder.modern is not None  # noqa: S101 - asked for
    stage = replace(stage, programs=replace(stage.programs, ffmpeg=recent_ffmpeg()))
    alike = tuple(rung for rung in ladder.videos if rung.name in {each.like for each in ladder.modern.videos})
    h264 = replace(ladder, videos=alike, modern=None)
    av1 = raw.one_process_av1(clip, raw.plan_for(ladder, seconds), stage.programs)
    costs = race(
        [
            programs("whole H.264 ladder", raw.one_process(clip, raw.plan_for(ladder, seconds), stage.programs)),
            programs("H.264 of the same sizes", raw.one_process(clip, raw.plan_for(h264, seconds), stage.programs)),
            programs("AV1", av1),
        ],
        stage,
    )
    names = {rung.height: f"{rung.name}.mp4" for rung in alike}
    ours = [
        encode_points(
            stage, raw.one_process(clip, raw.plan_for(moved(h264, step), seconds), stage.programs), names, clip, seconds
        )
        for step in _CRF_STEPS
    ]
    like = {rung.like: f"{rung.name}.mp4" for rung in ladder.modern.videos}
    modern = encode_points(stage, av1, {rung.height: like[rung.name] for rung in alike}, clip, seconds)
    quality = by_vmaf if scoring_ffmpeg(stage.programs.ffmpeg) else by_ssim
    saved = {
        height: 1 / bits_at_equal_quality([points[height] for points in ours], point, quality)
        for height, point in modern.items()
    }
    rows = [
        Row("CPU: AV1 set / whole H.264 ladder", cpu_ratio(costs, "AV1", "whole H.264 ladder")),
        Row("CPU: AV1 set / H.264 of the same sizes", cpu_ratio(costs, "AV1", "H.264 of the same sizes")),
        *(Row(f"bits at equal quality, {height} lines: AV1 / H.264", ratio) for height, ratio in saved.items()),
        Row("bits at equal quality, all: AV1 / H.264", statistics.geometric_mean(saved.values())),
    ]
    points = {str(height): point.to_json() for height, point in modern.items()}
    return SectionResult(rows, {"seconds": seconds, "runs": to_json(costs), "AV1": points})
