"""What is tried on an S3 bucket: rights, headers, conditions, versions, rules that remove, other origins, privacy.

One small object is written for each trial, below `probes/`, and is gone afterwards.
"""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import httpx

from pipeline.domain.tokens import new_name
from pipeline.site.publishing import CONTENT_CACHING
from pipeline.storage.keys import PROBES, probe_key, under
from pipeline.storage.s3 import S3Store
from pipeline.storage.s3_client import code_of
from pipeline.storage.store import StoreUnavailable
from presession.checkup.checks import Check, fine, note, problem

_SECONDS = 20.0
_CLOCK_SECONDS = 60.0
_TYPE = "video/mp4"

_RIGHTS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:AbortMultipartUpload")
_VERSION_RIGHTS = "s3:GetBucketVersioning, s3:ListBucketVersions, s3:DeleteObjectVersion"
_UNKNOWN = "the server does not tell ({})"


def check_bucket(store: S3Store, *, origin: str) -> Iterator[Check]:
    """Every trial; `origin` is where the published pages are served, like `https://presession.example.org`.

    Raises `StoreUnavailable` where there is nothing to try.
    """
    next(iter(store.list_keys(PROBES)), None)  # a bucket that is not there is one thing to mend, not ten
    trial = _Trial(store)
    try:
        yield from trial.rights()
        yield trial.headers()
        yield trial.texts()
        yield trial.conditions()
        yield trial.checksums()
        yield trial.versions()
        yield trial.lock()
        yield trial.lifecycle()
        yield trial.clock()
        yield from trial.privacy()
        yield trial.other_origins(origin)
    finally:
        store.delete_prefix(PROBES)


def rule_for(origin: str) -> dict[str, Any]:
    """The CORS rule that lets pages of an origin play media by signed addresses."""
    return {
        "CORSRules": [
            {
                "AllowedOrigins": [origin],
                "AllowedMethods": ["GET", "HEAD"],
                "AllowedHeaders": ["Range"],
                "ExposeHeaders": ["Content-Range", "Content-Length", "Accept-Ranges"],
                "MaxAgeSeconds": 3600,
            }
        ]
    }


