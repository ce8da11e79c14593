"""Subtitles of a recording as files that people take away, in every format."""

from pipeline.captions.bilingual import Column
from pipeline.captions.formats import CaptionFormat, write_captions
from pipeline.documents.docx import clean_docx
from pipeline.records.tables import Track
from pipeline.services.statement_contents import spoken_language
from pipeline.services.tracks import current_tracks, shown_cues


def write_track_file(track: Track, form: CaptionFormat) -> bytes:
    """A revision in a format, in times of the part that is shown; a document has the words spoken beside it."""
    source = _spoken(track) if form is CaptionFormat.BILINGUAL else None
    data = write_captions(form, shown_cues(track), track.language, source=source)
    return clean_docx(data) if form is CaptionFormat.BILINGUAL else data


def formats_of(track: Track) -> tuple[CaptionFormat, ...]:
    """The formats in which it can go out: two languages side by side only where there are two."""
    has_two = _spoken(track) is not None
    return tuple(form for form in CaptionFormat if has_two or form is not CaptionFormat.BILINGUAL)


def _spoken(track: Track) -> Column | None:
    language = spoken_language(track.recording.statement)
    spoken = current_tracks(track.recording).get(language)
    return None if spoken is None or language == track.language else Column(shown_cues(spoken), language)
