"""Rules for subtitles: whether split texts break one, and whether wrong numbers and names are noticed."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path

from bench.costs import measure
from bench.readings import BESIDE, phrases
from bench.rows import Row, SectionResult
from bench.stage import Stage
from pipeline.captions.differences import compare_cues
from pipeline.captions.line_breaking import break_lines
from pipeline.captions.line_quality import check_lines
from pipeline.captions.rules import read_rules, rules_for, words_of
from pipeline.captions.splitting import split_text
from pipeline.captions.work_cues import WorkCue
from pipeline.domain.sheets import SheetKind

_LANGUAGES = ("en", "fr", "es")
_LONG_WORDS = 5000
_LONG_SECONDS = 10.0
_ODD_TEXTS = 400
_SCRAPS = (
    *(
        "the",
        "Mr.",
        "l’homme",
        "qu’il",
        "1 000",
        "U.N.",
        "«",
        "»",
        "¿",
        "?",
        "!",
        "—",
        ".",
        ",",
        "\n",
        "\n\n",
        "\u202f",
    ),
    *(
        "中",
        "国",
        "的",
        "。",
        "「",
        "」",
        "ひらがな",
        "カタカナ",
        "한국어를",
        "ภาษาไทย",
        "ދިވެހި",
        "مرحبا،",
        "؟",
        "שלום",
        "नमस्ते।",
    ),
    *("e\u0301", "👩‍👩‍👧", "🇫🇷", "\u200f", "x" * 60, "https://example.org/a/very/long/address?of=a&page=that-goes-on"),
)
_SAME: Sequence[Mapping[str, str]] = (
    {"en": "1,250", "fr": "1\u202f250", "es": "1250"},
    {"en": "3.5%", "fr": "3,5\u00a0%", "es": "3,5 %"},
    {"en": "5 million", "fr": "5 millions", "es": "5 millones"},
    {"en": "12 March 2019", "fr": "12/03/2019", "es": "12 de marzo de 2019"},
    {"en": "forty-seven", "fr": "47", "es": "47"},
    {"en": "Ms Esnath Kalyati", "fr": "Mme Esnath Kalyati", "es": "Sra. Esnath Kalyati"},
)
_WRONG: Sequence[Mapping[str, str]] = (
    {"en": "1,520", "fr": "1\u202f520", "es": "1520"},
    {"en": "35%", "fr": "35\u00a0%", "es": "35 %"},
    {"en": "50 million", "fr": "50 millions", "es": "50 millones"},
    {"en": "12 March 2018", "fr": "12/03/2018", "es": "12 de marzo de 2018"},
    {"en": "74", "fr": "74", "es": "74"},
    {"en": "Ms Esnath Kaliati", "fr": "Mme Esnath Kaliati", "es": "Sra. Esnath Kaliati"},
)


def measure_rules(stage: Stage) -> SectionResult:
    """Splitting of statements, of real speeches where there are any and of odd texts; then planted mistakes."""
    statements = [(" ".join(phrases(language)), language) for language in _LANGUAGES]
    texts = {"statements": statements, "real speech": list(_real_texts(BESIDE)), "odd texts": list(_odd_texts())}
    rows = [row for name, some in texts.items() if some for row in _split_rows(name, some)]
    words = (statements[0][0].split() * _LONG_WORDS)[:_LONG_WORDS]
    cues, cost = measure(lambda: split_text(" ".join(words), "en"))
    rows.append(Row(f"{_LONG_WORDS} words split", cost.cpu_seconds, "s", _LONG_SECONDS, f"{len(cues)} cues"))
    alarms, missed = _alarms(_SAME), 100.0 - _alarms(_WRONG)
    rows.append(Row("right interpretations with an alarm about numbers or names", alarms, "%", 2.0))
    rows.append(Row("wrong numbers and names without an alarm", missed, "%", 10.0))
    stage.say(f"  alarms {alarms:.1f} %, missed {missed:.1f} %")
    return SectionResult(rows, {})


def _split_rows(name: str, texts: Sequence[tuple[str, str]]) -> Iterator[Row]:
    cues = [(cue, language) for text, language in texts for cue in split_text(text, language)]
    broken = sum(_breaks_a_rule(cue, language) for cue, language in cues)
    yield Row(f"{name}: cues that break a rule", _percent(broken, len(cues)), "%", 0.0, f"of {len(cues)}")
    if name != "odd texts":
        lines = [(line, language) for cue, language in cues for line in break_lines(cue, language).split("\n")]
        torn = sum(_ends_torn(line, language) for line, language in lines)
        yield Row(f"{name}: lines that end on an article or the like", _percent(torn, len(lines)), "%", 3.0)


def _breaks_a_rule(cue: str, language: str) -> bool:
    rules = rules_for(language, SheetKind.INTERPRETATION)
    return any(True for _ in check_lines(0, break_lines(cue, language), language, rules))


def _ends_torn(line: str, language: str) -> bool:
    words = words_of(language)
    return line.rsplit(maxsplit=1)[-1].lower() in {*words["articles"], *words["prepositions"], *words["titles"]}


def _real_texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        yield " ".join(sentence["text"] for sentence in known["sentences"]), known["language"]


def _odd_texts() -> Iterator[tuple[str, str]]:
    chance = random.Random(1)  # noqa: S311 - texts, the same each time
    languages = [*read_rules()["line_width"], "en", "fr", "ar", "dv", "th", "hi"][1:]
    for _ in range(_ODD_TEXTS):
        glue = chance.choice(["", " "])
        yield glue.join(chance.choices(_SCRAPS, k=chance.randint(1, 120))), chance.choice(languages)


def _alarms(forms: Sequence[Mapping[str, str]]) -> float:
    """Share in percent of cues with an alarm, where the source says `_SAME` and the interpretation `forms`."""
    alarmed = told = 0
    for spoken, written in permutations(_LANGUAGES, 2):
        cues = list(_cues_with(phrases(written), forms, written))
        alarmed += len({found.cue for found in compare_cues(cues, written, _source(spoken), spoken)})
        told += len(cues)
    return _percent(alarmed, told)


def _source(language: str) -> Sequence[WorkCue]:
    return list(_cues_with(phrases(language), _SAME, language))


def _cues_with(texts: Sequence[str], forms: Sequence[Mapping[str, str]], language: str) -> Iterator[WorkCue]:
    """The texts, five seconds each, with one of the forms in turn."""
    for number, text in enumerate(texts):
        form = forms[number % len(forms)][language]
        yield WorkCue(number * 5000, number * 5000 + 4900, f"{text[:-1]} {form}.")


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole
