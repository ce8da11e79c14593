"""A probe of tus 1.0 over real gunicorn: each rule one request, its answer, and where the upload stands after it.

The rules are the MUSTs and SHOULDs of the protocol's text, and where that is silent what its reference server does.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.fixtures.portal import BODY, TUS, InvitedSpeaker, PortalProcess, begin, patch

LENGTH, ARRIVED = 10, b"abc"
ALL = object()
"""In place of an upload to be: one whose bytes have all arrived."""

ENDPOINT, UPLOAD, UNKNOWN = "/uploads/", "{upload}", "/uploads/" + "0" * 32
OTHER_TYPE = {**TUS, "Content-Type": "application/octet-stream"}
MAX = 1024**3


def checksum(data: bytes, algorithm: str = "sha1") -> dict[str, str]:
    """`Upload-Checksum` of some bytes."""
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"}


def at(offset: object, **more: str) -> dict[str, str]:
    """Headers of bytes at an offset."""
    return {**BODY, "Upload-Offset": str(offset), **{name.replace("_", "-"): value for name, value in more.items()}}


def instead(method: str) -> dict[str, str]:
    """The header with which a POST means another method."""
    return {"X-HTTP-Method-Override": method}


@dataclass(frozen=True)
class Rule:
    """One request at an upload of ten bytes of which three have arrived, unless `length` says otherwise."""

    says: str
    method: str
    path: str
    headers: Mapping[str, str | bytes]
    status: int
    body: bytes = b""
    length: object = LENGTH
    tells: Mapping[str, str | None] = field(default_factory=dict)
    """Headers of the answer; None for one that must not be there, "*" for any value."""
    offset: int | None = None
    """Where the upload stands afterwards; None when there is none any more or when it does not matter."""


def patched(says: str, headers: Mapping[str, str | bytes], status: int, body: bytes = b"", **more: object) -> Rule:
    """A rule about bytes that are sent to the upload."""
    return Rule(says, "PATCH", UPLOAD, headers, status, body, **more)  # type: ignore[arg-type]


def created(says: str, headers: Mapping[str, str], status: int, body: bytes = b"", **more: object) -> Rule:
    """A rule about the beginning of an upload."""
    return Rule(says, "POST", ENDPOINT, headers, status, body, **more)  # type: ignore[arg-type]


def named(says: str, method: str, path: str, status: int, headers: Mapping[str, str] = TUS, **more: object) -> Rule:
    """A rule about any other request."""
    return Rule(says, method, path, headers, status, **more)  # type: ignore[arg-type]


CORE = [
    named("OPTIONS needs no version", "OPTIONS", ENDPOINT, 204, {}, tells={"Tus-Version": "1.0.0"}),
    named(
        "OPTIONS ignores the version", "OPTIONS", ENDPOINT, 204, {"Tus-Resumable": "0.2"}, tells={"Tus-Version": "*"}
    ),
    named("OPTIONS tells the largest size", "OPTIONS", ENDPOINT, 204, tells={"Tus-Max-Size": str(MAX)}),
    named("OPTIONS tells extensions", "OPTIONS", ENDPOINT, 204, tells={"Tus-Extension": "*"}),
    named("OPTIONS tells checksums", "OPTIONS", ENDPOINT, 204, tells={"Tus-Checksum-Algorithm": "sha1,sha256"}),
    named("OPTIONS of an upload", "OPTIONS", UPLOAD, 204, {}, tells={"Tus-Version": "1.0.0"}, offset=3),
    named("HEAD tells the offset", "HEAD", UPLOAD, 200, tells={"Upload-Offset": "3"}, offset=3),
    named("HEAD tells the length", "HEAD", UPLOAD, 200, tells={"Upload-Length": "10", "Upload-Defer-Length": None}),
    named("HEAD must not be cached", "HEAD", UPLOAD, 200, tells={"Cache-Control": "no-store"}),
    named("HEAD tells when the upload ends", "HEAD", UPLOAD, 200, tells={"Upload-Expires": "*"}),
    named("a whole upload does not end", "HEAD", UPLOAD, 200, length=ALL, tells={"Upload-Expires": None}),
    named("HEAD of a whole upload", "HEAD", UPLOAD, 200, tells={"Upload-Offset": "10"}, length=ALL, offset=10),
    named("HEAD of nothing has no offset", "HEAD", UNKNOWN, 404, tells={"Upload-Offset": None}),
    named("HEAD without a version", "HEAD", UPLOAD, 412, {}, tells={"Tus-Version": "1.0.0"}),
    named("HEAD cannot be turned into DELETE", "HEAD", UPLOAD, 200, TUS | instead("DELETE"), offset=3),
    patched("bytes at the offset", at(3), 204, b"def", tells={"Upload-Offset": "6"}, offset=6),
    patched("the rest", at(3), 204, b"defghij", tells={"Upload-Offset": "10"}, offset=10),
    patched("no bytes", at(3), 204, tells={"Upload-Offset": "3"}, offset=3),
    patched("no bytes at the end again", at(10), 204, length=ALL, tells={"Upload-Offset": "10"}, offset=10),
    patched("an offset before", at(0), 409, b"abc", offset=3),
    patched("an offset behind", at(4), 409, b"e", offset=3),
    patched("an offset behind the end", at(11), 409, b"e", offset=3),
    patched("an offset at the end too early", at(10), 409, offset=3),
    patched("bytes of another offset are not counted against the room", at(0), 409, b"abcdefghij", offset=3),
    patched("more bytes to a whole upload change nothing", at(10), 204, b"x", length=ALL, offset=10),
    patched("the beginning to a whole upload", at(0), 409, b"abc", length=ALL, offset=10),
    patched("more bytes than announced", at(3), 413, b"defghijk", offset=3),
    patched("no offset", BODY, 400, b"d", offset=3),
    patched("a negative offset", at(-3), 400, b"d", offset=3),
    patched("an offset that is no number", at("three"), 400, b"d", offset=3),
    patched("an offset with a fraction", at("3.0"), 400, b"d", offset=3),
    patched("an offset in other digits", at("0x3"), 400, b"d", offset=3),
    patched("an offset beyond all numbers", at("9" * 30), 400, b"d", offset=3),
    patched("another type of body", OTHER_TYPE | {"Upload-Offset": "3"}, 415, b"d", offset=3),
    patched("no type of body", TUS | {"Upload-Offset": "3"}, 415, b"d", offset=3),
    patched("a form", at(3, Content_Type="application/x-www-form-urlencoded"), 415, b"d", offset=3),
    patched("a type with a parameter", at(3, Content_Type=f"{BODY['Content-Type']}; x=y"), 204, b"d", offset=4),
    patched("a type in capitals", at(3, Content_Type=BODY["Content-Type"].upper()), 204, b"d", offset=4),
    patched("bytes without a version", at(3, Tus_Resumable=""), 412, b"d", tells={"Tus-Version": "1.0.0"}, offset=3),
    patched("bytes with another version", at(3, Tus_Resumable="2.0.0"), 412, b"d", offset=3),
    Rule("bytes to nothing", "PATCH", UNKNOWN, at(0), 404, b"x"),
    Rule("a POST that means PATCH", "POST", UPLOAD, at(3) | instead("PATCH"), 204, b"d", offset=4),
    Rule("a POST that means PATCH, in small letters", "POST", UPLOAD, at(3) | instead("patch"), 204, b"d", offset=4),
    named("a POST that means HEAD", "POST", UPLOAD, 200, TUS | instead("HEAD"), tells={"Upload-Offset": "3"}),
    named("a POST that means DELETE", "POST", UPLOAD, 204, TUS | instead("DELETE")),
    named("a POST that means OPTIONS", "POST", UPLOAD, 204, TUS | instead("OPTIONS"), tells={"Tus-Version": "1.0.0"}),
    named("a beginning that means PATCH begins nothing", "POST", ENDPOINT, 405, at(0) | instead("PATCH"), offset=3),
    named("a POST to an upload", "POST", UPLOAD, 405, tells={"Allow": "*"}, offset=3),
    named("a POST whose other method is empty", "POST", ENDPOINT, 201, TUS | instead("") | {"Upload-Length": "5"}),
    named("a GET of an upload", "GET", UPLOAD, 405, offset=3),
    named("a PUT to an upload", "PUT", UPLOAD, 405, offset=3),
    named("a GET of the beginning", "GET", ENDPOINT, 405),
    named("a path below an upload", "HEAD", f"{UPLOAD}/parts/1", 404),
    named("HEAD with a slash at the end", "HEAD", f"{UPLOAD}/", 200, tells={"Upload-Offset": "3"}),
    Rule("bytes with a slash at the end", "PATCH", f"{UPLOAD}/", at(3), 204, b"def", offset=6),
    named("OPTIONS without the slash", "OPTIONS", ENDPOINT.rstrip("/"), 204, {}, tells={"Tus-Version": "1.0.0"}),
]

CREATION = [
    created("a length", TUS | {"Upload-Length": "5"}, 201, tells={"Location": "*", "Upload-Offset": None}),
    created("a length of nothing", TUS | {"Upload-Length": "0"}, 201, tells={"Location": "*"}),
    created("a length at the limit is not too large", TUS | {"Upload-Length": str(MAX)}, 201),
    created("a length beyond the limit", TUS | {"Upload-Length": str(MAX + 1)}, 413, offset=3),
    created("a length that no disk has", TUS | {"Upload-Length": "9" * 18}, 413, offset=3),
    Rule("no slash at the end", "POST", ENDPOINT.rstrip("/"), TUS | {"Upload-Length": "5"}, 201),
    created("no length", TUS, 400, offset=3),
    created("a negative length", TUS | {"Upload-Length": "-1"}, 400, offset=3),
    created("a length that is no number", TUS | {"Upload-Length": "ten"}, 400, offset=3),
    created("an empty length", TUS | {"Upload-Length": ""}, 400, offset=3),
    created("a length with a sign", TUS | {"Upload-Length": "+5"}, 400, offset=3),
    created("no version", {"Upload-Length": "5"}, 412, tells={"Tus-Version": "1.0.0", "Location": None}, offset=3),
    created("another version", {"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412, offset=3),
    created("metadata", TUS | {"Upload-Length": "5", "Upload-Metadata": "filename YQ==,is_confidential"}, 201),
    created("when it ends", TUS | {"Upload-Length": "5"}, 201, tells={"Upload-Expires": "*"}),
]

WITH_BYTES = [
    created("the first bytes", BODY | {"Upload-Length": "5"}, 201, b"ab", tells={"Upload-Offset": "2"}),
    created("all bytes", BODY | {"Upload-Length": "5"}, 201, b"abcde", tells={"Upload-Offset": "5", "Location": "*"}),
    created("none of the bytes, but their type", BODY | {"Upload-Length": "5"}, 201, tells={"Upload-Offset": "0"}),
    created("too many bytes", BODY | {"Upload-Length": "5"}, 413, b"abcdef", offset=3),
    created("bytes of another type", OTHER_TYPE | {"Upload-Length": "5"}, 415, b"ab", offset=3),
    created("checked bytes", BODY | {"Upload-Length": "5"} | checksum(b"ab"), 201, b"ab", tells={"Upload-Offset": "2"}),
    created(
        "bytes with an unknown check", BODY | {"Upload-Length": "5", "Upload-Checksum": "x YQ=="}, 400, b"ab", offset=3
    ),
    created("broken bytes", BODY | {"Upload-Length": "5"} | checksum(b"xy"), 460, b"ab", tells={"Location": "*"}),
]

DEFERRED = [
    created("no length yet", TUS | {"Upload-Defer-Length": "1"}, 201, tells={"Location": "*"}),
    created("no length yet, in another word", TUS | {"Upload-Defer-Length": "yes"}, 400, offset=3),
    created("no length yet, and a length", TUS | {"Upload-Defer-Length": "1", "Upload-Length": "5"}, 400, offset=3),
    created("bytes, and no length yet", BODY | {"Upload-Defer-Length": "1"}, 201, b"ab", tells={"Upload-Offset": "2"}),
    named(
        "HEAD tells that the length is open",
        "HEAD",
        UPLOAD,
        200,
        length=None,
        tells={"Upload-Defer-Length": "1", "Upload-Length": None, "Upload-Offset": "3"},
    ),
    patched("bytes of an open length", at(3), 204, b"def", length=None, tells={"Upload-Offset": "6"}, offset=6),
    patched("the length with the last bytes", at(3, Upload_Length="5"), 204, b"de", length=None, offset=5),
    patched("the length alone", at(3, Upload_Length="3"), 204, length=None, tells={"Upload-Offset": "3"}, offset=3),
    patched("the length before the last bytes", at(3, Upload_Length="9"), 204, b"de", length=None, offset=5),
    patched("a length of less than is here", at(3, Upload_Length="2"), 400, length=None, offset=3),
    patched("a length beyond the limit", at(3, Upload_Length=str(MAX + 1)), 413, length=None, offset=3),
    patched(
        "a length that the bytes beside it do not fit into", at(3, Upload_Length="4"), 413, b"de", length=None, offset=3
    ),
    patched("a length that is none", at(3, Upload_Length="x"), 400, length=None, offset=3),
    patched("another length than before", at(3, Upload_Length="11"), 400, b"d", offset=3),
    patched("another length of a whole upload", at(10, Upload_Length="11"), 400, length=ALL, offset=10),
]

TERMINATION = [
    named("an end", "DELETE", UPLOAD, 204),
    named("the end of a whole upload", "DELETE", UPLOAD, 204, length=ALL),
    named("the end of nothing", "DELETE", UNKNOWN, 404),
    named("an end without a version", "DELETE", UPLOAD, 412, {}, offset=3),
]

CHECKSUM_AND_EXPIRATION = [
    patched("sha1 that fits", at(3) | checksum(b"de"), 204, b"de", offset=5),
    patched("sha256 that fits", at(3) | checksum(b"de", "sha256"), 204, b"de", offset=5),
    patched("a checksum that does not fit", at(3) | checksum(b"xy"), 460, b"de", offset=3),
    patched("an algorithm that is not offered", at(3) | checksum(b"de", "md5"), 400, b"de", offset=3),
    patched("an algorithm alone", at(3, Upload_Checksum="sha1"), 460, b"de", offset=3),
    patched("a checksum that is no Base64", at(3, Upload_Checksum="sha1 *"), 400, b"de", offset=3),
    patched("a checksum in other letters", at(3) | {"Upload-Checksum": b"sha1 \xc3\xa9"}, 400, b"de", offset=3),
    patched("a checksum before the offset counts", at(4) | checksum(b"de"), 409, b"de", offset=3),
    patched("bytes tell when the upload ends", at(3), 204, b"d", tells={"Upload-Expires": "*"}, offset=4),
    patched("the last bytes end nothing", at(3), 204, b"defghij", offset=10),
]

RULES = CORE + CREATION + WITH_BYTES + DEFERRED + TERMINATION + CHECKSUM_AND_EXPIRATION


@pytest.fixture(scope="module")
def prober(portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker]) -> Iterator[httpx.Client]:
    """One speaker's browser for all rules: every upload of a rule takes the place of the one before."""
    with closing(invite(portal_process).visit()) as client:
        yield client


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_rule(prober: httpx.Client, rule: Rule) -> None:
    path = upload_of(prober, rule.length)
    answer = prober.request(rule.method, rule.path.format(upload=path), content=rule.body, headers=dict(rule.headers))
    assert answer.status_code == rule.status, answer.text
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    for name, value in rule.tells.items():
        told = answer.headers.get(name)
        assert told is not None if value == "*" else told == value, f"{name}: {told}"
    if ends_at := answer.headers.get("Upload-Expires"):
        assert parsedate_to_datetime(ends_at).tzinfo is not None
    if rule.offset is not None:
        assert stands_at(prober, path) == rule.offset


def upload_of(client: httpx.Client, length: object) -> str:
    """The path of an upload of this length, None for one that is open, of which a part or all has arrived."""
    path = begin(client, length if length is None else LENGTH)
    data = b"abcdefghij" if length is ALL else ARRIVED
    assert patch(client, path, 0, data).status_code == 204
    return path


def stands_at(client: httpx.Client, path: str) -> int:
    """The upload's offset."""
    answer = client.head(path, headers=TUS)
    assert answer.status_code == 200, answer.status_code
    return int(answer.headers["Upload-Offset"])
