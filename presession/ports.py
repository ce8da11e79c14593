"""Network ports of this machine: is one free, and which."""

import errno
import socket

from config.settings import Settings
from pipeline.domain.errors import WrongUsage


def refuse_taken_port(host: str, port: int) -> None:
    """Raise `WrongUsage` when the portal could not listen there."""
    try:
        _listen(host, port).close()
    except OSError as error:
        raise WrongUsage(_sentence(host, port, error)) from error


def free_port(host: str) -> int:
    """A port that nobody listens on now."""
    with _listen(host, 0) as listener:
        return int(listener.getsockname()[1])


def with_real_port(settings: Settings) -> Settings:
    """The settings with a free port in place of 0."""
    if settings.web.port:
        return settings
    web = settings.web.model_copy(update={"port": free_port(settings.web.host)})
    return settings.model_copy(update={"web": web})


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Choose another one with --port, or 0 for any."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights. Choose one above 1023 with --port and put a web server in front."
    return f"The portal cannot listen on {host}, port {port}: {error.strerror}."
