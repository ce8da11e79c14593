"""Whether a program is there and runs, and which one it is."""

from pipeline.domain.errors import PresessionError
from pipeline.processes import find_program, run_program
from presession.checkup.checks import Check, fine, problem

PROGRAM_SECONDS = 20


def check_version(name: str, program: str, option: str, package: str) -> Check:
    """Where it is and what it calls itself, or the package that brings it."""
    try:
        place = find_program(program)
        result = run_program([program, option], deadline_seconds=PROGRAM_SECONDS)
    except PresessionError:
        return problem(name, f"“{program}” was not found or does not run", install(package))
    if result.returncode != 0:
        return problem(name, f"{place} does not run: {result.last_words}", install(package))
    said = result.stdout.decode("utf-8", "replace").splitlines()
    return fine(
        name, f"{place} ({said[0].split(' Copyright')[0].split('  Data at')[0].strip() if said else 'no version'})"
    )


def install(package: str) -> str:
    """The command that brings a package."""
    return f"apt-get install {package}"
