"""Whom a release is for and when it begins and ends, what caches are told; sessions for missions alone, their links."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEY = "fk_country_missions_release_id"


def upgrade() -> None:
    """Add the columns and tables; what was published until now is for everybody."""
    with op.batch_alter_table("release") as batch:
        batch.add_column(sa.Column("audience", sa.String(length=24), nullable=False, server_default="public"))
    with op.batch_alter_table("pre_session") as batch:
        batch.add_column(sa.Column("is_missions_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table, column in (("release", "audience"), ("pre_session", "is_missions_only")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, server_default=None)
    with op.batch_alter_table("country", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("missions_release_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(_KEY, "release", ["missions_release_id"], ["id"], use_alter=True)
    _create_mission_link()
    _create_mission_opening()
    _create_scheduled_release()
    _create_cache_purge()


def downgrade() -> None:
    """Remove what was added; releases for missions alone are no longer told of, their files are for nobody."""
    op.drop_table("cache_purge")
    op.drop_table("scheduled_release")
    op.drop_table("mission_opening")
    op.drop_table("mission_link")
    with op.batch_alter_table("country", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(_KEY, type_="foreignkey")
        batch.drop_column("missions_release_id")
    with op.batch_alter_table("pre_session") as batch:
        batch.drop_column("is_missions_only")
    op.execute(
        "DELETE FROM release_item WHERE release_id IN (SELECT release.id FROM release WHERE audience = 'missions')"
    )
    op.execute("DELETE FROM release WHERE audience = 'missions'")
    with op.batch_alter_table("release") as batch:
        batch.drop_column("audience")


def _create_mission_link() -> None:
    op.create_table(
        "mission_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pre_session_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["pre_session_id"], ["pre_session.id"], name=op.f("fk_mission_link_pre_session_id")),
        sa.ForeignKeyConstraint(["country_id"], ["country.id"], name=op.f("fk_mission_link_country_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mission_link_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mission_link_pre_session_id"), "mission_link", ["pre_session_id"])


def _create_mission_opening() -> None:
    op.create_table(
        "mission_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("played", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["mission_link.id"], name=op.f("fk_mission_opening_link_id")),
        sa.ForeignKeyConstraint(["country_id"], ["country.id"], name=op.f("fk_mission_opening_country_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission_opening")),
        sa.UniqueConstraint("link_id", "country_id", name=op.f("uq_mission_opening_link_id_country_id")),
    )


def _create_scheduled_release() -> None:
    op.create_table(
        "scheduled_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["country_id"], ["country.id"], name=op.f("fk_scheduled_release_country_id")),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_scheduled_release_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_release")),
    )
    op.create_index(op.f("ix_scheduled_release_country_id"), "scheduled_release", ["country_id"])


def _create_cache_purge() -> None:
    op.create_table(
        "cache_purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("paths", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=24), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["country_id"], ["country.id"], name=op.f("fk_cache_purge_country_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cache_purge")),
    )
    op.create_index(op.f("ix_cache_purge_country_id"), "cache_purge", ["country_id"])
