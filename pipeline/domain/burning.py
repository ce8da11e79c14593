"""Words for films that have their subtitles in the picture."""

from enum import StrEnum


class BurnSize(StrEnum):
    """How large the words are."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def share(self) -> float:
        """The height of a line as a share of the picture's.

        The small ones can be read on a telephone held upright, the large ones still hold 42 characters in a line.
        """
        return {BurnSize.SMALL: 0.056, BurnSize.MEDIUM: 0.068, BurnSize.LARGE: 0.082}[self]
