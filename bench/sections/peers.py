"""Processor time for the same recording by the commands and settings of other platforms."""

from collections.abc import Iterator
from pathlib import Path

from bench import peers, raw
from bench.ours import process_statement
from bench.race import Contender, Costs, cpu_ratio, programs, race, to_json
from bench.rows import Row, SectionResult
from bench.stage import Stage

_A_THIRD = 1 / 3


def measure_peers(stage: Stage) -> SectionResult:
    """Our whole statement beside what peers run, renditions alone; their images are counted on their own."""
    clip, ladder, our_programs = stage.clip(stage.seconds), stage.ladder, stage.programs
    plan = raw.plan_for(ladder, stage.seconds)
    source = peers.Source(clip, round(clip.stat().st_size * 8 / stage.seconds))
    same = [rung.height for rung in ladder.videos if rung.height in peers.MEDIACMS_HEIGHTS]

    def whole(folder: Path) -> None:
        process_statement(clip, folder, ladder, our_programs)

    costs = race(
        [
            Contender("statement", whole),
            programs("raw", raw.one_process(clip, plan, our_programs)),
            programs("mediacms", peers.mediacms(source, same, our_programs)),
            programs("mediacms 360", peers.mediacms(source, [360], our_programs)),
            programs("mediacms faster", peers.mediacms(source, same, our_programs, big_preset="faster")),
            programs("mediacms images", peers.mediacms_images(source, our_programs)),
            programs("peertube", peers.peertube(source, same, our_programs)),
            programs("peertube 360", peers.peertube(source, [360], our_programs)),
            programs("peertube images", peers.peertube_images(source, stage.seconds, our_programs)),
        ],
        stage,
    )
    return SectionResult(list(_rows(_with_sums(costs), same)), {"seconds": stage.seconds, "runs": to_json(costs)})


def _with_sums(costs: Costs) -> Costs:
    """Installed as they come, both also make 360 lines, which are measured apart."""
    sums = {
        f"{peer} installed": [one + other for one, other in zip(costs[peer], costs[f"{peer} 360"], strict=True)]
        for peer in ("mediacms", "peertube")
    }
    return {**costs, **sums}


def _rows(costs: Costs, same: list[int]) -> Iterator[Row]:
    heights = "/".join(map(str, same))
    yield Row(
        f"our whole statement / MediaCMS ({heights}, medium)",
        cpu_ratio(costs, "statement", "mediacms"),
        target=_A_THIRD,
    )
    yield Row(
        "our whole statement / MediaCMS as installed (with 360)",
        cpu_ratio(costs, "statement", "mediacms installed"),
        target=_A_THIRD,
    )
    yield Row(
        "our whole statement / MediaCMS before `medium` everywhere", cpu_ratio(costs, "statement", "mediacms faster")
    )
    yield Row(f"our whole statement / PeerTube ({heights})", cpu_ratio(costs, "statement", "peertube"))
    yield Row("our whole statement / PeerTube with 360", cpu_ratio(costs, "statement", "peertube installed"))
    yield Row(f"MediaCMS ({heights}, medium) / our bare ladder", cpu_ratio(costs, "mediacms", "raw"))
    yield Row("MediaCMS before `medium` everywhere / our bare ladder", cpu_ratio(costs, "mediacms faster", "raw"))
    yield Row("MediaCMS' images / our bare ladder", cpu_ratio(costs, "mediacms images", "raw"))
    yield Row(f"PeerTube ({heights}) / our bare ladder", cpu_ratio(costs, "peertube", "raw"))
    yield Row("PeerTube's images / our bare ladder", cpu_ratio(costs, "peertube images", "raw"))
