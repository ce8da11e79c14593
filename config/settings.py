"""Every setting of an installation: one frozen object, built once at an entry point and passed in.

Values come from environment variables (`PRESESSION_…`, nested parts by a double underscore, for example
`PRESESSION_MEDIA__FFMPEG`) over a TOML file named by `PRESESSION_SETTINGS` over the defaults here.
"""

import hashlib
import os
import secrets
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

CONFIG_DIR = Path(__file__).parent
"""Folder of the data files that ship with the product."""

LONGEST_SOCKET_PATH = 100
"""Bytes; the system allows 107."""

_DATABASES = ("postgresql+psycopg://", "sqlite:///")

GIB = 1024**3
MIB = 1024**2


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and what is expected."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MediaSettings(_Part):
    """Programs and bounds for ffmpeg."""

    ffmpeg: str = Field(default="ffmpeg", description="program, by name or path")
    ffprobe: str = Field(default="ffprobe", description="program, by name or path")
    threads: int = Field(default=0, ge=0, description="threads of one encode; 0 leaves it to ffmpeg")
    memory_bytes: int = Field(default=4 * GIB, ge=256 * MIB, description="address space of one ffmpeg process")
    renditions_file: Path = Field(default=CONFIG_DIR / "renditions.toml", description="the encoding ladder")
    card_style_file: Path = Field(
        default=CONFIG_DIR / "title-cards.toml", description="the house style of title cards: colours, length, emblem"
    )
    films: Literal["all", "statements", "none"] = Field(
        default="all",
        description="MP4 files beside what is published, to play without a player and to take away: of each of the "
        "`statements`, of `all` (the whole programme too), or `none`",
    )


class StoreSettings(_Part):
    """Where objects are kept: a folder, or any S3."""

    kind: Literal["folder", "s3"] = Field(default="folder", description="`folder` or `s3`")
    folder: Path | None = Field(default=None, description="default: `store` in the data folder")
    bucket: str = Field(default="", description="S3: the bucket, which must exist")
    prefix: str = Field(default="", description="S3: put before every key, for a shared bucket")
    endpoint_url: str | None = Field(default=None, description="S3: the server; leave out for AWS")
    region: str = Field(default="us-east-1", description="S3: the region")
    addressing: Literal["auto", "path", "virtual"] = Field(
        default="auto",
        description="S3: the bucket stands in the `path` of addresses or before the server's name (`virtual`); `auto`: "
        "in the path where there is an endpoint_url",
    )
    access_key_id: str | None = Field(default=None, description="S3: leave out to use the machine's own role")
    secret_access_key: SecretStr | None = Field(default=None, description="S3: goes with the key id")
    browser_url: str | None = Field(
        default=None,
        description="S3: the server as browsers reach it; missions then read media there, by addresses signed for a "
        "short time. Leave out, and the portal passes every byte on",
    )
    signed_seconds: int = Field(
        default=300, ge=30, le=3600, description="S3: so long a signed address of missions' media works"
    )
    compresses: bool = Field(
        default=True,
        description="S3: pages, scripts, manifests and other texts lie there compressed (Content-Encoding: gzip)",
    )


class OriginalSettings(_Part):
    """What recordings as they were uploaded are sealed with."""

    master_keys: SecretStr = Field(
        default=SecretStr(""),
        description="what seals the keys of originals: lines of `presession keys new`; the first seals, all open; "
        "default: those in the key file",
    )
    key_file: Path | None = Field(
        default=None,
        description="file with the master keys, one a line; default: `originals.key` in the data folder, made once "
        "where the store is a folder. With S3 and without any key originals are not sealed",
    )


class WebSettings(_Part):
    """The portal."""

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on")
    threads: int = Field(
        default=128, ge=4, description="requests answered at the same time; an upload holds one while it runs"
    )
    public_url: str = Field(default="", description="address people use; default: http://host:port")
    secure_cookies: bool = Field(default=False, description="set when the portal is served over TLS")
    trusted_proxies: int = Field(default=0, ge=0, description="how many proxies of yours stand before the portal")
    time_zone: str = Field(default="Europe/Zurich", description="zone in which the portal shows times")
    stall_seconds: int = Field(default=60, ge=5, description="an upload that sends nothing for so long is cut off")
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="lets a monitoring server on another machine read /metrics, as a bearer token",
    )


