"""What Alembic runs: the revisions, on the connection handed in by `pipeline.records.schema`."""

from alembic import context

from pipeline.records.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
