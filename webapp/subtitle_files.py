"""A subtitle file from a form becomes a track; what is wrong in it is said beside its field."""

from datetime import UTC, datetime

from flask import flash, request
from flask_babel import gettext as _

from pipeline.captions.refusals import LARGEST_FILE_BYTES, SubtitlesRefused
from pipeline.records.tables import Recording
from pipeline.services.tracks import add_track
from webapp.access import Rule, current_staff
from webapp.database import current_db, roll_back_request
from webapp.forms import SubtitlesForm
from webapp.i18n import language_name_for_reader
from webapp.wording.subtitles import refusal_words


def take_subtitles(recording: Recording, form: SubtitlesForm) -> bool:
    """Add what the form brings to a recording; False where the file is refused, which the form then says.

    Raises `ChangeNotAllowed` when subtitles, recording or part are others than those that were looked at.
    """
    language = str(form.language.data)
    try:
        add_track(
            current_db(),
            recording,
            language=language,
            data=form.file.data.read(LARGEST_FILE_BYTES + 1),
            encoding=form.encoding.data or None,
            is_reviewed=current_staff().passes(Rule.STAFF),
            seen=request.form.get("seen", ""),
            actor=current_staff().actor,
            now=datetime.now(UTC),
        )
    except SubtitlesRefused as refused:
        roll_back_request()
        form.file.errors = [refusal_words(refused)]
        form.readings = refused.values.get("readings", ())
        form.readings_line = refused.values.get("line") or 0
        return False
    flash(_("Subtitles added: %(language)s", language=language_name_for_reader(language)), "good")
    return True


def removed_words(*, was_out: bool) -> str:
    """What a person is told who took subtitles away."""
    if was_out:
        return _("Subtitles removed. They come off the published page at once, together with all earlier versions.")
    return _("Subtitles removed.")
