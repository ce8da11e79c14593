"""What drafts words: translators from one language into another, and recognisers that hear a recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:  # the portal, which asks for drafts, has no need of numpy
    import numpy as np
    import numpy.typing as npt

SOUND_RATE = 16_000

Sound: TypeAlias = "npt.NDArray[np.float32]"
"""One channel of a recording from its beginning, `SOUND_RATE` samples a second, between -1 and 1."""


class Drafter(Protocol):
    """Translates texts by machine. What it gives is a draft until a person has approved it."""

    @property
    def engine(self) -> str:
        """A word for what translates, as it is told of a draft."""

    def route(self, source: str, target: str) -> tuple[str, ...]:
        """The languages that a text goes through, `source` first and `target` last; one between them is the pivot.

        Raises `PairNotOffered`.
        """

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """One text for each, in order, each a single line.

        Raises `PairNotOffered`, `DraftingNotSetUp`, `TranslatorAway`, `TranslatorAnswerWrong`.
        """


@dataclass(frozen=True)
class HeardWord:
    """A word as it was heard, in seconds of the recording, with the blank before it where there is one.

    `probability` is how sure the recogniser is, 0 to 1.
    """

    start_seconds: float
    end_seconds: float
    text: str
    probability: float


class Recogniser(Protocol):
    """Writes down what is said in a recording."""

    @property
    def engine(self) -> str:
        """A word for what recognises."""

    def hear(self, sound: Sound, language: str) -> list[HeardWord]:
        """The words spoken, in the language that was declared, in order. Raises `DraftingNotSetUp`."""


def plain_code(language: str) -> str:
    """The language alone of a code with a script: models know `zh`, not `zh-Hant`."""
    return language.partition("-")[0]
