"""Views by reader: staff, speaker, missions (what is published), and the machine's own health check."""

from webapp.views import health, language, sign_in, staff_sessions, watch

BLUEPRINTS = (
    health.blueprint,
    language.blueprint,
    sign_in.blueprint,
    staff_sessions.blueprint,
    watch.blueprint,
)
