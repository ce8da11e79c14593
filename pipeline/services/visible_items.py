"""Who will see which item of a statement when its country is published: what staff read before they confirm it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.publishing import Item, Visibility
from pipeline.domain.sheets import TrackMark
from pipeline.records.tables import Statement
from pipeline.services.consents import latest_consents
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
    return (*_recorded(statement), _name(statement), *_theme(statement), *_text(statement), *_papers(statement))


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
        languages = [voice.language for voice in shown_voices(recording) if voice.mark is mark]
        if languages:
            yield VisibleItem(item, visibility, " ".join(languages))


def _name(statement: Statement) -> VisibleItem:
    shown = name_shown(statement)
    if shown is not None:
        return VisibleItem(Item.NAME, Visibility.EVERYBODY, shown)
    answer = _answer(statement, ConsentItem.NAME)
    is_own_wish = answer is Visibility.EVERYBODY and statement.name_form is NameForm.ORGANISATION
    return VisibleItem(Item.NAME, Visibility.OWN_WISH if is_own_wish else answer)


def _theme(statement: Statement) -> Iterator[VisibleItem]:
    own = written(newest_content(statement))
    if own.theme or statement.speaker.theme:
        shown = theme_shown(statement, own)
        yield VisibleItem(Item.THEME, Visibility.EVERYBODY if shown else Visibility.TELLS_NAME, shown)


def _text(statement: Statement) -> Iterator[VisibleItem]:
    if written(newest_content(statement)).has_words:
        yield VisibleItem(
            Item.TEXT, _unless_told(_answer(statement, ConsentItem.TEXT), tells_name=text_tells_name(statement))
        )


def _papers(statement: Statement) -> Iterator[VisibleItem]:
    answer = _answer(statement, ConsentItem.PAPERS)
    for paper in clean_papers(statement):
        visibility = _unless_told(answer, tells_name=paper_tells_name(statement, paper))
        yield VisibleItem(Item.PAPER, visibility, paper.title)


def _answer(statement: Statement, item: ConsentItem) -> Visibility:
    consent = latest_consents(statement).get(item)
    return _ANSWERED[consent.audience] if consent is not None else Visibility.UNANSWERED


def _unless_told(answer: Visibility, *, tells_name: bool) -> Visibility:
    return Visibility.TELLS_NAME if answer is Visibility.EVERYBODY and tells_name else answer
