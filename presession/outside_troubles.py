"""Errors of what lies outside presession, database and files, as sentences that say which it is and what to do."""

import os


def sentence_of(error: Exception) -> str | None:
    """What a person can mend; None where it is none of these."""
    if isinstance(error, OSError):
        return _of_file(error)
    return _of_database(error) if type(error).__module__.startswith("sqlalchemy.") else None


def _of_file(error: OSError) -> str | None:
    if error.filename is None or error.strerror is None:
        return None
    return f"{os.fsdecode(error.filename)} cannot be used: {error.strerror}."


def _of_database(error: Exception) -> str | None:
    from pipeline.records.database import is_unusable  # noqa: PLC0415 - SQLAlchemy takes long to import

    if not is_unusable(error):
        return None
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return (
        f"The database cannot be used ({said}). Start it, or correct PRESESSION_DATABASE_URL or --data; "
        "`presession doctor` says more."
    )
