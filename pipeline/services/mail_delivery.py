"""Taking a written mail to its reader: by SMTP, or into a folder of this machine. Server's answers are never quoted.

What a server says may hold the reader's address; only its number is passed on.
"""

import os
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from pipeline.domain.errors import InputRefused, RetryableError
from pipeline.domain.mails import WrittenMail

_TIMEOUT_SECONDS = 15.0
_FIRST_FINAL_CODE = 500


class MailServerAway(RetryableError):
    """The mail server does not answer, or takes nothing from us now; a mail can be sent once that is mended."""


class AddressRefused(InputRefused):
    """The mail server says that nobody can be reached at this address."""


class MailCarrier(Protocol):
    """Takes mails to their readers."""

    def check(self) -> None:
        """Raise `MailServerAway` where no mail could be handed over now."""

    def deliver(self, message: EmailMessage) -> None:
        """Hand one mail over. Raises `AddressRefused`, `MailServerAway`, `OSError`."""


@dataclass(frozen=True)
class FolderCarrier:
    """Puts each mail into a folder as a file that mail programs open; only this user can read it."""

    folder: Path

    def check(self) -> None:
        """A folder is always there, or is made."""

    def deliver(self, message: EmailMessage) -> None:
        """Write one file, whole or not at all. Its name tells when it was written and nothing else."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        written_at = message["Date"].datetime.strftime("%Y%m%dT%H%M%S")
        path = self.folder / f"{written_at}-{secrets.token_hex(4)}.eml"
        unfinished = path.with_suffix(".unfinished")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes(policy=SMTP))
        unfinished.rename(path)


@dataclass(frozen=True)
class SmtpCarrier:
    """Hands mails to an SMTP server. `security` is `starttls`, `tls` or `none`."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""

    def deliver(self, message: EmailMessage) -> None:
        """Hand one mail to the server, over a connection of its own."""
        is_plain = str(message["To"]).isascii()
        with _smtp_errors(is_plain_address=is_plain), self._connect(_domain_of(message["From"])) as server:
            self._introduce(server)
            server.send_message(message)

    def check(self) -> None:
        """Come as far as one can without a mail."""
        with _smtp_errors(is_plain_address=True), self._connect("localhost") as server:
            self._introduce(server)

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)

    def _connect(self, own_name: str) -> smtplib.SMTP:
        # Our own name is the sender's domain: the machine's is nobody's business.
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host,
                self.port,
                local_hostname=own_name,
                timeout=_TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(self.host, self.port, local_hostname=own_name, timeout=_TIMEOUT_SECONDS)


def build_message(
    written: WrittenMail, *, sender: str, reply_to: str, address: str, language: str, now: datetime
) -> EmailMessage:
    """A mail as it travels: plain text, and headers that tell nothing of what it is about."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _reachable(address)
    if reply_to:
        message["Reply-To"] = reply_to
    message["Subject"] = written.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{_domain_of(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text)
    message["Content-Language"] = language
    return message


@contextmanager
def _smtp_errors(*, is_plain_address: bool) -> Iterator[None]:
    """What goes wrong with a server, as whose fault it is: the address's, or the server's and its settings'."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        if code >= _FIRST_FINAL_CODE:
            raise AddressRefused(f"The mail server refused the address ({code}).") from None
        raise MailServerAway(f"The mail server does not take this mail now ({code}).") from None
    except smtplib.SMTPNotSupportedError:
        if not is_plain_address:
            raise AddressRefused("The mail server takes no address with such letters.") from None
        raise MailServerAway(
            "The mail server lacks what the settings ask for: see PRESESSION_MAILS__SECURITY."
        ) from None
    except smtplib.SMTPResponseException as error:
        raise MailServerAway(
            f"The mail server takes nothing from us ({type(error).__name__} {error.smtp_code})."
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerAway(f"The mail server does not answer ({type(error).__name__}).") from None


def _reachable(address: str) -> str:
    """An address with its domain as every server knows it: `ana@xn--bcher-kva.example`."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def _domain_of(address: str) -> str:
    return str(address).rpartition("@")[2].strip("> ") or "localhost"
