"""Papers that a speaker adds to a statement: which kinds are taken, how large, and where one stands."""

from enum import StrEnum

MAX_PAPERS = 5
MAX_TITLE_LENGTH = 200
MAX_PAPER_BYTES = 20 * 1024**2


class PaperKind(StrEnum):
    """What a paper is, decided by its bytes and never by its name."""

    PDF = "pdf"
    DOCX = "docx"


class PaperState(StrEnum):
    """Where a paper stands. Only a clean one, with its metadata removed, is ever shown to others."""

    RECEIVED = "received"
    CLEAN = "clean"
    REFUSED = "refused"
    REMOVED = "removed"
