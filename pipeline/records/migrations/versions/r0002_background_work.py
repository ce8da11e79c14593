"""Background work: beats, deadlines and waits of jobs, running parts, named inputs of kept results, operators."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns with what they mean for rows that are there, and the table of running parts."""
    for table, column in _added():
        with op.batch_alter_table(table) as batch:
            batch.add_column(column)
    for table, column in _added():
        if column.server_default is not None:
            with op.batch_alter_table(table) as batch:
                batch.alter_column(column.name, server_default=None)
    _create_running_part()


def downgrade() -> None:
    """Remove what was added."""
    op.drop_table("running_part")
    for table, column in reversed(_added()):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column.name)


def _create_running_part() -> None:
    op.create_table(
        "running_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("host", sa.String(length=80), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("is_stopping", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_running_part")),
        sa.UniqueConstraint("name", name=op.f("uq_running_part_name")),
    )


def _added() -> tuple[tuple[str, "sa.Column[Any]"], ...]:
    """Tables and their new columns; the server's defaults are for rows that are there and are taken away again."""
    return (
        ("job", sa.Column("beats", sa.Integer(), nullable=False, server_default="0")),
        ("job", sa.Column("waits", sa.Integer(), nullable=False, server_default="0")),
        ("job", sa.Column("deadline", sa.DateTime(), nullable=True)),
        ("job", sa.Column("worker_name", sa.String(length=32), nullable=False, server_default="")),
        ("step_result", sa.Column("inputs", sa.JSON(), nullable=False, server_default="{}")),
        ("staff_account", sa.Column("is_operator", sa.Boolean(), nullable=False, server_default=sa.false())),
    )
