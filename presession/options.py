"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def data_option(help_text: str = "Folder for everything that is kept.") -> Decorator:
    """`--data DIR`; without it, the setting PRESESSION_DATA_DIR."""
    return click.option(
        "--data",
        "data_dir",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"{help_text} Default: PRESESSION_DATA_DIR, or presession-data here.",
    )


def port_option() -> Decorator:
    """`--port N`; without it, the setting PRESESSION_WEB__PORT."""
    return click.option(
        "--port",
        type=click.IntRange(0, 65535),
        help="Port of the portal; 0 takes a free one. Default: PRESESSION_WEB__PORT, or 8000.",
    )
