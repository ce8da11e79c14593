"""What a speaker writes beside the recording: how much of it is taken."""

MAX_TEXT_LENGTH = 20_000
"""In characters: several times what can be said in seven minutes."""

MAX_RECOMMENDATIONS = 3
MAX_RECOMMENDATION_LENGTH = 600
MAX_THEME_LENGTH = 300

_JOINERS = "\u200c\u200d\u200e\u200f\u00a0\u202f"
"""Signs without a form of their own that Persian, Indic and right-to-left texts need."""


def tidy_words(text: str) -> str:
    """What somebody typed: line ends as one sign, nothing that is no text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(sign for sign in lines if sign in "\n\t" or sign.isprintable() or sign in _JOINERS)


def tidy_line(text: str) -> str:
    """The same in one line."""
    return " ".join(tidy_words(text).split())
