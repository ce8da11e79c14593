"""Translation by a LibreTranslate server at the operator's address; no other address is ever asked.

Texts go to no proxy and after no redirection. The server's answers are bounded in size and time and never quoted.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from pipeline.captions.cues import plain_text
from pipeline.captions.drafts.drafting import plain_code
from pipeline.captions.drafts.faults import DraftingNotSetUp, PairNotOffered, TranslatorAnswerWrong, TranslatorAway

SETTING = "PRESESSION_TRANSLATION__URL"

_TEXTS_AT_ONCE = 20
_CHARACTERS_AT_ONCE = 2000
_LARGEST_ANSWER = 1024**2
_LONGER_THAN_ASKED = 8
_ROOM_CHARACTERS = 400
_THROUGH = "en"
_BUSY = frozenset({429, 502, 503, 504})
_PLAIN = {"Accept": "application/json", "Accept-Encoding": "identity"}
"""A compressed answer could be any size."""
_NOT_LET_IN = frozenset({401, 403})


class LibreTranslateDrafter:
    """Asks one server. `seconds` bounds each question as a whole, however slowly the answer comes."""

    engine = "libretranslate"

    def __init__(self, url: str, *, api_key: str = "", seconds: float = 60.0) -> None:
        if not _is_address(url):
            raise DraftingNotSetUp(f"{SETTING} is to be an address like https://translate.example.org.")
        self._base, self._key, self._seconds = url.rstrip("/"), api_key, seconds
        self._offered: Mapping[str, frozenset[str]] | None = None

    def route(self, source: str, target: str) -> tuple[str, ...]:
        """As the server's models are made: from and into English, others through it."""
        one, other = self._codes(source, target)
        return (one, other) if _THROUGH in (plain_code(one), plain_code(other)) else (one, _THROUGH, other)

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """One text for each; they are sent a few at a time."""
        one, other = self._codes(source, target)
        made = [""] * len(texts)
        for places in _portions(texts):
            asked = [" ".join(texts[place].split()) for place in places]
            for place, text in zip(places, self._ask(asked, one, other), strict=True):
                made[place] = text
        return made

    def languages(self) -> Mapping[str, frozenset[str]]:
        """What the server translates into what; asked once."""
        if self._offered is None:
            self._offered = _offered(self._json("GET", "/languages"))
        return self._offered

    def _codes(self, source: str, target: str) -> tuple[str, str]:
        offered = self.languages()
        ones = [code for code in (source, plain_code(source)) if code in offered]
        for one in ones:
            for other in (target, plain_code(target)):
                if other in offered[one] and other != one:
                    return one, other
        raise PairNotOffered(source, target, f"The server that {SETTING} names does not offer it.")

    def _ask(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        question = {"q": list(texts), "source": source, "target": target, "format": "text"}
        if self._key:
            question["api_key"] = self._key
        answer = self._json("POST", "/translate", question)
        made = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(made, list) or len(made) != len(texts) or not all(isinstance(one, str) for one in made):
            raise TranslatorAnswerWrong(f"The server that {SETTING} names did not answer with one text for each.")
        if any(_is_far_longer(one, text) for text, one in zip(texts, made, strict=True)):
            raise TranslatorAnswerWrong(f"The server that {SETTING} names answered with far more than was asked.")
        return [" ".join(plain_text(one).split()) for one in made]

    def _json(self, method: str, path: str, question: Mapping[str, Any] | None = None) -> Any:
        ends_at = time.monotonic() + self._seconds
        body = bytearray()
        try:
            with (
                httpx.Client(timeout=self._seconds, follow_redirects=False, trust_env=False) as client,
                client.stream(method, self._base + path, json=question, headers=_PLAIN) as response,
            ):
                _check_status(response.status_code)
                for chunk in response.iter_raw():
                    body += chunk
                    _check_bounds(len(body), ends_at)
        except httpx.TransportError as error:
            told = f"The server that {SETTING} names does not answer ({type(error).__name__})."
            raise TranslatorAway(told) from error
        except httpx.HTTPError as error:
            raise TranslatorAnswerWrong(f"The server that {SETTING} names does not answer as HTTP wants it.") from error
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise TranslatorAnswerWrong(f"The server that {SETTING} names did not answer with JSON.") from error


def _is_address(url: str) -> bool:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.host) and not (parts.query or parts.fragment)


def _is_far_longer(made: str, asked: str) -> bool:
    return len(made) > _LONGER_THAN_ASKED * len(asked) + _ROOM_CHARACTERS


def _check_bounds(size: int, ends_at: float) -> None:
    if size > _LARGEST_ANSWER:
        raise TranslatorAnswerWrong(f"The server that {SETTING} names answered with more than {_LARGEST_ANSWER} bytes.")
    if time.monotonic() > ends_at:
        raise TranslatorAway(f"The server that {SETTING} names takes too long to answer.")


def _check_status(status: int) -> None:
    if status in _BUSY:
        raise TranslatorAway(f"The server that {SETTING} names is busy or down (HTTP {status}).")
    if status in _NOT_LET_IN:
        told = f"The server that {SETTING} names does not let us in (HTTP {status})"
        raise DraftingNotSetUp(f"{told}: see PRESESSION_TRANSLATION__API_KEY.")
    if 300 <= status < 400:
        told = f"The server that {SETTING} names sends us elsewhere (HTTP {status})"
        raise DraftingNotSetUp(f"{told}. Set the address that answers itself.")
    if status != 200:
        raise TranslatorAnswerWrong(f"The server that {SETTING} names refused a question (HTTP {status}).")


def _portions(texts: Sequence[str]) -> Iterator[list[int]]:
    """Places of the texts that are not empty, as many at once as a server with usual limits takes."""
    portion: list[int] = []
    size = 0
    for place, text in enumerate(texts):
        if not text.strip():
            continue
        if portion and (len(portion) == _TEXTS_AT_ONCE or size + len(text) > _CHARACTERS_AT_ONCE):
            yield portion
            portion, size = [], 0
        portion.append(place)
        size += len(text)
    if portion:
        yield portion


def _offered(answer: Any) -> Mapping[str, frozenset[str]]:
    """Languages with those that they can be translated into; servers of old name no targets and offer all."""
    try:
        codes = [str(one["code"]) for one in answer]
        return {str(one["code"]): frozenset(map(str, one.get("targets", codes))) for one in answer}
    except (TypeError, KeyError, AttributeError) as error:
        raise TranslatorAnswerWrong(f"The server that {SETTING} names did not say which languages it has.") from error
