"""The only door to other programs: bounded runs that end with their parent, and long-lived servers of our own.

Every child gets its own session (so that a whole tree can be killed), a closed stdin, no core files, and dies
with the thread that started it, even when that is killed with `kill -9`. A bounded run moreover has limits, nothing
of our environment, and no network where the system allows that.
"""

from pipeline.processes.bounded import end_programs, offline_wrapper, run_program
from pipeline.processes.children import find_program
from pipeline.processes.ends import (
    ProgramFlooded,
    ProgramMissing,
    ProgramNotStarted,
    ProgramResult,
    ProgramStalled,
    ProgramTimedOut,
)
from pipeline.processes.output import ByteReader, LineReader
from pipeline.processes.servers import ServerProcess, start_server

__all__ = [
    "ByteReader",
    "LineReader",
    "ProgramFlooded",
    "ProgramMissing",
    "ProgramNotStarted",
    "ProgramResult",
    "ProgramStalled",
    "ProgramTimedOut",
    "ServerProcess",
    "end_programs",
    "find_program",
    "offline_wrapper",
    "run_program",
    "start_server",
]
