"""Error types by whose fault it is and whether a retry helps; messages say what to do next.

Exceptions become HTTP answers, exit codes or job states in one place each: `webapp.errors`,
`presession.cli` and `workers.execution`.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command says to the shell."""

    OK = 0
    OUR_FAULT = 1
    USAGE = 2
    REFUSED = 3


class PresessionError(Exception):
    """Base of every error that carries a sentence for a person."""

    exit_code = ExitCode.OUR_FAULT


class InputRefused(PresessionError):
    """What was handed in cannot be taken; a retry with the same input fails again."""

    exit_code = ExitCode.REFUSED


class WrongUsage(PresessionError):
    """A command, form or settings file asks for something impossible."""

    exit_code = ExitCode.USAGE


class ChangeNotAllowed(PresessionError):
    """The state table does not allow this change now; the screen is probably out of date."""

    exit_code = ExitCode.REFUSED


class FinalError(PresessionError):
    """A step failed in a way that a retry cannot mend."""


class RetryableError(PresessionError):
    """A step failed because of something outside it: a full disk, a store or database away, a kill."""


class DiskFull(RetryableError):
    """There is no room for what a step writes; it can be done once there is."""
