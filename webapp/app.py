"""The portal's application factory: everything it needs is handed in, nothing is read from the environment."""

from config.settings import Settings
from pipeline.records.database import Database
from pipeline.services.jobs import JobProducer
from pipeline.storage.store import ObjectStore
from webapp.access import init_access, public
from webapp.assets import init_assets
from webapp.compression import init_compression
from webapp.database import PortalFlask, init_database
from webapp.errors import init_errors
from webapp.i18n import init_i18n
from webapp.messages import init_messages
from webapp.portal import Portal
from webapp.probes import Probes, WaitingMessages
from webapp.security import init_security
from webapp.views import BLUEPRINTS


def create_app(
    settings: Settings,
    database: Database,
    store: ObjectStore,
    producer: JobProducer,
    waiting_messages: WaitingMessages,
) -> PortalFlask:
    """Build the portal over an installation's database, object store, and way to reach workers and ask the broker."""
    app = PortalFlask("webapp")
    Portal(settings, database, store, producer, Probes(database, store, waiting_messages)).attach(app.extensions)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    init_database(app)
    init_access(app)
    init_security(app, settings)
    init_i18n(app, settings)
    init_assets(app)
    init_compression(app)
    init_messages(app)
    init_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    public(app.view_functions["static"])
    return app
