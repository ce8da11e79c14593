"""Subtitles as people work on them: sheets, cues and their revisions, notes, time spent; spoken interpretations."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = ("sheet", "sheet_cue", "cue_revision", "cue_note", "sheet_time", "voice", "burned_film")

_TRANSCRIPTS = """
    UPDATE track SET kind = 'transcript' WHERE language = (
        SELECT speaker.language FROM recording
        JOIN statement ON statement.id = recording.statement_id
        JOIN speaker ON speaker.id = statement.speaker_id
        WHERE recording.id = track.recording_id
    )
"""


def upgrade() -> None:
    """Add the new tables, and to tracks what they are; those that are there came from people."""
    for column in _added():
        with op.batch_alter_table("track") as batch:
            batch.add_column(column)
    op.execute(_TRANSCRIPTS)
    for column in _added():
        with op.batch_alter_table("track") as batch:
            batch.alter_column(column.name, server_default=None)
    _create_sheet()
    _create_sheet_cue()
    _create_cue_revision()
    _create_cue_note()
    _create_sheet_time()
    _create_voice()
    _create_burned_film()


def downgrade() -> None:
    """Remove what was added."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    for column in reversed(_added()):
        with op.batch_alter_table("track") as batch:
            batch.drop_column(column.name)


def _added() -> tuple["sa.Column[Any]", ...]:
    """New columns of tracks; the server's defaults are for rows that are there and are taken away again."""
    return (
        sa.Column("kind", sa.String(length=24), nullable=False, server_default="interpretation"),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("bound", sa.JSON(), nullable=False, server_default="{}"),
    )


def _create_sheet() -> None:
    op.create_table(
        "sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("bound", sa.JSON(), nullable=False),
        sa.Column("stale_because", sa.JSON(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("track_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_sheet_recording_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sheet.id"], name=op.f("fk_sheet_source_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["staff_account.id"], name=op.f("fk_sheet_submitted_by_id")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff_account.id"], name=op.f("fk_sheet_approved_by_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_sheet_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
        sa.UniqueConstraint("recording_id", "language", name=op.f("uq_sheet_recording_id_language")),
    )


def _create_sheet_cue() -> None:
    op.create_table(
        "sheet_cue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("source_key", sa.String(length=16), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.Double(), nullable=True),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_cue_sheet_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["staff_account.id"], name=op.f("fk_sheet_cue_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_cue")),
        sa.UniqueConstraint("sheet_id", "key", name=op.f("uq_sheet_cue_sheet_id_key")),
    )


def _create_cue_revision() -> None:
    op.create_table(
        "cue_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_cue_revision_sheet_id")),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_cue_revision_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cue_revision")),
        sa.UniqueConstraint("sheet_id", "key", "version", name=op.f("uq_cue_revision_sheet_id_key_version")),
    )


def _create_cue_note() -> None:
    op.create_table(
        "cue_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("cue_key", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_cue_note_sheet_id")),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_cue_note_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cue_note")),
    )
    op.create_index(op.f("ix_cue_note_sheet_id"), "cue_note", ["sheet_id"])


def _create_sheet_time() -> None:
    op.create_table(
        "sheet_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("cues", sa.Integer(), nullable=False),
        sa.Column("cue_key", sa.String(length=16), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_time_sheet_id")),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_sheet_time_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_time")),
        sa.UniqueConstraint("sheet_id", "account_id", name=op.f("uq_sheet_time_sheet_id_account_id")),
    )
    op.create_index(op.f("ix_sheet_time_account_id"), "sheet_time", ["account_id"])


def _create_voice() -> None:
    op.create_table(
        "voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("original_key", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.Text(), nullable=False),
        sa.Column("offset_ms", sa.Integer(), nullable=False),
        sa.Column("under", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bound", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("fault", sa.String(length=24), nullable=True),
        sa.Column("package_prefix", sa.String(length=200), nullable=True),
        sa.Column("package", sa.JSON(), nullable=True),
        sa.Column("made_for", sa.String(length=200), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("is_nameless", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_voice_recording_id")),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_voice_account_id")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff_account.id"], name=op.f("fk_voice_approved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
        sa.UniqueConstraint(
            "recording_id", "language", "revision", name=op.f("uq_voice_recording_id_language_revision")
        ),
    )


def _create_burned_film() -> None:
    op.create_table(
        "burned_film",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_burned_film_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burned_film")),
        sa.UniqueConstraint("track_id", "size", name=op.f("uq_burned_film_track_id_size")),
    )
