"""What one portal was built with; views reach it through `portal()` instead of globals."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from config.settings import Settings
from pipeline.records.database import Database
from pipeline.services.jobs import JobProducer
from pipeline.services.originals import Originals
from pipeline.services.sealing import SecretBox
from pipeline.storage.sealing import KeyRing
from pipeline.storage.store import ObjectStore
from webapp.probes import Probes

_EXTENSION = "presession"


@dataclass(frozen=True)
class Portal:
    """The parts that are handed to `create_app`."""

    settings: Settings
    database: Database
    store: ObjectStore
    producer: JobProducer
    probes: Probes

    @property
    def originals(self) -> Originals:
        """The door to recordings as they were uploaded."""
        return Originals(self.store, KeyRing(self.settings.master_keys))

    def attach(self, extensions: dict[str, object]) -> None:
        """Make this portal the one that `portal()` finds in an app."""
        extensions[_EXTENSION] = self


def portal() -> Portal:
    """The parts of the app that answers this request."""
    return cast(Portal, current_app.extensions[_EXTENSION])


def totp_box() -> SecretBox:
    """What seals the secrets from which apps make codes."""
    return SecretBox(portal().settings.secret_key.get_secret_value(), "totp")
