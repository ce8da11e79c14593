"""What two reviewers, a speaker and an interpreter can do to a statement, in plain Python: an oracle for the use-cases.

It knows nothing of digests, events or locks: contents are compared as values, and undoing is a stack.
"""

from dataclasses import dataclass, field
from typing import Any

DECIDED = ("approved", "published")
RECEIVABLE = ("invited", "received", "in_review", "sent_back", "approved")
OVER = ("invited", "withdrawn", "taken_down")

Content = tuple[Any, ...]


@dataclass
class Given:
    """An approval by somebody for a content."""

    who: str
    content: Content
    stands: bool = True


@dataclass
class Decision:
    """One decision on the stack: from which state to which, and the approvals that it gave or took."""

    kind: str
    before: str
    after: str
    attempt: int | None
    given: tuple[int, ...]


@dataclass
class Snapshot:
    """What somebody saw."""

    version: int
    content: Content


@dataclass
class Place:
    """One statement; `is_kept` says whether missions have it in a release of their own once it is not public."""

    wanted: int
    state: str = "invited"
    attempts: int = 0
    attempt: int | None = None
    track: int = 0
    consent: str | None = None
    words: tuple[int, str] = (0, "")
    is_kept: bool = True
    version: int = 0
    given: list[Given] = field(default_factory=list)
    stack: list[Decision] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    @property
    def content(self) -> Content:
        """All that an approval is given for."""
        return (self.attempt, self.track, self.consent, self.words)

    @property
    def people(self) -> list[str]:
        """Whose approval counts now."""
        if self.state in OVER:
            return []
        return sorted({one.who for one in self.given if one.stands and one.content == self.content})

    @property
    def is_complete(self) -> bool:
        """Whether everybody who has to look approved just this."""
        return len(self.people) >= self.wanted and self.state in DECIDED

    @property
    def word(self) -> str:
        """How the approvals stand."""
        if self.state in OVER or not any(one.stands for one in self.given):
            return "none"
        if self.is_complete:
            return "approved"
        return "first" if 0 < len(self.people) < self.wanted else "stale"

    @property
    def is_undoable(self) -> bool:
        """Whether the last decision can be undone."""
        last = self.stack[-1] if self.stack else None
        return (
            last is not None
            and (last.kind, last.before) != ("reopen", "sent_back")
            and (last.after, last.attempt) == (self.state, self.attempt)
        )

    def snapshot(self) -> Snapshot:
        """What a person sees who looks now."""
        return Snapshot(self.version, self.content)

    def act(self, kind: str, who: str, seen: Snapshot | None) -> bool:
        """Do something, or refuse it and change nothing; whether it was done."""
        if seen is not None and seen.version != self.version:
            return False
        is_done: bool = getattr(self, f"_{kind}")(who, seen)
        if is_done:
            self.log.append(kind)
        return is_done

    def publish(self) -> None:
        """It is out."""
        self.state, self.stack = "published", []
        self.version += 1

    def _approve(self, who: str, seen: Snapshot) -> bool:
        people = set(self.people)
        if self.attempt is None or seen.content != self.content or self.state not in ("in_review", *DECIDED):
            return False
        is_last = len(people | {who}) >= self.wanted
        if self.is_complete or (who in people and not is_last):
            return False
        self.given.append(Given(who, self.content))
        after = "approved" if is_last and self.state == "in_review" else self.state
        self._decide("approve" if is_last else "look", after, (len(self.given) - 1,))
        return True

    def _send_back(self, _who: str, _seen: Snapshot) -> bool:
        return self._take_back("send_back", ("in_review", "approved"), "sent_back")

    def _reopen(self, _who: str, _seen: Snapshot) -> bool:
        return self.attempt is not None and self._take_back(
            "reopen", ("approved", "sent_back", "taken_down"), "in_review"
        )

    def _undo(self, _who: str, _seen: Snapshot) -> bool:
        if not self.is_undoable:
            return False
        last = self.stack[-1]
        is_giving = last.kind in ("look", "approve")
        state = self.state
        self._let_stand(last.given, stands=not is_giving)
        self.state = last.before
        if self.state == "approved" and not is_giving and not self.is_complete:
            self._let_stand(last.given, stands=False)
            self.state = state
            return False
        self.stack.pop()
        self.version += 1
        return True

    def _take_down(self, _who: str, _seen: Snapshot) -> bool:
        return self.state == "published" and self._end("taken_down")

    def _invite_again(self, _who: str, _seen: Snapshot) -> bool:
        if self.state != "withdrawn":
            return False
        self.attempt, self.track = None, 0
        return self._end("invited")

    def _hand_in(self, _who: str, _seen: None) -> bool:
        if self.state not in RECEIVABLE:
            return False
        self.attempts += 1
        self.attempt, self.track, self.state = self.attempts, 0, "in_review"
        self.version += 1
        return True

    def _withdraw(self, _who: str, _seen: None) -> bool:
        if self.state == "withdrawn":
            return False
        self.consent = "nobody"
        if self.words[1]:
            self.words = (self.words[0] + 1, "")
        self._let_stand(tuple(range(len(self.given))), stands=False)
        return self._end("withdrawn")

    def _answer(self, audience: str, _seen: None) -> bool:
        if self.state == "withdrawn":
            return False
        was_public, self.consent = self.consent == "public", audience
        stays = audience == "public" or (audience == "missions" and (self.is_kept or not was_public))
        if self.state == "published" and not stays:
            self._end("taken_down")
        return True

    def _write(self, words: str, _seen: None) -> bool:
        if self.state == "withdrawn":
            return False
        if self.words[1] != words:
            self.words = (self.words[0] + 1, words)
        return True

    def _subtitle(self, number: str, _seen: None) -> bool:
        if self.attempt is None:
            return False
        self.track = int(number)
        return True

    def _take_back(self, kind: str, states: tuple[str, ...], after: str) -> bool:
        if self.state not in states:
            return False
        standing = tuple(index for index, one in enumerate(self.given) if one.stands)
        self._let_stand(standing, stands=False)
        self._decide(kind, after, standing)
        return True

    def _decide(self, kind: str, after: str, given: tuple[int, ...]) -> None:
        self.stack.append(Decision(kind, self.state, after, self.attempt, given))
        self.state = after
        self.version += 1

    def _end(self, state: str) -> bool:
        self.state, self.stack = state, []
        self.version += 1
        return True

    def _let_stand(self, given: tuple[int, ...], *, stands: bool) -> None:
        for index in given:
            self.given[index].stands = stands
