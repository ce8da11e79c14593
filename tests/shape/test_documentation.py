"""The documents stay true: every setting is listed with its default, every link leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.settings import CONFIG_DIR, Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def _rows(model: type[BaseModel], prefix: str = "PRESESSION_") -> Iterator[str]:
    for name, field in model.model_fields.items():
        part = field.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from _rows(part, f"{prefix}{name.upper()}__")
        else:
            yield f"| `{prefix}{name.upper()}` | {_shown_default(field)} | {field.description or ''} |"


def _shown_default(field: FieldInfo) -> str:
    default: Any = field.default
    if isinstance(default, Path) and default.is_relative_to(CONFIG_DIR):
        return f"`config/{default.relative_to(CONFIG_DIR)}`"
    shown = str(default) if default is not None else ""
    return f"`{shown}`" if shown else ""


def settings_table() -> str:
    """The table of all settings as it stands in the operator's document."""
    return "\n".join(["| setting | default | meaning |", "| --- | --- | --- |", *_rows(Settings)])


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    written = text.split("<!-- settings -->\n")[1].split("\n<!-- /settings -->")[0]
    assert written == settings_table()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []
