"""Releases in words: what became of each, what changed for viewers, what was set for which moment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from pipeline.domain.consents import Audience
from pipeline.domain.publishing import ScheduledDeed, ViewerChange
from pipeline.records.tables import ScheduledRelease
from pipeline.services.release_comparison import Difference
from pipeline.services.release_history import ReleaseLine
from pipeline.services.session_publication import CountryFate
from webapp.i18n import day_words, language_name_for_reader


def audience_words(audience: Audience) -> str:
    """Whom a release is for."""
    return _("for missions") if audience is Audience.MISSIONS else _("for everybody")


def standing_words(line: ReleaseLine) -> str:
    """What became of a release."""
    if line.is_live:
        return _("out now")
    if line.is_coming:
        return _("being published")
    if line.published_at is None:
        return _("never went out")
    return _("removed") if line.removed_at else _("earlier")


def standing_tone(line: ReleaseLine) -> str:
    """The name of a badge's colour."""
    return "good" if line.is_live else "main" if line.is_coming else "calm"


def difference_words(one: Difference) -> str:
    """What is different for viewers, without whose it is."""
    language = language_name_for_reader(one.language) if one.language else ""
    words = {
        ViewerChange.STATEMENT_ADDED: _("New, at place %(place)d", place=one.place_after or 0),
        ViewerChange.STATEMENT_REMOVED: _("No longer shown (it was at place %(place)d)", place=one.place_before or 0),
        ViewerChange.MOVED: _(
            "Moved from place %(before)d to place %(after)d", before=one.place_before or 0, after=one.place_after or 0
        ),
        ViewerChange.RECORDING_CHANGED: _("Another recording, or another part of it"),
        ViewerChange.SUBTITLES_ADDED: _("New subtitles: %(language)s", language=language),
        ViewerChange.SUBTITLES_REMOVED: _("Subtitles taken away: %(language)s", language=language),
        ViewerChange.SUBTITLES_CHANGED: _("Subtitles corrected: %(language)s", language=language),
        ViewerChange.MARK_CHANGED: _("Another mark beside the subtitles: %(language)s", language=language),
        ViewerChange.VOICE_ADDED: _("New spoken interpretation: %(language)s", language=language),
        ViewerChange.VOICE_REMOVED: _("Spoken interpretation taken away: %(language)s", language=language),
        ViewerChange.VOICE_CHANGED: _("Another spoken interpretation, or mark of it: %(language)s", language=language),
        ViewerChange.NAME_CHANGED: _("Another name, or none"),
        ViewerChange.WORDS_CHANGED: _("Another organisation, theme or language"),
        ViewerChange.TEXT_CHANGED: _("Another text or other recommendations"),
        ViewerChange.PAPERS_CHANGED: _("Other papers"),
    }
    return words[one.change]


def loss_words(one: Difference) -> str:
    """What of a statement was taken away since it was shown."""
    language = language_name_for_reader(one.language) if one.language else ""
    words = {
        ViewerChange.SUBTITLES_REMOVED: _("Subtitles: %(language)s", language=language),
        ViewerChange.VOICE_REMOVED: _("Spoken interpretation: %(language)s", language=language),
        ViewerChange.NAME_CHANGED: _("The name as it was shown"),
        ViewerChange.TEXT_CHANGED: _("Text and recommendations as they were"),
        ViewerChange.PAPERS_CHANGED: _("Papers that were taken back"),
    }
    return words[one.change]


def deed_words(deed: ScheduledDeed) -> str:
    """What happens at a moment."""
    return _("Publish") if deed is ScheduledDeed.PUBLISH else _("End the published page")


def outcome_words(outcome: str) -> str:
    """What came of a moment that was set."""
    words = {
        "done": _("done"),
        "cancelled": _("cancelled"),
        "replaced": _("another date was set"),
        "in_the_way": _("not published: something was in the way"),
        "questions_open": _("not published: there were questions that nobody had said yes to"),
        "nobody_answers": _("not published: whoever set this date may no longer publish"),
        "nothing_out": _("nothing was out"),
    }
    return words[outcome]


def scheduled_words(row: ScheduledRelease) -> str:
    """A moment as it was said, in its own time zone."""
    here = row.at.astimezone(ZoneInfo(row.time_zone))
    return f"{day_words(here)}, {here:%H:%M} ({row.time_zone})"


def local_value(moment: datetime, zone: str) -> str:
    """A moment as a field for date and time wants it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def fate_words(fate: CountryFate) -> str:
    """What becomes of a country when its session is published."""
    words = {
        CountryFate.GOES_OUT: _("will be published"),
        CountryFate.IS_OUT: _("is published already"),
        CountryFate.IN_THE_WAY: _("something is in the way"),
        CountryFate.EMPTY: _("nothing to publish yet"),
    }
    return words[fate]


def fate_tone(fate: CountryFate) -> str:
    """The name of a badge's colour."""
    tones = {CountryFate.GOES_OUT: "main", CountryFate.IS_OUT: "good", CountryFate.IN_THE_WAY: "warn"}
    return tones.get(fate, "calm")
