"""Views by reader: staff, speaker, missions (what is published), and what machines ask."""

from webapp.views import (
    health,
    language,
    new_links,
    personal_links,
    sign_in,
    speaker,
    speaker_files,
    speaker_recorder,
    staff,
    staff_account,
    staff_country,
    staff_decisions,
    staff_links,
    staff_mails,
    staff_media,
    staff_operations,
    staff_sessions,
    staff_statement,
    staff_subtitles,
    uploads,
    watch,
)

STAFF_SCREENS = (
    staff_account,
    staff_country,
    staff_decisions,
    staff_links,
    staff_mails,
    staff_media,
    staff_operations,
    staff_sessions,
    staff_statement,
    staff_subtitles,
)
"""Modules that add their addresses to the staff blueprint when they are imported."""

BLUEPRINTS = (
    health.blueprint,
    language.blueprint,
    new_links.blueprint,
    personal_links.blueprint,
    sign_in.blueprint,
    speaker.blueprint,
    speaker_files.blueprint,
    speaker_recorder.blueprint,
    staff.blueprint,
    uploads.blueprint,
    watch.blueprint,
)