class JobSettings(_Part):
    """Claims, heartbeats, sweeps."""

    lease_seconds: float = Field(default=30, gt=0, description="a claim without a heartbeat lapses after this")
    heartbeat_seconds: float = Field(default=5, gt=0, description="how often a worker renews its claim")
    sweep_seconds: float = Field(default=5, gt=0, description="how often the scheduler looks for lost jobs")
    retry_seconds: float = Field(
        default=10, ge=0, le=150, description="wait before a second attempt; four times it before a third"
    )
    away_hours: float = Field(
        default=24, gt=0, description="work that waits for a store, a database or room on a disk fails after this"
    )
    drain_seconds: float = Field(
        default=10, ge=0, description="a worker told to stop finishes what it can in this time and gives back the rest"
    )
    concurrency: int = Field(default=0, ge=0, description="encodes at the same time; 0: one for every two cores")
    interactive_concurrency: int = Field(default=2, ge=1, description="checks of recordings at the same time")
    packaging_concurrency: int = Field(default=1, ge=1, description="releases written at the same time")
    captions_concurrency: int = Field(default=1, ge=1, description="texts aligned with recordings at the same time")


class UploadSettings(_Part):
    """The resumable upload."""

    max_bytes: int = Field(default=4 * GIB, ge=MIB, description="largest recording that is taken")
    expire_hours: float = Field(default=14 * 24, gt=0, description="an unfinished upload is kept this long")


class LinkSettings(_Part):
    """Speakers' personal links."""

    expire_days: float = Field(
        default=60, gt=0, description="a speaker's link works this long where the session names no last day"
    )
    grace_days: float = Field(
        default=30, gt=0, description="a speaker's link works this long after the last day for recordings"
    )


