"""The rules for subtitles say the same on the server and in the editor's page."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.complaints import SENTENCES, CaptionRule
from pipeline.captions.rules import read_rules
from pipeline.captions.splitting import split_text
from tests.captions.both_rules import page_answers, server_answer
from tests.captions.statements import STATEMENTS

VECTORS = json.loads((Path(__file__).parent / "rule_vectors.json").read_text(encoding="utf-8"))

_SCRAPS = [
    *(
        "The",
        "the",
        "Mr.",
        "M.",
        "l’homme",
        "de",
        "qu’il",
        "U.N.",
        "art.",
        "5",
        "1 000",
        "1,5",
        "million",
        "20%",
        "«",
        "»",
    ),
    *(
        "Maria",
        "Kalyati",
        "Geneva",
        "le",
        "Conseil",
        "?",
        "!",
        "—",
        "中",
        "的",
        "、",
        "。",
        "カ",
        "ひ",
        "한국",
        "๑",
        "ไทย",
    ),
    *(
        "مرحبا،",
        "٢٥",
        "ކުރި",
        "é",
        "e\u0301",
        "👩‍👩‍👧",
        "\u200f",
        "x" * 45,
        "https://example.org/a-long/address/of/some/page",
    ),
]
lines = st.lists(st.sampled_from(_SCRAPS), min_size=1, max_size=14).map(" ".join)
pairs = st.tuples(lines, lines, st.sampled_from(["en", "fr", "es", "de", "ar", "zh", "ja", "ko", "th"]))


def in_short(answer: Any) -> Any:
    """An answer as the table of vectors has it: of complaints only which and where."""
    if not isinstance(answer, list):
        return answer
    return [{name: found[name] for name in ("cue", "rule", "weight")} for found in answer]


def cases_of(text: str, other: str, language: str) -> list[dict[str, Any]]:
    cues = [[0, 2500, text.replace(" ", "\n", 1)], [2550, 6000, other.replace("de ", "de\n", 1)]]
    source = [[0, 3000, other], [3000, 6000, text]]
    return [
        {"language": language, "break": text},
        {"language": language, "read": other},
        {"language": language, "cues": cues, "source": source, "source_language": "fr", "duration_ms": 5900},
    ]


def plain(answer: Any) -> Any:
    return json.loads(json.dumps(answer))


def test_both_answer_as_the_table_says():
    wanted = [case["expect"] for case in VECTORS]
    assert [in_short(server_answer(case)) for case in VECTORS] == wanted
    assert [in_short(answer) for answer in page_answers(VECTORS)] == wanted


def test_every_rule_is_in_the_table_of_vectors_and_has_a_weight_and_a_sentence():
    rules = {rule.value for rule in CaptionRule}
    assert {found["rule"] for case in VECTORS if "cues" in case for found in case["expect"]} == rules
    assert set(read_rules()["severity"]) == {rule.value for rule in SENTENCES} == rules


def test_both_say_the_same_of_whole_statements():
    cases = [
        {"language": language, "break": text, "read": text}
        for language, statement in STATEMENTS.items()
        for text in split_text(statement, language)
    ]
    for target, source in (("en", "fr"), ("fr", "es"), ("es", "en"), ("ru", "fr"), ("zh", "en"), ("fr", "ar")):
        cues = [[n * 4000, n * 4000 + 3000, text] for n, text in enumerate(split_text(STATEMENTS[target], target))]
        spoken = [[n * 4000, n * 4000 + 3000, text] for n, text in enumerate(split_text(STATEMENTS[source], source))]
        cases.append({"language": target, "cues": cues, "source": spoken, "source_language": source})
    assert page_answers(cases) == [plain(server_answer(case)) for case in cases]


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(st.lists(pairs, min_size=25, max_size=25))
def test_both_say_the_same_of_any_text(drawn):
    cases = [case for text, other, language in drawn for case in cases_of(text, other, language)]
    assert page_answers(cases) == [plain(server_answer(case)) for case in cases]
