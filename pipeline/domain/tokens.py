"""Secret tokens and opaque names: made by `secrets`, kept only as hashes."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """A capability of 256 bits for a link; shown once, never stored."""
    return secrets.token_urlsafe(32)


def hash_token(token: str, purpose: str) -> str:
    """What is stored of a token; bound to its purpose, so that one kind of link never opens another."""
    return hashlib.sha256(f"{purpose}\0{token}".encode()).hexdigest()


def same_hash(left: str, right: str) -> bool:
    """Compare two hashes without telling by time where they differ."""
    return hmac.compare_digest(left, right)


def new_name() -> str:
    """An opaque name of 128 bits for an object, an upload or a release: lower-case hex, safe in keys and URLs."""
    return secrets.token_hex(16)


def name_within(token: str, part: str) -> str:
    """The opaque name of one part of what an attempt writes: whoever knows the attempt's token finds it again."""
    return hashlib.sha256(f"part\0{token}\0{part}".encode()).hexdigest()[:32]
