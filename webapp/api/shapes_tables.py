"""A table of speakers, as scripts send it and are told what it comes to."""

from typing import Annotated, Self

from pydantic import BaseModel, Field

from pipeline.domain.conference_exports import LARGEST_EXPORT_BYTES
from pipeline.domain.speaker_tables import SpeakerTable
from pipeline.services.speaker_imports import ImportLine, ImportPlan, LineFate
from webapp.api.shapes import Sent


class TableToCheck(Sent):
    """A table as text, with a line of headers (commas, semicolons or tabs); or an export of pretalx or Indico."""

    table: Annotated[str, Field(min_length=1, max_length=LARGEST_EXPORT_BYTES)]


class TableSent(TableToCheck):
    """The table that was checked, and what the check gave."""

    seen: Annotated[str, Field(min_length=1, max_length=128)]


class TableLine(BaseModel):
    """What one line comes to; `changed` names columns, `elsewhere` other countries where that address is too."""

    line: int
    country: str
    fate: LineFate
    speaker_id: int | None
    name: str
    organisation: str
    changed: list[str]
    elsewhere: list[str]

    @classmethod
    def of(cls, line: ImportLine) -> Self:
        """From the plan of an import."""
        return cls(
            line=line.line,
            country=line.country,
            fate=line.fate,
            speaker_id=line.speaker_id,
            name=line.speaker.name,
            organisation=line.speaker.organisation,
            changed=list(line.changed),
            elsewhere=list(line.elsewhere),
        )


class TableChecked(BaseModel):
    """What a table comes to. `not_named` speakers are left alone, `ignored` columns mean nothing here.

    `overfull` panels would have more speakers than a panel should.
    """

    seen: str
    lines: list[TableLine]
    not_named: int
    ignored: list[str]
    overfull: dict[str, int]

    @classmethod
    def of(cls, plan: ImportPlan, table: SpeakerTable) -> Self:
        """From the plan of an import."""
        return cls(
            seen=plan.seen,
            lines=[TableLine.of(line) for line in plan.lines],
            not_named=plan.not_named,
            ignored=list(table.ignored),
            overfull=dict(plan.overfull),
        )
