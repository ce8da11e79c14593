"""Reads which module imports what, without running any; the rules of the architecture are checked on this."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LAYERS = ("domain", "media", "documents", "captions", "site", "storage")
"""Parts of the pipeline that work from the command line on one file, with no server."""

FRAMEWORKS = {"sqlalchemy", "alembic", "flask", "celery", "kombu", "billiard"}


@dataclass(frozen=True)
class Import:
    """`importer` (a file relative to the root) imports `name` (dotted)."""

    importer: Path
    name: str

    @property
    def top(self) -> str:
        """The first part of the imported name."""
        return self.name.split(".")[0]


def imports_below(root: Path, *folders: str) -> Iterator[Import]:
    """Every import of every Python file below the folders of a source tree."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield from _imports_of(path, root)


def _imports_of(path: Path, root: Path) -> Iterator[Import]:
    relative = path.relative_to(root)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(relative, alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, relative)
            yield Import(relative, base)
            for alias in node.names:
                yield Import(relative, f"{base}.{alias.name}")


def _absolute(node: ast.ImportFrom, relative: Path) -> str:
    if not node.level:
        return node.module or ""
    package = relative.parent.parts[: len(relative.parent.parts) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def violations(root: Path) -> list[str]:
    """Every import that breaks a rule of the architecture, as `file imports name: rule`."""
    folders = [f for f in ("config", "pipeline", "workers", "webapp", "presession") if (root / f).is_dir()]
    found = (
        f"{entry.importer} imports {entry.name}: {rule}"
        for entry in imports_below(root, *folders)
        if (rule := _broken_rule(entry))
    )
    return sorted(set(found))


def _broken_rule(entry: Import) -> str | None:
    checks = (_folder_rule, _layer_rule, _single_door_rule)
    return next((rule for check in checks if (rule := check(entry))), None)


_FORBIDDEN_TOPS = {
    "config": {"pipeline", "workers", "webapp", "presession"},
    "pipeline": {"workers", "webapp", "presession", "config"},
    "workers": {"webapp", "presession"},
    "webapp": {"workers", "presession"},
    "presession": set(),
}


def _folder_rule(entry: Import) -> str | None:
    folder = entry.importer.parts[0]
    if entry.top in _FORBIDDEN_TOPS[folder]:
        return f"{folder}/ may not know {entry.top}/"
    return None


_PIPELINE_ORDER = {
    "domain": {"domain"},
    "media": {"domain", "media", "processes"},
    "documents": {"domain", "documents", "processes"},
    "captions": {"domain", "captions", "media", "processes"},
    "storage": {"domain", "storage"},
    "site": {"domain", "captions", "storage", "site"},
    "records": {"domain", "records"},
    "services": {"domain", "media", "documents", "captions", "storage", "site", "records", "services", "processes"},
    "processes": {"domain", "processes"},
}


def _layer_rule(entry: Import) -> str | None:
    parts = entry.importer.with_suffix("").parts
    if parts[0] != "pipeline" or len(parts) < 2 or parts[1] == "__init__":
        return None
    layer = parts[1]
    if layer in LAYERS and entry.top in FRAMEWORKS:
        return f"pipeline/{layer}/ works without {entry.top}"
    target = entry.name.split(".")
    if target[0] == "pipeline" and len(target) > 1 and target[1] not in _PIPELINE_ORDER[layer]:
        return f"pipeline/{layer}/ may not know pipeline/{target[1]}/"
    return None


_ONE_DOOR = {
    "boto3": ("pipeline/storage/s3_client.py",),
    "botocore": ("pipeline/storage/s3_client.py",),
    "subprocess": ("pipeline/processes/",),
    "celery": ("workers/",),
    "kombu": ("workers/",),
    "billiard": ("workers/",),
    "flask": ("webapp/",),
}


def _single_door_rule(entry: Import) -> str | None:
    doors = _ONE_DOOR.get(entry.top)
    if doors and not entry.importer.as_posix().startswith(doors):
        return f"{entry.top} is used in {' and '.join(doors)} alone"
    return None