class _Trial:
    def __init__(self, store: S3Store) -> None:
        self._store = store
        self._client = store.connection.client
        self._bucket = store.connection.bucket
        self._key = probe_key(new_name())
        self._name = store.name_of(self._key)

    def rights(self) -> Iterator[Check]:
        """Everything that the product does with objects."""
        copy, parts = probe_key(new_name()), cast("Any", {"Bucket": self._bucket, "Key": self._name})
        deeds: dict[str, Callable[[], object]] = {
            "write": lambda: self._store.put_bytes(self._key, b"0123456789", content_type=_TYPE),
            "read": lambda: self._store.read_bytes(self._key),
            "read a range": lambda: list(self._store.read_range(self._key, 2, 4)),
            "list": lambda: list(self._store.list_keys(PROBES)),
            "copy": lambda: self._store.copy(self._key, copy, content_type=_TYPE, cache_control=CONTENT_CACHING),
            "send in parts": lambda: self._client.abort_multipart_upload(
                **parts, UploadId=self._client.create_multipart_upload(**parts)["UploadId"]
            ),
            "list parts": lambda: self._client.list_multipart_uploads(Bucket=self._bucket),
            "remove": lambda: self._store.delete(copy),
        }
        refused = {name: code for name, deed in deeds.items() if (code := self._refusal(deed))}
        if not refused:
            yield fine("rights", ", ".join(deeds))
        for name, code in refused.items():
            yield problem("rights", f"cannot {name} ({code})", f"allow the key {', '.join(_RIGHTS)} on this bucket")

    def headers(self) -> Check:
        """Content type and caching have to come back as they were given, and ranges with their place."""
        self._store.put_bytes(self._key, b"0123456789", content_type=_TYPE, cache_control=CONTENT_CACHING)
        info = self._store.stat(self._key)
        kept = (info.content_type, info.cache_control) if info else ("", "")
        answer = httpx.get(self._signed(), headers={"Range": "bytes=2-3"}, timeout=_SECONDS)
        if kept != (_TYPE, CONTENT_CACHING):
            return problem("headers", f"kept as {kept[0]}, {kept[1]}", "let no proxy before the bucket change headers")
        if (answer.status_code, answer.content, answer.headers.get("Content-Range")) != (206, b"23", "bytes 2-3/10"):
            return problem("headers", "a range by a signed address is not answered as one", "let proxies pass on Range")
        return fine("headers", "content type, caching and ranges come back as they should")

    def texts(self) -> Check:
        """Texts lie packed and have to come back as such, with the header that says so, or not packed at all."""
        text = b"#EXTM3U\n" * 200
        self._store.put_bytes(self._key, text, content_type="application/vnd.apple.mpegurl")
        info = self._store.stat(self._key)
        read = httpx.get(self._signed(), headers={"Accept-Encoding": "gzip"}, timeout=_SECONDS).content
        if read != text or self._store.read_bytes(self._key) != text:
            mend = "let no proxy before the bucket change Content-Encoding, or set PRESESSION_STORE__COMPRESSES=false"
            return problem("texts", "are not what was written when they are read", mend)
        return fine(
            "texts", "lie compressed and are read as they were" if info and info.encoding else "lie as they are"
        )

    def conditions(self) -> Check:
        """A pointer is moved by the store's own condition."""
        able = self._store.abilities
        if able.has_conditional_writes:
            how = "" if able.matching == "quoted" else f", ETag {able.matching}"
            return fine("conditional writes", f"If-None-Match and If-Match work{how}")
        lacks = " and ".join(["If-None-Match"] * (not able.creates_once) + ["If-Match"] * (able.matching == "unknown"))
        return note(
            "conditional writes", f"not here ({lacks}); the database's lock and reading back stand in", "nothing to do"
        )

    def checksums(self) -> Check:
        """What a published object is verified by."""
        info = self._store.stat(self._key)
        kinds = sorted(info.checksums) if info else []
        if "sha256" in kinds or self._store.abilities.keeps_sha256:
            return fine("checksums", "SHA-256 is kept with objects")
        if "md5" in kinds:
            return fine("checksums", "the ETag is the MD5 of what was written; SHA-256 is not kept")
        return note("checksums", "none that is known; objects are read back, which takes longer", "nothing to do")

    def versions(self) -> Check:
        """What a removal leaves."""
        found: list[str] = []
        ask = self._client.get_bucket_versioning
        code = self._code(lambda: found.append(ask(Bucket=self._bucket).get("Status", "")))
        if code:
            return note("versions", _UNKNOWN.format(code), f"allow {_VERSION_RIGHTS}, where the bucket keeps versions")
        if not found[0]:
            return fine("versions", "none are kept")
        folder = f"{probe_key(new_name())}/"
        for text in (b"first", b"second"):
            self._store.put_bytes(under(folder, "object"), text, content_type=_TYPE)
        self._store.delete_prefix(folder)
        left = self._store.count_traces(folder)
        if left:
            return problem("versions", f"kept, and {left} are left of what was removed", f"allow {_VERSION_RIGHTS}")
        return fine("versions", f"kept ({found[0]}); a removal removes every one")

    def lock(self) -> Check:
        """An object that is locked cannot be taken down."""
        found: list[Any] = []
        ask = self._client.get_object_lock_configuration
        self._code(lambda: found.append(ask(Bucket=self._bucket).get("ObjectLockConfiguration", {})))
        if found and found[0].get("Rule"):
            return problem(
                "object lock",
                "objects are kept by a rule",
                "remove the rule: it keeps what has to be taken down",
            )
        return fine("object lock", "no rule keeps objects")

    def lifecycle(self) -> Check:
        """Rules that remove objects remove what is published."""
        found: list[Any] = []
        ask = self._client.get_bucket_lifecycle_configuration
        code = self._code(lambda: found.extend(ask(Bucket=self._bucket).get("Rules", ())))
        if code and code != "NoSuchLifecycleConfiguration":
            return note("lifecycle", _UNKNOWN.format(code), "make sure that no rule expires or moves objects")
        harmful = [rule for rule in found if rule.get("Status") == "Enabled" and _removes(rule)]
        if harmful:
            told = "limit it to other prefixes; presession removes by itself what is not kept"
            return problem("lifecycle", f"{len(harmful)} rules expire or move objects", told)
        return fine("lifecycle", f"{len(found)} rules, none expires or moves objects" if found else "no rules")

    def clock(self) -> Check:
        """S3 refuses requests that are a quarter of an hour wrong."""
        begun = time.time()
        answer = httpx.get(self._unsigned(), timeout=_SECONDS)
        middle = datetime.fromtimestamp((begun + time.time()) / 2, UTC)
        told = answer.headers.get("Date")
        if told is None:
            return note("clock", "the server does not tell the time")
        off = abs((parsedate_to_datetime(told) - middle).total_seconds())
        if off > _CLOCK_SECONDS:
            return problem("clock", f"{off:.0f} s apart", "have both set by NTP; signed addresses end at wrong times")
        return fine("clock", f"{off:.0f} s apart")

    def privacy(self) -> Iterator[Check]:
        """Nobody reads or lists anything without a key: what is public is served by the portal."""
        self._store.put_bytes(self._key, b"private", content_type=_TYPE)
        reading = httpx.get(self._unsigned(), timeout=_SECONDS).status_code
        listing = httpx.get(self._unsigned().removesuffix(self._name), timeout=_SECONDS).status_code
        for what, status in (("read", reading), ("listed", listing)):
            if status == 200:
                told = "take the public policy, ACL or website away (on AWS: Block Public Access)"
                yield problem("privacy", f"objects can be {what} by anybody", told)
        if 200 not in (reading, listing):
            yield fine("privacy", f"nothing is read ({reading}) or listed ({listing}) without a key")

    def other_origins(self, origin: str) -> Check:
        """Where browsers reach the bucket, pages of missions play there by signed addresses, from another origin."""
        address = self._store.signed_address(self._key, seconds=300)
        if address is None:
            return fine("other origins", "not needed: browsers get everything from the portal")
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
        try:
            answer = httpx.options(address, headers=asked, timeout=_SECONDS)
        except httpx.TransportError as error:
            told = f"the bucket is not reached where browsers look for it ({type(error).__name__})"
            return problem("other origins", told, "correct PRESESSION_STORE__BROWSER_URL, or leave it out")
        if answer.headers.get("Access-Control-Allow-Origin") in {origin, "*"}:
            return fine("other origins", f"pages of {origin} may play from the bucket")
        told = f"pages of {origin} may not play from the bucket"
        return problem("other origins", told, f"set this CORS rule: {json.dumps(rule_for(origin))}")

    def _refusal(self, deed: Callable[[], object]) -> str:
        try:
            return self._code(deed)
        except StoreUnavailable as error:
            return code_of(error.__cause__) if error.__cause__ else str(error)

    def _code(self, deed: Callable[[], object]) -> str:
        return self._store.connection.code_of_call(deed)

    def _signed(self) -> str:
        place = {"Bucket": self._bucket, "Key": self._name}
        return self._client.generate_presigned_url("get_object", Params=place, ExpiresIn=300)

    def _unsigned(self) -> str:
        return urlunsplit(urlsplit(self._signed())._replace(query=""))


def _removes(rule: dict[str, Any]) -> bool:
    acts = ("Expiration", "Transitions", "Transition")
    prefix = rule.get("Prefix") or rule.get("Filter", {}).get("Prefix") or ""
    return any(rule.get(act) for act in acts) and not prefix.startswith(PROBES)