class MailSettings(_Part):
    """Mails to speakers."""

    kind: Literal["folder", "smtp"] = Field(
        default="folder", description="`smtp` sends mails, `folder` puts them into a folder of this machine"
    )
    folder: Path | None = Field(default=None, description="default: `mails` in the data folder")
    sender: str = Field(default="presession@localhost", description="address that mails come from")
    reply_to: str = Field(default="", description="address that answers go to; default: the sender")
    host: str = Field(default="", description="SMTP: the server")
    port: int = Field(default=587, ge=1, le=65535, description="SMTP: its port")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="SMTP: `starttls` (port 587), `tls` (port 465), or `none`, on this machine only"
    )
    user: str = Field(default="", description="SMTP: leave out where the server asks for none")
    password: SecretStr = Field(default=SecretStr(""), description="SMTP: goes with the user")
    hold: bool = Field(default=False, description="hold every mail until staff release it")
    reminder_days: float = Field(
        default=3, ge=0, description="who has not handed in is reminded so many days before the last one; 0: nobody is"
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "smtp" and not self.host:
            raise ValueError("to send mails by SMTP, set PRESESSION_MAILS__HOST and PRESESSION_MAILS__SENDER")
        return self


class RetentionSettings(_Part):
    """How long things are kept is each session's own."""

    sweeps: bool = Field(
        default=True,
        description="once a day the scheduler removes what sessions keep no longer",
    )


class AccountSettings(_Part):
    """Staff accounts."""

    second_factor: Literal["auto", "demanded", "offered"] = Field(
        default="auto",
        description="`demanded` of all staff, or `offered` to them; `auto` demands it unless people use the portal on "
        "this machine alone (an address of 127.0.0.1 or localhost)",
    )


class OpenIdSettings(_Part):
    """Signing in by an OpenID Connect provider, beside passwords."""

    issuer: str = Field(
        default="",
        description="OpenID Connect: the provider's address, exactly as it writes it; without one it is not offered",
    )
    client_id: str = Field(default="", description="OpenID Connect: what the provider calls this portal")
    client_secret: SecretStr = Field(default=SecretStr(""), description="OpenID Connect: goes with the client's id")
    name: str = Field(default="OpenID", description="OpenID Connect: what staff call the provider, on the button")
    has_second_factor: bool = Field(
        default=False, description="OpenID Connect: the provider asks for a second factor; then the portal does not"
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.issuer and not self.client_id:
            raise ValueError("to sign in by OpenID Connect, set PRESESSION_OPENID__CLIENT_ID beside the issuer")
        return self


class WebhookSettings(_Part):
    """Messages to other systems."""

    allow_private: bool = Field(
        default=False, description="messages to other systems may also go to private addresses, and without TLS"
    )


class CdnSettings(_Part):
    """A network of caches in front of what is published: it is told what was taken out."""

    kind: Literal["none", "command", "http"] = Field(
        default="none",
        description="where caches of others stand before the published pages: `command` runs a program of yours, "
        "`http` sends a signed message, each with what is gone; `none`: there are no such caches",
    )
    command: tuple[str, ...] = Field(
        default=(),
        description="CDN, `command`: the program and its arguments, as a JSON list; what is gone stands on its stdin",
    )
    url: str = Field(default="", description="CDN, `http`: where the message goes")
    secret: SecretStr = Field(
        default=SecretStr(""), description="CDN, `http`: what signs it, like `whsec_…`; see Other systems"
    )
    public_url: str = Field(
        default="", description="CDN: address under which it serves `/watch/`; default: the portal's public_url"
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "command" and not self.command:
            raise ValueError(
                'to tell a CDN by a program, set PRESESSION_CDN__COMMAND to a list like ["/usr/bin/purge"]'
            )
        if self.kind == "http" and not (
            self.url.startswith(("http://", "https://")) and self.secret.get_secret_value()
        ):
            raise ValueError("to tell a CDN by a message, set PRESESSION_CDN__URL and PRESESSION_CDN__SECRET")
        return self


class TranslationSettings(_Part):
    """Machine drafts of interpretations; off unless an engine is chosen."""

    engine: Literal["none", "ctranslate2", "libretranslate"] = Field(
        default="none",
        description="what drafts translations of subtitles: `ctranslate2` on this machine (needs "
        "presession[translation]), a `libretranslate` server of yours, or `none`",
    )
    models: Path | None = Field(
        default=None,
        description="CTranslate2: folder of models, in it a folder for each pair (`fr-en`); nothing is downloaded",
    )
    pivot: str = Field(default="en", description="CTranslate2: language between two that have no model of their own")
    threads: int = Field(default=1, ge=1, description="threads of one draft or recognition")
    url: str = Field(default="", description="LibreTranslate: address of the server, which reads the statements")
    api_key: SecretStr = Field(default=SecretStr(""), description="LibreTranslate: where the server asks for one")
    glossary_file: Path = Field(
        default=CONFIG_DIR / "glossary.toml", description="terms that interpretations are compared with"
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.engine == "ctranslate2" and self.models is None:
            raise ValueError("to draft by CTranslate2, set PRESESSION_TRANSLATION__MODELS to the folder of models")
        if self.engine == "libretranslate" and not self.url.startswith(("http://", "https://")):
            raise ValueError("to draft by LibreTranslate, set PRESESSION_TRANSLATION__URL to your server’s address")
        return self


class RecognitionSettings(_Part):
    """Recognition of speech where there is no text; off unless there is a model."""

    model: Path | None = Field(
        default=None,
        description="folder of a faster-whisper model (needs presession[recognition]); nothing is downloaded",
    )


class Settings(BaseSettings):
    """The whole configuration of one installation."""

    model_config = SettingsConfigDict(env_prefix="PRESESSION_", env_nested_delimiter="__", frozen=True, extra="forbid")

    data_dir: Path = Field(default=Path("presession-data"), description="everything that is kept on this machine")
    database_url: str = Field(default="", description="default: SQLite in the data folder; or postgresql+psycopg://…")
    broker_url: str = Field(
        default="", description="default: an embedded Valkey; or redis://…, rediss://…, amqp://… of your own"
    )
    secret_key: SecretStr = Field(default=SecretStr(""), description="default: made once, kept in the data folder")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="how much is logged")
    media: MediaSettings = MediaSettings()
    store: StoreSettings = StoreSettings()
    originals: OriginalSettings = OriginalSettings()
    web: WebSettings = WebSettings()
    jobs: JobSettings = JobSettings()
    uploads: UploadSettings = UploadSettings()
    links: LinkSettings = LinkSettings()
    mails: MailSettings = MailSettings()
    retention: RetentionSettings = RetentionSettings()
    accounts: AccountSettings = AccountSettings()
    openid: OpenIdSettings = OpenIdSettings()
    webhooks: WebhookSettings = WebhookSettings()
    cdn: CdnSettings = CdnSettings()
    translation: TranslationSettings = TranslationSettings()
    recognition: RecognitionSettings = RecognitionSettings()

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, url: str) -> str:
        if url and not url.startswith(_DATABASES):
            raise ValueError("expected postgresql+psycopg://user:password@host/name, or sqlite:////path")
        return url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over the values handed in from the TOML file."""
        return (env_settings, init_settings)

    @property
    def uses_embedded_broker(self) -> bool:
        """Whether `presession` starts its own Valkey."""
        return not self.broker_url

    @property
    def effective_database_url(self) -> str:
        """The database's address with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'presession.sqlite3'}"

    @property
    def broker_socket(self) -> Path:
        """Socket of the embedded Valkey; in a short private folder where the data folder's path is too long for one."""
        path = self.data_dir / "run" / "valkey.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
        place = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path("/tmp") / f"presession-{os.getuid()}-{place}" / "valkey.sock"  # noqa: S108 - checked when made

    @property
    def effective_broker_url(self) -> str:
        """The broker's address with the default filled in."""
        return self.broker_url or f"redis+socket://{quote(str(self.broker_socket))}"

    @property
    def store_values(self) -> dict[str, Any]:
        """Arguments of `pipeline.storage.opening.open_store`."""
        secret = self.store.secret_access_key
        return {
            "kind": self.store.kind,
            "folder": self.store_folder,
            "bucket": self.store.bucket,
            "prefix": self.store.prefix,
            "endpoint_url": self.store.endpoint_url,
            "region": self.store.region,
            "access_key_id": self.store.access_key_id,
            "secret_access_key": secret.get_secret_value() if secret is not None else None,
            "browser_url": self.store.browser_url,
            "compresses": self.store.compresses,
            "path_style": {"auto": None, "path": True, "virtual": False}[self.store.addressing],
        }

    @property
    def drafting_values(self) -> dict[str, Any]:
        """Arguments of `pipeline.captions.drafts.choosing.DraftingParts`."""
        own = self.translation
        return {
            "engine": own.engine,
            "models": own.models,
            "pivot": own.pivot,
            "url": own.url,
            "api_key": own.api_key.get_secret_value(),
            "recognition_model": self.recognition.model,
            "threads": own.threads,
        }

    @property
    def store_folder(self) -> Path:
        """Root of the folder store."""
        return self.store.folder or self.data_dir / "store"

    @property
    def master_keys(self) -> tuple[str, ...]:
        """The master keys of originals, the one that seals first; none where originals are not sealed."""
        lines = self.originals.master_keys.get_secret_value().replace(",", "\n").splitlines()
        return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))

    @property
    def spool_dir(self) -> Path:
        """Where unfinished uploads lie."""
        return self.data_dir / "uploads"

    @property
    def mail_dir(self) -> Path:
        """Where mails are put that are not sent by SMTP."""
        return self.mails.folder or self.data_dir / "mails"

    @property
    def work_dir(self) -> Path:
        """Where steps work; a folder per attempt."""
        return self.data_dir / "work"

    @property
    def demands_second_factor(self) -> bool:
        """Whether staff must show more than a password."""
        if self.accounts.second_factor != "auto":
            return self.accounts.second_factor == "demanded"
        return urlsplit(self.public_url).hostname not in {"localhost", "127.0.0.1", "::1"}

    @property
    def public_url(self) -> str:
        """The address that people use, without a final slash."""
        return (self.web.public_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")

    @property
    def watch_url(self) -> str:
        """Where what is public is served, with a final slash; empty as long as nobody said under which address."""
        known = (self.cdn.public_url or self.web.public_url).rstrip("/")
        return f"{known}/watch/" if known else ""

    @property
    def oembed_url(self) -> str:
        """Where programs ask how to show a public page in theirs; empty where the portal's address is not said."""
        return f"{self.public_url}/oembed" if self.web.public_url else ""


def load_settings(*, data_dir: Path | None = None, port: int | None = None, makes_secret: bool = True) -> Settings:
    """Build the settings; `data_dir` and `port` are command-line options and win over everything.

    Makes the data folder's path absolute and, where none is set, keeps a secret key in it, unless the caller
    only looks and signs nothing (`makes_secret=False`).
    Raises `SettingsError` naming the setting and what it expects.
    """
    _refuse_unknown_names()
    try:
        settings = Settings(**_from_file())
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    if settings.mails.kind == "smtp" and not settings.web.public_url:
        raise SettingsError(
            "Mails hold links to the portal. To send them, set PRESESSION_WEB__PUBLIC_URL to the address people use."
        )
    folder = (data_dir or settings.data_dir).expanduser().resolve()
    update: dict[str, Any] = {"data_dir": folder}
    if port is not None:
        update["web"] = settings.web.model_copy(update={"port": port})
    if makes_secret and not settings.secret_key.get_secret_value():
        update["secret_key"] = SecretStr(_kept_secret(folder / "secret_key", _new_secret))
    update["originals"] = _with_master_keys(settings, folder, makes_secret=makes_secret)
    return settings.model_copy(update=update)


def _refuse_unknown_names() -> None:
    for name in sorted(os.environ):
        if not name.startswith("PRESESSION_") or name == "PRESESSION_SETTINGS":
            continue
        if name.removeprefix("PRESESSION_").split("__")[0].lower() not in Settings.model_fields:
            known = ", ".join(f"PRESESSION_{field.upper()}" for field in Settings.model_fields)
            raise SettingsError(f"There is no setting {name}. Settings begin with one of: {known}.")


def _from_file() -> dict[str, Any]:
    named = os.environ.get("PRESESSION_SETTINGS")
    if not named:
        return {}
    try:
        return tomllib.loads(Path(named).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"PRESESSION_SETTINGS names {named}, which cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{named} is not valid TOML: {error}.") from error


def _sentence(error: ValidationError) -> str:
    parts = []
    for problem in error.errors():
        name = "PRESESSION_" + "__".join(str(part).upper() for part in problem["loc"])
        parts.append(f"Setting {name}: {problem['msg'].removeprefix('Value error, ')}.")
    return " ".join(parts)


def _with_master_keys(settings: Settings, folder: Path, *, makes_secret: bool) -> OriginalSettings:
    """The keys that are set, those of the key file, or one made now."""
    originals, path = settings.originals, settings.originals.key_file or folder / "originals.key"
    if originals.master_keys.get_secret_value():
        return originals
    if originals.key_file and not path.is_file():
        raise SettingsError(f"PRESESSION_ORIGINALS__KEY_FILE names {path}, which is not there.")
    is_made = makes_secret and settings.store.kind == "folder"
    keys = _kept_secret(path, _new_master_key) if is_made or path.is_file() else ""
    return originals.model_copy(update={"master_keys": SecretStr(keys)})


def _new_secret() -> str:
    return secrets.token_urlsafe(48)


def _new_master_key() -> str:
    from pyrage import x25519  # noqa: PLC0415 - needed once in an installation's life

    return str(x25519.Identity.generate())


def _kept_secret(path: Path, make: Callable[[], str]) -> str:
    try:
        return _read_or_make_secret(path, make)
    except OSError as error:
        raise SettingsError(f"The data folder {path.parent} cannot be used: {error.strerror}.") from error


def _read_or_make_secret(path: Path, make: Callable[[], str]) -> str:
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:  # another part of the installation was first
            pass
        except OSError:  # a file system without hard links
            shutil.copy(file.name, path)
    return path.read_text(encoding="ascii").strip()
