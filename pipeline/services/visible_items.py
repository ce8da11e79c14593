"""Who will see which item of a statement when its country is published: what staff read before they confirm it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from pipeline.domain.consents import RELEASE_AUDIENCES, Audience, ConsentItem, NameForm
from pipeline.domain.publishing import Item, Visibility
from pipeline.domain.sheets import TrackMark
from pipeline.records.tables import Statement
from pipeline.services.consents import audience_of, latest_consents
from pipeline.services.papers import clean_papers
from pipeline.services.release_voices import shown_voices
from pipeline.services.shown_parts import name_shown, paper_tells_name, text_tells_name, theme_shown
from pipeline.services.statement_contents import newest_content, written
from pipeline.services.tracks import current_tracks, mark_of

_ANSWERED = {
    Audience.PUBLIC: Visibility.EVERYBODY,
    Audience.MISSIONS: Visibility.MISSIONS,
    Audience.NOBODY: Visibility.REFUSED,
}


_FOR_MISSIONS = {Visibility.EVERYBODY: Visibility.MISSIONS}
"""Nothing is public of a statement of which the recording is not."""

_SUBTITLES = {
    Item.SUBTITLES: None,
    Item.SUBTITLES_UNREVIEWED: TrackMark.UNREVIEWED,
    Item.SUBTITLES_STALE: TrackMark.STALE,
}

_VOICES = {Item.VOICES: None, Item.VOICES_UNREVIEWED: TrackMark.UNREVIEWED, Item.VOICES_STALE: TrackMark.STALE}


@dataclass(frozen=True)
class VisibleItem:
    """One item and who sees it; `detail` is the name, the title, or the codes of languages."""

    item: Item
    visibility: Visibility
    detail: str = ""


def visible_items(statement: Statement) -> tuple[VisibleItem, ...]:
    """Everything there is of a statement, in the order in which a reader meets it."""
    found = (*_recorded(statement), _name(statement), *_theme(statement), *_text(statement), *_papers(statement))
    if audience_of(statement, ConsentItem.RECORDING) is not Audience.MISSIONS:
        return found
    return tuple(replace(one, visibility=_FOR_MISSIONS.get(one.visibility, one.visibility)) for one in found)


def _recorded(statement: Statement) -> Iterator[VisibleItem]:
    recording = statement.current_recording
    if recording is None:
        return
    visibility = _answer(statement, ConsentItem.RECORDING)
    yield VisibleItem(Item.RECORDING, visibility)
    tracks = current_tracks(recording)
    for item, mark in _SUBTITLES.items():
        languages = [language for language, track in tracks.items() if mark_of(track) is mark]
        if languages:
            yield VisibleItem(item, visibility, " ".join(languages))
    for item, mark in _VOICES.items():
        heard = [[one.language for one in shown_voices(recording, to) if one.mark is mark] for to in RELEASE_AUDIENCES]
        for_all, for_missions = heard[0], [language for language in heard[1] if language not in heard[0]]
        if for_all:
            yield VisibleItem(item, visibility, " ".join(for_all))
        if for_missions:
            yield VisibleItem(item, _FOR_MISSIONS.get(visibility, visibility), " ".join(for_missions))


def _name(statement: Statement) -> VisibleItem:
    for reader in RELEASE_AUDIENCES:
        shown = name_shown(statement, reader)
        if shown is not None:
            return VisibleItem(Item.NAME, _ANSWERED[reader], shown)
    answer = _answer(statement, ConsentItem.NAME)
    is_own_wish = answer is Visibility.EVERYBODY and statement.name_form is NameForm.ORGANISATION
    return VisibleItem(Item.NAME, Visibility.OWN_WISH if is_own_wish else answer)


def _theme(statement: Statement) -> Iterator[VisibleItem]:
    own = written(newest_content(statement))
    if own.theme or statement.speaker.theme:
        shown = {reader: theme_shown(statement, own, reader) for reader in RELEASE_AUDIENCES}
        seen_by = next((reader for reader in RELEASE_AUDIENCES if shown[reader]), None)
        visibility = _ANSWERED[seen_by] if seen_by else Visibility.TELLS_NAME
        yield VisibleItem(Item.THEME, visibility, shown[Audience.MISSIONS])


def _text(statement: Statement) -> Iterator[VisibleItem]:
    if written(newest_content(statement)).has_words:
        telling = [reader for reader in RELEASE_AUDIENCES if text_tells_name(statement, reader)]
        yield VisibleItem(Item.TEXT, _unless_told(_answer(statement, ConsentItem.TEXT), telling))


def _papers(statement: Statement) -> Iterator[VisibleItem]:
    answer = _answer(statement, ConsentItem.PAPERS)
    for paper in clean_papers(statement):
        telling = [reader for reader in RELEASE_AUDIENCES if paper_tells_name(statement, paper, reader)]
        yield VisibleItem(Item.PAPER, _unless_told(answer, telling), paper.title)


def _answer(statement: Statement, item: ConsentItem) -> Visibility:
    is_answered = item in latest_consents(statement)
    return _ANSWERED[audience_of(statement, item)] if is_answered else Visibility.UNANSWERED


def _unless_told(answer: Visibility, telling: Collection[Audience]) -> Visibility:
    """What is left of an answer where something tells these readers a name that they are not to know."""
    if answer is Visibility.EVERYBODY and Audience.PUBLIC in telling:
        answer = Visibility.MISSIONS
    return Visibility.TELLS_NAME if answer is Visibility.MISSIONS and Audience.MISSIONS in telling else answer
