"""What a speaker writes beside the recording: how much of it is taken."""

MAX_TEXT_LENGTH = 20_000
"""In characters: several times what can be said in seven minutes."""

MAX_RECOMMENDATIONS = 3
MAX_RECOMMENDATION_LENGTH = 600
MAX_THEME_LENGTH = 300

_FORMLESS = "\u200c\u200d\u200e\u200f"
"""Signs without a form of their own that Persian, Indic and right-to-left texts need."""

_JOINERS = f"{_FORMLESS}\u00a0\u202f"
"""These, and the spaces at which a line is not broken."""


def tidy_words(text: str) -> str:
    """What somebody typed: line ends as one sign, nothing that is no text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(sign for sign in lines if sign in "\n\t" or sign.isprintable() or sign in _JOINERS)


def tidy_line(text: str) -> str:
    """The same in one line."""
    return " ".join(tidy_words(text).split())


def is_line(text: str) -> bool:
    """Whether a text is one line of signs that can be shown."""
    return all(sign.isprintable() or sign in _FORMLESS for sign in text)
