"""What the last action did, told once on the next page: at its top, or in the part of it where the reader lands."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, flash, get_flashed_messages

_TONES = {"good", "bad", "warn"}


@dataclass(frozen=True)
class Message:
    """A sentence and the name of its colour."""

    words: str
    tone: str


def init_messages(app: Flask) -> None:
    """Let templates ask for messages."""
    app.template_global("messages_at")(messages_at)


def tell_at(place: str, words: str, tone: str) -> None:
    """Say it in the part of the next page that the answer leads to, where a phone shows nothing of the page's top."""
    flash(words, f"{tone} {place}")


def messages_at(place: str) -> list[Message]:
    """What there is to say in this part; an empty name is the top of the page."""
    told = []
    for category, words in cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True)):
        tone, _space, at = category.partition(" ")
        if at == place:
            told.append(Message(words, tone if tone in _TONES else "good"))
    return told
