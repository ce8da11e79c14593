"""What the set-up builds: front-end bundles and translations."""

from collections.abc import Iterator
from pathlib import Path

from presession.checkup.checks import Check, fine, problem

ROOT = Path(__file__).parents[2]

_MEND = "make setup"


def check_checkout(root: Path = ROOT) -> Iterator[Check]:
    """Every check of what is built from the sources."""
    yield _check_bundles("portal's bundles", root / "webapp" / "static" / "built")
    yield _check_bundles("player's bundles", root / "pipeline" / "site" / "assets")
    yield _check_translations(root / "webapp" / "translations")


def _check_bundles(name: str, folder: Path) -> Check:
    scripts = sorted(folder.glob("*.js"))
    if not scripts:
        return problem(name, f"nothing is built in {folder}", _MEND)
    return fine(name, f"{len(scripts)} scripts in {folder}")


def _check_translations(folder: Path) -> Check:
    catalogues = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    stale = [path.parts[-3] for path in catalogues if not _is_compiled(path)]
    if not catalogues:
        return problem("translations", f"there are none in {folder}", "check out the sources again")
    if stale:
        return problem("translations", f"not compiled since they changed: {', '.join(stale)}", _MEND)
    return fine("translations", ", ".join(path.parts[-3] for path in catalogues))


def _is_compiled(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime
