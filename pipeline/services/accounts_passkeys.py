"""Passkeys and security keys (WebAuthn) as a second factor. Each question is answered once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from pipeline.domain.accounts import MAX_PASSKEYS
from pipeline.domain.errors import WrongUsage
from pipeline.records.tables import StaffAccount, StaffPasskey
from pipeline.services.accounts_notices import record_and_tell
from pipeline.services.events import Actor

QUESTION_LIFE = timedelta(minutes=5)
_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True)
class Site:
    """Where passkeys are for: the portal's host and origin, and what a device calls it."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Question:
    """What a device signs: asked once, at a time."""

    challenge: str
    asked_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether it may still be answered; the portal that asked may have had another clock."""
        return -_CLOCKS_DIFFER <= now - self.asked_at <= QUESTION_LIFE


def ask_for_new(passkeys: Sequence[StaffPasskey], account: StaffAccount, *, site: Site) -> tuple[str, str]:
    """What a browser needs to make a passkey, as JSON, and its challenge."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=f"account-{account.id}".encode(),
        user_name=account.email,
        user_display_name=account.name or account.email,
        exclude_credentials=_descriptors(passkeys),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def ask_for_known(passkeys: Sequence[StaffPasskey], *, site: Site) -> tuple[str, str]:
    """What a browser needs to show one of these passkeys, as JSON, and its challenge."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_descriptors(passkeys),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def list_passkeys(db: Session, account_id: int) -> Sequence[StaffPasskey]:
    """The passkeys of an account, the oldest first."""
    return db.scalars(select(StaffPasskey).where(StaffPasskey.account_id == account_id).order_by(StaffPasskey.id)).all()


def add_passkey(
    db: Session, account: StaffAccount, answer: str, *, question: Question, site: Site, name: str, now: datetime
) -> StaffPasskey | None:
    """Keep a passkey that a device has just made; None where its answer does not fit the question."""
    if len(list_passkeys(db, account.id)) >= MAX_PASSKEYS:
        raise WrongUsage(f"An account has at most {MAX_PASSKEYS} passkeys. Remove one that you no longer use.")
    if not question.is_open(now):
        return None
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(question.challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except WebAuthnException:
        return None
    return _keep(db, account, made, name=name.strip()[:60], now=now)


def take_passkey(
    db: Session, account: StaffAccount, answer: str, *, question: Question, site: Site, now: datetime
) -> bool:
    """Whether one of the account's passkeys answered the question; no question asked before its last use counts."""
    passkey = _answering(db, account, answer)
    if passkey is None or not question.is_open(now) or _is_used_since(passkey, question):
        return False
    try:
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(question.challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        )
    except WebAuthnException:
        return False
    passkey.sign_count, passkey.used_at = shown.new_sign_count, now
    db.flush()
    return True


def remove_passkey(db: Session, passkey: StaffPasskey, *, actor: Actor, now: datetime) -> None:
    """Forget a passkey."""
    db.delete(passkey)
    db.flush()
    record_and_tell(db, "account.passkey_removed", passkey.account_id, actor=actor, now=now, passkey_id=passkey.id)


def _keep(
    db: Session,
    account: StaffAccount,
    made: VerifiedRegistration,
    *,
    name: str,
    now: datetime,
) -> StaffPasskey:
    passkey = StaffPasskey(
        account_id=account.id,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        name=name,
        created_at=now,
    )
    db.add(passkey)
    db.flush()
    actor = Actor("staff", account.id)
    record_and_tell(db, "account.passkey_added", account.id, actor=actor, now=now, passkey_id=passkey.id)
    return passkey


def _answering(db: Session, account: StaffAccount, answer: str) -> StaffPasskey | None:
    """The passkey that an answer says it is of, held until the transaction ends."""
    try:
        credential_id = webauthn.helpers.parse_authentication_credential_json(answer).id
    except WebAuthnException:
        return None
    wanted = select(StaffPasskey).where(
        StaffPasskey.account_id == account.id, StaffPasskey.credential_id == credential_id
    )
    return db.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def _is_used_since(passkey: StaffPasskey, question: Question) -> bool:
    return passkey.used_at is not None and question.asked_at <= passkey.used_at


def _descriptors(passkeys: Sequence[StaffPasskey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id)) for passkey in passkeys]
