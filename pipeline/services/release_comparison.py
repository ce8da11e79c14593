"""What changed for viewers between two releases, or would change: order, subtitles, voices, names, marks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.domain.publishing import ViewerChange
from pipeline.services.release_contents import SeenStatement

_C = ViewerChange


@dataclass(frozen=True)
class Difference:
    """One thing that is different; `language` of subtitles and voices, places where a statement moved."""

    change: ViewerChange
    statement_id: int
    organisation: str
    language: str = ""
    place_before: int | None = None
    place_after: int | None = None


def compare_seen(before: Mapping[int, SeenStatement], after: Mapping[int, SeenStatement]) -> tuple[Difference, ...]:
    """Every difference in the order of the places afterwards, what is gone last; empty where viewers see the same."""
    found = [one for after_one in _in_order(after) for one in _changes(before.get(after_one.statement_id), after_one)]
    gone = [one for one in _in_order(before) if one.statement_id not in after]
    return (*found, *(_told(_C.STATEMENT_REMOVED, one, place_before=one.position) for one in gone))


def _in_order(seen: Mapping[int, SeenStatement]) -> list[SeenStatement]:
    return sorted(seen.values(), key=lambda one: one.position)


def _changes(before: SeenStatement | None, after: SeenStatement) -> Iterator[Difference]:
    if before is None:
        yield _told(_C.STATEMENT_ADDED, after, place_after=after.position)
        return
    if before.position != after.position:
        yield _told(_C.MOVED, after, place_before=before.position, place_after=after.position)
    for change, is_other in {
        _C.RECORDING_CHANGED: before.recording != after.recording,
        _C.NAME_CHANGED: before.name != after.name,
        _C.WORDS_CHANGED: before.words != after.words,
        _C.TEXT_CHANGED: before.text_id != after.text_id,
        _C.PAPERS_CHANGED: before.paper_ids != after.paper_ids,
    }.items():
        if is_other:
            yield _told(change, after)
    yield from _subtitle_changes(before, after)
    yield from _voice_changes(before, after)


def _subtitle_changes(before: SeenStatement, after: SeenStatement) -> Iterator[Difference]:
    for language in sorted(before.tracks.keys() | after.tracks.keys()):
        if language not in before.tracks:
            yield _told(_C.SUBTITLES_ADDED, after, language=language)
        elif language not in after.tracks:
            yield _told(_C.SUBTITLES_REMOVED, after, language=language)
        elif before.tracks[language] != after.tracks[language]:
            yield _told(_C.SUBTITLES_CHANGED, after, language=language)
        elif before.marks.get(language) != after.marks.get(language):
            yield _told(_C.MARK_CHANGED, after, language=language)


def _voice_changes(before: SeenStatement, after: SeenStatement) -> Iterator[Difference]:
    for language in sorted(before.voices.keys() | after.voices.keys()):
        if language not in before.voices:
            yield _told(_C.VOICE_ADDED, after, language=language)
        elif language not in after.voices:
            yield _told(_C.VOICE_REMOVED, after, language=language)
        elif before.voices[language] != after.voices[language]:
            yield _told(_C.VOICE_CHANGED, after, language=language)


def _told(
    change: ViewerChange,
    one: SeenStatement,
    *,
    language: str = "",
    place_before: int | None = None,
    place_after: int | None = None,
) -> Difference:
    return Difference(change, one.statement_id, one.organisation, language, place_before, place_after)
