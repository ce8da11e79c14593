"""Handing a message to another system by HTTP: to public addresses alone, no redirections, within seconds.

The address is looked up once and what was looked at is what is connected to, so that a name that answers differently
a moment later leads nowhere else. What a receiver says beside its status is not read.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from pipeline.services.webhook_deliveries import OutgoingMessage

WHOLE_SECONDS = 10.0
"""A receiver that has not answered by then counts as away; it should answer first and work afterwards."""

_TUNNELS = tuple(
    ipaddress.ip_network(network)
    for network in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10")
)
"""IPv6 addresses that stand for IPv4 ones, private ones among them; the last are private by an older rule."""

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Answer:
    """What came of a try: an HTTP status, or a word where there was none."""

    word: str
    is_taken: bool


class NotAllowed(Exception):
    """The address leads into a private network."""


_WORDS: Mapping[type[Exception], str] = {
    NotAllowed: "private_address",
    ssl.SSLError: "tls",
    TimeoutError: "timeout",
    socket.gaierror: "unknown_host",
}


def send_message(message: OutgoingMessage, *, allows_private: bool) -> Answer:
    """Try once; whatever the receiver does is an answer and no error."""
    parts = urlsplit(message.url)
    if parts.scheme == "http" and not allows_private:
        return Answer("not_https", is_taken=False)
    try:
        status = _post(parts, _resolve(parts, allows_private=allows_private), message)
    except (NotAllowed, OSError, http.client.HTTPException, ValueError) as error:
        return Answer(_word_of(error), is_taken=False)
    return Answer(str(status), is_taken=200 <= status < 300)


def _word_of(error: Exception) -> str:
    return next((word for kind, word in _WORDS.items() if isinstance(error, kind)), "no_answer")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, and not of this machine or a network around it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    is_tunnel = any(ip in network for network in _TUNNELS)
    return ip.is_global and not ip.is_multicast and not is_tunnel


def _resolve(parts: SplitResult, *, allows_private: bool) -> tuple[str, int]:
    """The first address of the receiver; every one of them has to be allowed."""
    port = parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not allows_private and not all(is_public(address) for address in addresses):
        raise NotAllowed
    return addresses[0], port


def _post(parts: SplitResult, address: tuple[str, int], message: OutgoingMessage) -> int:
    connection = _Pinned(parts, address)
    late = threading.Event()
    watch = threading.Timer(WHOLE_SECONDS, _cut, (connection, late))
    watch.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=message.body, headers=message.headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: "_Pinned", late: threading.Event) -> None:
    """End a connection whose other side sends a byte now and then and never comes to an end."""
    late.set()
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            return


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at; the name stays what certificate and `Host` are about."""

    def __init__(self, parts: SplitResult, address: tuple[str, int]) -> None:
        super().__init__(parts.hostname or "", address[1], timeout=WHOLE_SECONDS)
        self._address = address
        self._is_tls = parts.scheme == "https"
        self.default_port = _PORTS[parts.scheme]

    def connect(self) -> None:
        """Connect, with TLS where the address says so."""
        self.sock = socket.create_connection(self._address, timeout=WHOLE_SECONDS)
        if self._is_tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
