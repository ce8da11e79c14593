"""The rules as the server and as the editor's page apply them, over the same cases."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.captions.line_breaking import break_lines
from pipeline.captions.lint import Source, lint_cues
from pipeline.captions.page_rules import rules_for_page
from pipeline.captions.widths import characters
from pipeline.captions.work_cues import WorkCue
from pipeline.domain.sheets import SheetKind

Case = Mapping[str, Any]

PROGRAM = Path(__file__).parent / "caption_rules.mjs"


def server_answer(case: Case) -> Any:
    language = case["language"]
    if "break" in case:
        return break_lines(case["break"], language)
    if "read" in case:
        return characters(case["read"], language)
    duration = case.get("duration_ms")
    complaints = lint_cues(
        [WorkCue(*cue) for cue in case["cues"]],
        language,
        SheetKind(case.get("kind", "interpretation")),
        duration_seconds=None if duration is None else duration / 1000,
        source=Source([WorkCue(*cue) for cue in case["source"]], case["source_language"]) if "source" in case else None,
    )
    return [
        {"cue": found.cue, "rule": found.rule.value, "weight": found.weight.value, "values": dict(found.values)}
        for found in complaints
    ]


def page_answers(cases: Sequence[Case]) -> list[Any]:
    node = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    assert node is not None, "Node is missing; `make setup` installs one."
    languages = sorted({case[key] for case in cases for key in ("language", "source_language") if key in case})
    given = json.dumps({"data": rules_for_page(languages), "cases": list(cases)})
    done = subprocess.run([node, PROGRAM], input=given, capture_output=True, timeout=60, check=False, text=True)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers
