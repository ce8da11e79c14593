"""Why a document cannot be taken, in a word; the words for people are made elsewhere."""

from enum import StrEnum

from pipeline.domain.errors import InputRefused


class DocumentFault(StrEnum):
    """What is wrong with a document."""

    UNKNOWN_KIND = "unknown_kind"
    LOCKED = "locked"
    BROKEN = "broken"
    HAS_MACROS = "has_macros"
    TOO_MUCH = "too_much"
    NO_TEXT = "no_text"
    NOT_CLEAN = "not_clean"


class DocumentRefused(InputRefused):
    """A document that cannot be taken; the same one is refused again."""

    def __init__(self, fault: DocumentFault) -> None:
        super().__init__(f"This document cannot be taken: {fault.value}.")
        self.fault = fault
