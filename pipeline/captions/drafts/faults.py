"""What can be wrong with a machine that drafts: who runs the service is told the setting and the file."""

from pipeline.domain.errors import FinalError, RetryableError


class DraftingNotSetUp(FinalError):
    """A setting, a package or a file that drafting needs is missing or wrong; the message names it."""


class PairNotOffered(FinalError):
    """No translation between two languages is offered, not by way of the pivot either."""

    def __init__(self, source: str, target: str, where: str) -> None:
        super().__init__(f"There is no translation from “{source}” to “{target}”. {where}")
        self.source, self.target = source, target


class TranslatorAway(RetryableError):
    """The operator's translation server does not answer, or says that it is busy."""


class TranslatorAnswerWrong(FinalError):
    """The operator's translation server gave an answer that cannot be used."""
