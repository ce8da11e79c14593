"""The staff's desk: roles, a second look, retention, approvals, comments, assignments, holds, tokens, webhooks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_USED_ONCE = ("country", "speaker", "statement")
_TABLES = (
    "approval",
    "comment",
    "assignment",
    "legal_hold",
    "api_token",
    "webhook",
    "webhook_delivery",
    "speaker_import",
)


def upgrade() -> None:
    """Add the columns with what they mean for rows that are there, and the new tables."""
    for table, column in _added():
        with op.batch_alter_table(table) as batch:
            batch.add_column(column)
    for table, column in _added():
        if column.server_default is not None:
            with op.batch_alter_table(table) as batch:
                batch.alter_column(column.name, server_default=None)
    with op.batch_alter_table("upload") as batch:
        batch.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_upload_account_id"), "staff_account", ["account_id"], ["id"])
    _create_approval()
    _create_comment()
    _create_assignment()
    _create_legal_hold()
    _create_api_token()
    _create_webhook()
    _create_webhook_delivery()
    _create_speaker_import()
    _use_ids_once()


def downgrade() -> None:
    """Remove what was added."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    with op.batch_alter_table("upload") as batch:
        batch.drop_constraint(op.f("fk_upload_account_id"), type_="foreignkey")
        batch.drop_column("account_id")
    for table, column in reversed(_added()):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column.name)


def _use_ids_once() -> None:
    """SQLite gives the id of a removed row to the next one; then the record's events of the old would be the new one's.

    PostgreSQL never does.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _USED_ONCE:
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
        told = f"SELECT coalesce(max(subject_id), 0) FROM event WHERE subject_kind = '{table}'"  # noqa: S608
        op.execute(f"UPDATE sqlite_sequence SET seq = max(seq, ({told})) WHERE name = '{table}'")  # noqa: S608


def _added() -> tuple[tuple[str, "sa.Column[Any]"], ...]:
    """Tables and their new columns; the server's defaults are for rows that are there and are taken away again."""
    return (
        ("staff_account", sa.Column("name", sa.String(length=120), nullable=False, server_default="")),
        ("staff_account", sa.Column("role", sa.String(length=24), nullable=False, server_default="administrator")),
        ("pre_session", sa.Column("wants_second_look", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("pre_session", sa.Column("retention_days", sa.JSON(), nullable=False, server_default="{}")),
        ("speaker", sa.Column("gender", sa.String(length=16), nullable=False, server_default="")),
        ("speaker", sa.Column("erased_at", sa.DateTime(), nullable=True)),
        ("recording", sa.Column("poster_seconds", sa.Double(), nullable=True)),
        ("recording", sa.Column("wrapped_key", sa.Text(), nullable=False, server_default="")),
        ("upload", sa.Column("wrapped_key", sa.Text(), nullable=False, server_default="")),
    )


def _create_approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("bound", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_approval_statement_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_approval_recording_id")),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_approval_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_statement_id"), "approval", ["statement_id"])


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reader", sa.String(length=24), nullable=False),
        sa.Column("at_seconds", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_comment_statement_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_comment_recording_id")),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_comment_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_comment_statement_id"), "comment", ["statement_id"])


def _create_assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_assignment_account_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_assignment_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_account_id_ended_at"), "assignment", ["account_id", "ended_at"])
    op.create_index(op.f("ix_assignment_statement_id"), "assignment", ["statement_id"])


def _create_legal_hold() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_legal_hold_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_subject"), "legal_hold", ["subject_kind", "subject_id"])


def _create_api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_api_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"])


def _create_webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("event_names", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )


def _create_webhook_delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_webhook_delivery_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(op.f("ix_webhook_delivery_state"), "webhook_delivery", ["state", "due_at"])
    op.create_index(op.f("ix_webhook_delivery_webhook_id"), "webhook_delivery", ["webhook_id"])
    op.create_index(op.f("ix_webhook_delivery_event_id"), "webhook_delivery", ["event_id"])


def _create_speaker_import() -> None:
    op.create_table(
        "speaker_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pre_session_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["pre_session_id"], ["pre_session.id"], name=op.f("fk_speaker_import_pre_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_import")),
        sa.UniqueConstraint("pre_session_id", name=op.f("uq_speaker_import_pre_session_id")),
        sqlite_autoincrement=True,
    )
