"""Papers and written parts in words: where each stands, why one cannot be taken, what is left out and why."""

from flask_babel import gettext as _

from pipeline.documents.refusals import DocumentFault
from pipeline.domain.contents import MAX_TEXT_LENGTH
from pipeline.domain.papers import MAX_PAPER_BYTES, MAX_PAPERS, PaperState
from pipeline.records.tables import Paper


def paper_words(paper: Paper, *, tells_name: bool) -> str:
    """Where a paper stands."""
    if paper.state is PaperState.RECEIVED:
        return _("It has arrived. Hidden data is being removed from it.")
    if paper.state is PaperState.REFUSED:
        return document_fault_words(paper.refused_because)
    if tells_name:
        return _("Your own name is written in this paper. It is not shown, because you do not use your name.")
    return _("Ready. Hidden data was removed from it.")


def paper_refused_words(code: str) -> str:
    """Why a paper was not taken at all."""
    words = {
        "too_large": _("This file is too large. At most %(size)d MB.", size=MAX_PAPER_BYTES // 1024**2),
        "too_many": _("There are %(count)d papers already. Remove one first.", count=MAX_PAPERS),
        "empty": _("Please choose a file first."),
    }
    return words.get(code) or document_fault_words(code)


def document_fault_words(code: str) -> str:
    """Why a document cannot be used, and what to do."""
    words = {
        DocumentFault.UNKNOWN_KIND: _("This kind of file is not taken. Save it as PDF or as a Word document (.docx)."),
        DocumentFault.LOCKED: _("This file asks for a password. Save it without a password and send it again."),
        DocumentFault.BROKEN: _("This file cannot be opened. Save it again, as PDF for instance, and send that."),
        DocumentFault.HAS_MACROS: _("This file has programs in it (macros). Save it as PDF and send that."),
        DocumentFault.TOO_MUCH: _("This file is too long or too complicated. Send a shorter one, or save it as PDF."),
        DocumentFault.NO_TEXT: _("There is no text in this file that can be read. It may be a photograph of a text."),
        DocumentFault.NOT_CLEAN: _(
            "Hidden data could not be removed from this file, so we did not keep it. Save it as PDF and send that."
        ),
    }
    return words.get(DocumentFault(code) if code in set(DocumentFault) else DocumentFault.BROKEN, "")


def text_too_long_words(length: int) -> str:
    """A text that is longer than what is taken."""
    longest = MAX_TEXT_LENGTH
    return _("This text is too long: %(length)d signs, at most %(longest)d.", length=length, longest=longest)
