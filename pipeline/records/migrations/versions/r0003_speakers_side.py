"""The speaker's side: deadlines, addresses, written parts, papers, names, protection, trims, mails, open lengths."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns with what they mean for rows that are there, and three tables."""
    for table, column in _added():
        with op.batch_alter_table(table) as batch:
            batch.add_column(column)
    for table, column in _added():
        if column.server_default is not None:
            with op.batch_alter_table(table) as batch:
                batch.alter_column(column.name, server_default=None)
    with op.batch_alter_table("upload") as batch:
        batch.alter_column("length_bytes", existing_type=sa.BigInteger(), nullable=True)
    _create_statement_content()
    _create_paper()
    _create_mail()


def downgrade() -> None:
    """Remove what was added; uploads without a length cannot be told to older versions and go."""
    for table in ("mail", "paper", "statement_content"):
        op.drop_table(table)
    op.execute("DELETE FROM upload WHERE length_bytes IS NULL")
    with op.batch_alter_table("upload") as batch:
        batch.alter_column("length_bytes", existing_type=sa.BigInteger(), nullable=False)
    for table, column in reversed(_added()):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column.name)


def _added() -> tuple[tuple[str, "sa.Column[Any]"], ...]:
    """Tables and their new columns; the server's defaults are for rows that are there and are taken away again."""
    return (
        ("pre_session", sa.Column("hand_in_until", sa.Date(), nullable=True)),
        ("country", sa.Column("hand_in_until", sa.Date(), nullable=True)),
        ("speaker", _text("email", 254)),
        ("statement", _text("page_language", 16)),
        ("statement", sa.Column("hand_in_until", sa.Date(), nullable=True)),
        ("statement", sa.Column("name_form", sa.String(length=24), nullable=False, server_default="full")),
        ("statement", _text("alias", 200)),
        ("statement", sa.Column("blurs_faces", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("statement", sa.Column("blurs_picture", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("statement", sa.Column("alters_voice", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("recording", sa.Column("trim_start_seconds", sa.Double(), nullable=True)),
        ("recording", sa.Column("trim_end_seconds", sa.Double(), nullable=True)),
        ("recording", _text("preview_answer", 8)),
        ("recording", sa.Column("preview_words", sa.Text(), nullable=False, server_default="")),
        ("recording", _text("preview_mark", 16)),
        ("recording", sa.Column("withdrawn_at", sa.DateTime(), nullable=True)),
        ("recording", sa.Column("erased_at", sa.DateTime(), nullable=True)),
    )


def _text(name: str, length: int) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def _create_statement_content() -> None:
    op.create_table(
        "statement_content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("theme", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recommendations", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_statement_content_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_content")),
        sa.UniqueConstraint("statement_id", "revision", name=op.f("uq_statement_content_statement_id_revision")),
    )


def _create_paper() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("original_key", sa.String(length=200), nullable=False),
        sa.Column("clean_key", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("says_name", sa.Boolean(), nullable=False),
        sa.Column("refused_because", sa.String(length=24), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_paper_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("name", name=op.f("uq_paper_name")),
    )
    op.create_index(op.f("ix_paper_statement_id"), "paper", ["statement_id"])


def _create_mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_mail_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(op.f("ix_mail_statement_id"), "mail", ["statement_id"])
    op.create_index(op.f("ix_mail_state"), "mail", ["state"])
