"""OpenID Connect with the one provider of the settings: code flow with PKCE, and an ID token that is checked wholly.

Provider's answers are hostile input like any other: bounded, checked, and never quoted.
"""

from dataclasses import dataclass
from typing import Any, TypedDict

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.settings import OpenIdSettings

_TIMEOUT_SECONDS = 10.0
_LARGEST_ANSWER = 256 * 1024
_LEEWAY_SECONDS = 60
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Signatures with a key that is the provider's alone; never `none`, never one that the client's secret makes."""


class ProviderRefused(Exception):
    """The provider does not answer, or its answer cannot be trusted; who asked may try again."""


class Asked(TypedDict):
    """What a browser was sent to the provider with, and must come back with."""

    state: str
    nonce: str
    verifier: str
    next: str


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for; `verified_email` is None where it does not say that it has verified one."""

    issuer: str
    subject: str
    verified_email: str | None


def ask_provider(settings: OpenIdSettings, *, back_address: str, next_address: str) -> tuple[str, Asked]:
    """Where to send a browser, and what to remember of it."""
    asked = Asked(state=generate_token(32), nonce=generate_token(32), verifier=generate_token(64), next=next_address)
    address = prepare_grant_uri(
        discover(settings)["authorization_endpoint"],
        settings.client_id,
        "code",
        redirect_uri=back_address,
        scope="openid email",
        state=asked["state"],
        nonce=asked["nonce"],
        code_challenge=create_s256_code_challenge(asked["verifier"]),
        code_challenge_method="S256",
    )
    return str(address), asked


def find_person(settings: OpenIdSettings, asked: Asked, *, code: str, back_address: str) -> Person:
    """Whom a code of the provider stands for; raises `ProviderRefused`."""
    provider = discover(settings)
    answer = _json(
        "POST",
        provider["token_endpoint"],
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_address,
            "client_id": settings.client_id,
            "code_verifier": asked["verifier"],
        },
        auth=httpx.BasicAuth(settings.client_id, settings.client_secret.get_secret_value()),
    )
    claims = _checked(settings, asked, answer, _json("GET", provider["jwks_uri"]))
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Person(str(claims["iss"]), str(claims["sub"])[:255], str(email) if email else None)


def _checked(settings: OpenIdSettings, asked: Asked, answer: dict[str, Any], keys: dict[str, Any]) -> CodeIDToken:
    """The claims of an ID token whose signature, issuer, audience, times and nonce are right."""
    try:
        token = jwt.decode(str(answer.get("id_token", "")), KeySet.import_key_set(keys), algorithms=_ALGORITHMS)  # type: ignore[arg-type]
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": settings.issuer},
                "aud": {"essential": True, "value": settings.client_id},
            },
            params={
                "nonce": asked["nonce"],
                "client_id": settings.client_id,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(leeway=_LEEWAY_SECONDS)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderRefused(type(error).__name__) from error
    return claims


def discover(settings: OpenIdSettings) -> OpenIDProviderMetadata:
    """What the provider says of itself; raises `ProviderRefused` where it is another, or does not answer."""
    found = OpenIDProviderMetadata(_json("GET", get_well_known_url(settings.issuer, external=True)))
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != settings.issuer or not all(isinstance(found.get(name), str) for name in needed):
        raise ProviderRefused("discovery")
    return found


def _json(method: str, address: str, **options: Any) -> dict[str, Any]:
    headers = {"Accept": "application/json"}
    try:
        answer = httpx.request(method, address, headers=headers, timeout=_TIMEOUT_SECONDS, **options)
        answer.raise_for_status()
        found = answer.json() if len(answer.content) <= _LARGEST_ANSWER else None
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderRefused(type(error).__name__) from error
    if not isinstance(found, dict):
        raise ProviderRefused("answer")
    return found
