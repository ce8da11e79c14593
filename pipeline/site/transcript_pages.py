"""Transcripts as pages, one for each language of subtitles: to read, search and print without the player."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.captions.cues import Cue
from pipeline.domain.languages import SITE_LANGUAGES, country_name, language_name
from pipeline.site.page_values import CountryPage, MissingStatement, StatementForPage
from pipeline.site.pages import CONTENT_SECURITY_POLICY, page_templates
from pipeline.site.words import WORDS

_LONG_SECONDS = 30
_PAUSE_SECONDS = 3
_ENDS_SENTENCE = tuple(".!?…:;。！？؟؛።।")
_CLOSES = '”’»")）」』'


@dataclass(frozen=True)
class Passage:
    """Some lines that belong together: the second of the programme at which they begin, and their text."""

    starts_seconds: float
    text: str


@dataclass(frozen=True)
class _Told:
    """What a page says of one place: its statement, and its passages; none of either where there are none."""

    place: StatementForPage | MissingStatement
    passages: Sequence[Passage] = ()


def write_transcript_pages(page: CountryPage, subtitles: Mapping[int, Mapping[str, Sequence[Cue]]]) -> dict[str, bytes]:
    """Path in the release's folder to HTML; `subtitles` are cues by a statement's position, then by language."""
    return {f"transcript-{code}.html": _render(page, code, subtitles) for code in page.subtitle_uris}


def find_passages(cues: Sequence[Cue], starts_seconds: float) -> list[Passage]:
    """Cues as paragraphs: a pause ends one, and once it is long the next end of a sentence; times are moved on."""
    groups: list[list[Cue]] = []
    for cue in cues:
        if groups and not _is_over(groups[-1], cue):
            groups[-1].append(cue)
        else:
            groups.append([cue])
    return [Passage(starts_seconds + group[0].start_seconds, _text(group)) for group in groups]


def _is_over(group: Sequence[Cue], following: Cue) -> bool:
    last = group[-1]
    if following.start_seconds - last.end_seconds > _PAUSE_SECONDS:
        return True
    is_sentence = last.text.rstrip(_CLOSES).endswith(_ENDS_SENTENCE)
    return is_sentence and last.end_seconds - group[0].start_seconds > _LONG_SECONDS


def _text(group: Sequence[Cue]) -> str:
    return " ".join(" ".join(cue.text.split()) for cue in group)


def _render(page: CountryPage, code: str, subtitles: Mapping[int, Mapping[str, Sequence[Cue]]]) -> bytes:
    language = code if code in SITE_LANGUAGES else SITE_LANGUAGES[0]
    html = page_templates().get_template("transcript_page.html").render(
        page=page,
        code=code,
        language=language,
        words=WORDS[language],
        base="../../",
        assets=f"{page.release_uri}assets/",
        policy=CONTENT_SECURITY_POLICY,
        country=country_name(page.country_code, language),
        spoken=language_name(code, language),
        told=[_told(place, code, subtitles) for place in page.places],
    )  # fmt: skip
    return html.encode()


def _told(
    place: StatementForPage | MissingStatement, code: str, subtitles: Mapping[int, Mapping[str, Sequence[Cue]]]
) -> _Told:
    if isinstance(place, MissingStatement):
        return _Told(place)
    cues = subtitles.get(place.position, {}).get(code, ())
    return _Told(place, find_passages(cues, place.chapter.statement_starts_seconds))
