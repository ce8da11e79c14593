"""Whether mails to speakers go out: the server answers, and links in them lead to the portal."""

import socket

from config.settings import Settings
from presession.checkup.checks import Check, fine, note, problem

_SECONDS = 5.0


def check_mails(settings: Settings) -> Check:
    """What becomes of mails. Nothing is sent, and nobody signs in."""
    mails = settings.mails
    if mails.kind == "folder":
        found = f"put into {settings.mail_dir}; nobody receives them"
        return note("mails", found, "set PRESESSION_MAILS__KIND=smtp to send them")
    place = f"{mails.host}:{mails.port}"
    try:
        socket.create_connection((mails.host, mails.port), timeout=_SECONDS).close()
    except OSError as error:
        found = f"no server answers at {place} ({error.strerror or type(error).__name__})"
        return problem("mails", found, "see to it, or correct PRESESSION_MAILS__HOST and _PORT; mails wait meanwhile")
    return fine("mails", f"a server answers at {place}")
