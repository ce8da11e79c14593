"""Accounts: sessions, second factors, recovery codes, invitations, names at OpenID providers, wrong passwords."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = ("staff_session", "staff_passkey", "staff_recovery_code", "staff_key", "staff_identity")


def upgrade() -> None:
    """Add the columns with what they mean for rows that are there, and the new tables."""
    for column in _added():
        with op.batch_alter_table("staff_account") as batch:
            batch.add_column(column)
    for column in _added():
        with op.batch_alter_table("staff_account") as batch:
            batch.alter_column(column.name, server_default=None)
    _create_staff_session()
    _create_staff_passkey()
    _create_staff_recovery_code()
    _create_staff_key()
    _create_staff_identity()
    _create_sign_in_try()


def downgrade() -> None:
    """Remove what was added."""
    op.drop_table("sign_in_try")
    for table in reversed(_TABLES):
        op.drop_table(table)
    for column in reversed(_added()):
        with op.batch_alter_table("staff_account") as batch:
            batch.drop_column(column.name)


def _added() -> tuple["sa.Column[Any]", ...]:
    """New columns of accounts; the server's defaults are for rows that are there and are taken away again."""
    return (
        sa.Column("totp_secret", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
    )


def _create(table: str, *parts: Any) -> None:
    """A table whose rows belong to an account."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f(f"fk_{table}_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])


def _create_staff_session() -> None:
    _create(
        "staff_session",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
    )


def _create_staff_passkey() -> None:
    _create(
        "staff_passkey",
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkey_credential_id")),
    )


def _create_staff_recovery_code() -> None:
    _create(
        "staff_recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
    )


def _create_staff_key() -> None:
    _create(
        "staff_key",
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
    )
    op.create_index(op.f("ix_staff_key_token_hash"), "staff_key", ["token_hash"])


def _create_staff_identity() -> None:
    _create(
        "staff_identity",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_staff_identity_issuer_subject")),
    )


def _create_sign_in_try() -> None:
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    op.create_index(op.f("ix_sign_in_try_address_hash"), "sign_in_try", ["address_hash"])
