"""Timing of a read text: how far starts of cues are off, whether doubts and verdicts can be trusted, what it costs."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.costs import Cost, measure
from bench.disturbances import DISTURBANCES, disturbed_places, with_noise, with_other_words, with_remark
from bench.readings import BESIDE, SPEAKERS, Reading, made_reading, phrases, real_readings, write_recording
from bench.rows import Row, SectionResult
from bench.stage import Stage
from pipeline.captions.alignment import Alignment, Verdict, align_texts
from pipeline.domain.errors import FinalError
from pipeline.processes import run_program

_ROOT = Path(__file__).parents[2]
_REMARK, _LOUD_NOISE = "sentence added", "noise 5 dB below the voice"
_OFF_SECONDS = 1.0
_P95_TARGETS = {"clean": 0.3}
_OTHER_P95_TARGET = 0.5
_MEDIAN_TARGET = 0.03
_CPU_SECONDS_A_MINUTE, _MEMORY_MEGABYTES = 3.0, 300.0
_PHRASES, _QUICK_PHRASES = 30, 10
_LONG_SECONDS, _SIGNS_A_SECOND = 420, 14
_DEADLINE_SECONDS = 1800.0


@dataclass(frozen=True)
class Trial:
    """One reading under one disturbance, as it was found; `seconds` of recording."""

    disturbance: str
    reading: Reading
    found: Alignment
    cost: Cost
    near: tuple[int, int] | None

    @property
    def errors(self) -> npt.NDArray[np.float64]:
        """Seconds between the start found and the true one; nan where that is not known."""
        return np.abs(np.array([line.start_seconds for line in self.found.lines]) - self.reading.starts)

    @property
    def is_off(self) -> npt.NDArray[np.bool_]:
        """Cues that a person has to mend: more than a second off, or not said at all."""
        return (self.errors > _OFF_SECONDS) | ~self.reading.is_spoken

    @property
    def is_marked(self) -> npt.NDArray[np.bool_]:
        """Cues that the alignment calls doubtful or not spoken."""
        return np.array([line.is_doubtful or not line.is_spoken for line in self.found.lines])

    @property
    def lost_elsewhere(self) -> int:
        """Cues over a second off that are no neighbours of what was left out or added."""
        off = np.flatnonzero(self.errors > _OFF_SECONDS)
        first, last = self.near or (0, -1)
        return sum(not first <= cue <= last for cue in off)


def measure_alignment(stage: Stage) -> SectionResult:
    """Readings that the bench makes, then real speech where there is any; each clean and disturbed."""
    many = _QUICK_PHRASES if stage.is_quick else _PHRASES
    made = [made_reading(speaker, phrases(speaker.language)[:many]) for speaker in SPEAKERS]
    rows, details = [], {}
    real = [] if stage.is_quick else list(real_readings(BESIDE, stage.programs))
    for name, readings in (("made", made), ("real speech", real)):
        if readings:
            trials = list(_trials(stage, readings))
            verdicts = list(_verdicts(stage, readings))
            rows += [
                Row(f"{name}: {row.title}", row.value, row.unit, row.target, row.note)
                for row in _rows(trials, verdicts)
            ]
            details[name] = {"trials": [_told(trial) for trial in trials], "verdicts": verdicts}
    if not stage.is_quick:
        lone = _lone(stage)
        memory = (lone["own_bytes"] + lone["largest_child_bytes"]) / 1024**2
        rows.append(Row(f"peak memory with its largest program, {lone['seconds']} s", memory, "MB", _MEMORY_MEGABYTES))
        details["lone"] = dict(lone)
    return SectionResult(rows, details)


def _trials(stage: Stage, readings: Sequence[Reading]) -> Iterator[Trial]:
    for place, reading in enumerate(readings):
        for name, disturb in DISTURBANCES.items():
            near = disturbed_places(reading) if name == "sentence left out" else None
            yield _trial(stage, name, disturb(reading), near)
        other = readings[place - 1]
        yield _trial(stage, _REMARK, with_remark(reading, other), disturbed_places(reading))
        # These count for doubts alone.
        yield _trial(stage, "other words in the text", with_other_words(reading, other), disturbed_places(reading))
        yield _trial(stage, _LOUD_NOISE, with_noise(reading, -5.0), None)


def _trial(stage: Stage, name: str, reading: Reading, near: tuple[int, int] | None) -> Trial:
    found, cost = _aligned(stage, reading, reading.texts, reading.language)
    trial = Trial(name, reading, found, cost, near)
    stage.say(f"  {reading.name}, {name}: median {np.nanmedian(trial.errors):.3f} s, {found.belongs}")
    return trial


def _aligned(stage: Stage, reading: Reading, texts: Sequence[str], language: str) -> tuple[Alignment, Cost]:
    folder = stage.fresh("alignment")
    path = write_recording(reading, folder / "reading.mka", stage.programs)
    return measure(lambda: align_texts(path, texts, language, folder, stage.programs))


def _verdicts(stage: Stage, readings: Sequence[Reading]) -> Iterator[dict[str, Any]]:
    """Texts that do not belong: another reading's, the same with its language denied, halves swapped, one half."""
    for place, reading in enumerate(readings):
        other, half = readings[place - 1], len(reading.texts) // 2
        wrong = {
            "another text": (other.texts, other.language),
            "another text in the wrong language": (other.texts, reading.language),
            "halves swapped": (reading.texts[half:] + reading.texts[:half], reading.language),
            "first half": (reading.texts[:half], reading.language),
            "second half": (reading.texts[half:], reading.language),
        }
        for what, (texts, language) in wrong.items():
            found, _ = _aligned(stage, reading, texts, language)
            belongs = found.belongs
            stage.say(f"  {reading.name}, {what}: {belongs}")
            yield {
                "reading": reading.name,
                "text": what,
                "verdict": belongs.verdict,
                "reason": belongs.reason,
                "score": belongs.score,
            }


