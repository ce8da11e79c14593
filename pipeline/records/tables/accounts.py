"""What belongs to a staff account beside it: sessions, passkeys, recovery codes, links, names at other providers."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pipeline.domain.accounts import KeyPurpose, SignInWay
from pipeline.records.tables.base import Base
from pipeline.records.tables.record import StaffAccount


class StaffSession(Base):
    """One browser in which somebody is signed in; only a hash of what its cookie holds is kept, and no address."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64))
    way: Mapped[SignInWay]
    browser: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[StaffAccount] = relationship(lazy="joined")


class StaffPasskey(Base):
    """A passkey or security key; `sign_count` is the highest that it told, 0 where it counts nothing."""

    __tablename__ = "staff_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffRecoveryCode(Base):
    """A code that stands once for a lost second factor; only its hash is kept."""

    __tablename__ = "staff_recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class StaffKey(Base):
    """A link by which somebody sets the password of an account: an invitation, or because it was forgotten.

    `token_hash` is empty as long as its mail waits; `language` is the mail's, empty where the link was shown instead.
    """

    __tablename__ = "staff_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    purpose: Mapped[KeyPurpose]
    token_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    language: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    account: Mapped[StaffAccount] = relationship()


class SignInTry(Base):
    """A wrong password; the address that was typed is kept as a hash, for the few minutes for which it counts."""

    __tablename__ = "sign_in_try"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]


class StaffIdentity(Base):
    """Who an account is at an OpenID provider; bound at the first sign-in by the provider's name for them."""

    __tablename__ = "staff_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
