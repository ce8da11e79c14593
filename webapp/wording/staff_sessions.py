"""What happens to sessions, countries, panels and speakers, in sentences."""

from flask_babel import gettext as _


def session_event_words() -> dict[str, str]:
    """Events of sessions and panels, in the past tense."""
    return {
        "country.added": _("Country added"),
        "country.order_undone": _("Order of the panel undone"),
        "country.removed": _("Country removed"),
        "country.reordered": _("Order of the panel changed"),
        "country.updated": _("Days of the country changed"),
        "mission_link.issued": _("Link made for a mission"),
        "mission_link.revoked": _("Link of a mission revoked"),
        "session.added": _("Session made"),
        "session.import_undone": _("Import of speakers undone"),
        "session.loaded": _("Session loaded from a file"),
        "session.speakers_imported": _("Speakers imported from a table"),
        "session.updated": _("Session changed"),
        "speaker.added": _("Speaker added"),
        "speaker.removed": _("Speaker taken off the panel"),
        "speaker.updated": _("Speaker changed"),
    }
