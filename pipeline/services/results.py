"""Kept results of steps, found again by the fingerprint of their inputs: running a step twice does nothing twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.domain.fingerprints import StepInputs
from pipeline.records.tables import StepResult


@dataclass(frozen=True)
class KeptResult:
    """What a step gave: facts as JSON types, and where its objects lie (empty when it has none)."""

    facts: Mapping[str, Any]
    prefix: str = ""


def find_result(db: Session, inputs: StepInputs) -> KeptResult | None:
    """The kept result for these inputs. Its objects may have been removed since: ask the store."""
    row = _row(db, inputs.fingerprint)
    return KeptResult(row.facts, row.prefix) if row else None


def keep_result(db: Session, inputs: StepInputs, result: KeptResult, *, now: datetime) -> None:
    """Keep a result; the newer of two for the same inputs counts."""
    values = {"inputs": inputs.digests, "prefix": result.prefix, "facts": dict(result.facts), "created_at": now}
    row = _row(db, inputs.fingerprint) or _insert(
        db, StepResult(step=inputs.step, fingerprint=inputs.fingerprint, **values)
    )
    for name, value in values.items():
        setattr(row, name, value)
    db.flush()


def find_package(db: Session, prefix: str) -> dict[str, Any] | None:
    """The package of a recording that lies under a prefix, as it was encoded; None when none is known to."""
    row = find_encode(db, prefix)
    return row.facts["package"] if row else None


def find_encode(db: Session, prefix: str) -> StepResult | None:
    """The encode whose package lies under a prefix."""
    return db.scalars(select(StepResult).where(StepResult.step == "encode", StepResult.prefix == prefix)).first()


def _insert(db: Session, row: StepResult) -> StepResult:
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:  # another worker kept the same result at the same moment
        return db.scalars(_query(row.fingerprint)).one()
    return row


def _row(db: Session, fingerprint: str) -> StepResult | None:
    return db.scalars(_query(fingerprint)).first()


def _query(fingerprint: str) -> Select[StepResult]:
    return select(StepResult).where(StepResult.fingerprint == fingerprint)