def _rows(trials: Sequence[Trial], verdicts: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for name in (*DISTURBANCES, _REMARK):
        errors = np.concatenate([trial.errors for trial in trials if trial.disturbance == name])
        known = errors[~np.isnan(errors)]
        cues = f"{len(known)} cues"
        yield Row(f"start error, median, {name}", float(np.median(known)), "s", _MEDIAN_TARGET, cues)
        limit = _P95_TARGETS.get(name, _OTHER_P95_TARGET)
        yield Row(f"start error, 95th percentile, {name}", float(np.percentile(known, 95)), "s", limit)
    lost = sum(trial.lost_elsewhere for trial in trials if trial.near)
    yield Row("cues lost beyond the neighbours of a sentence left out or added", lost, "cues", 0)
    yield from _doubt_rows(trials)
    yield from _verdict_rows(trials, verdicts)
    spent, minutes = sum(t.cost.cpu_seconds for t in trials), sum(t.reading.seconds for t in trials) / 60
    yield Row("CPU for a minute of recording", spent / minutes, "s", _CPU_SECONDS_A_MINUTE)


def _doubt_rows(trials: Sequence[Trial]) -> Iterator[Row]:
    off, marked = (np.concatenate([getattr(trial, name) for trial in trials]) for name in ("is_off", "is_marked"))
    missed = float((off & ~marked).sum() / max(1, off.sum()))
    yield Row(
        "cues off by over 1 s or not said that are not marked", missed, target=0.2, note=f"{off.sum()} of {len(off)}"
    )
    yield Row("cues marked, of all", float(marked.mean()), target=0.1)


def _verdict_rows(trials: Sequence[Trial], verdicts: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    taken = sum(verdict["verdict"] != Verdict.REFUSED for verdict in verdicts)
    yield Row("texts that do not belong and are taken", taken, "texts", 0, f"of {len(verdicts)}")
    refused = sum(trial.found.belongs.verdict is Verdict.REFUSED for trial in trials)
    yield Row("texts that belong and are refused", refused, "texts", 0, f"of {len(trials)}")


def _told(trial: Trial) -> dict[str, Any]:
    belongs = trial.found.belongs
    return {
        "reading": trial.reading.name,
        "disturbance": trial.disturbance,
        "errors": [None if np.isnan(error) else round(float(error), 3) for error in trial.errors],
        "doubts": [line.doubt for line in trial.found.lines],
        "score": belongs.score,
        "verdict": belongs.verdict,
        "cpu_seconds": round(trial.cost.cpu_seconds, 2),
    }


def _lone(stage: Stage) -> Mapping[str, Any]:
    """A long statement in a process of its own: all phrases, the first ones once more until the time is over."""
    folder, speaker = stage.fresh("alignment-alone"), SPEAKERS[0]
    once = phrases(speaker.language)
    count = round(_LONG_SECONDS * _SIGNS_A_SECOND / (sum(map(len, once)) / len(once)))
    reading = made_reading(speaker, list(islice(cycle(once), count)))
    recording, texts = write_recording(reading, folder / "long.mka", stage.programs), folder / "texts.json"
    texts.write_text(json.dumps(reading.texts), encoding="utf-8")
    argv = [sys.executable, "-m", "bench.lone_alignment", str(recording), str(texts), speaker.language]
    result = run_program(argv, cwd=_ROOT, deadline_seconds=_DEADLINE_SECONDS)
    if result.returncode != 0:
        raise FinalError(f"The bench's own alignment failed: {result.last_words}")
    measured: dict[str, Any] = json.loads(result.stdout)
    return {**measured, "seconds": round(reading.seconds)}
