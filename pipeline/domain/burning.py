"""Words for films that have their subtitles in the picture."""

from enum import StrEnum


class BurnSize(StrEnum):
    """How large the words are."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def share(self) -> float:
        """The height of a line as a share of the picture's; the large ones still hold 42 characters in a line."""
        return {BurnSize.SMALL: 0.042, BurnSize.MEDIUM: 0.052, BurnSize.LARGE: 0.065}[self]
