"""Times for texts of which nothing is known but their length and where the speaker pauses: a start for a person."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pipeline.captions.rules import read_rules
from pipeline.captions.widths import characters

Span = tuple[float, float]
"""Start and end in seconds."""

_SHORTEST_PAUSE = 0.15
_ANY_PAUSE, _FULL_PAUSE = 0.2, 0.8  # what any pause counts, and the seconds of one that counts 1 more
_FARTHEST = 10.0  # seconds that speech and even pace can be apart over a whole statement
_REACH = 10  # so many cues may lie between two that end at a pause
_PACE_SHARE, _PACE_SECONDS = 0.15, 0.4  # how much of a stretch, and of any, pace varies
_WEIGHTS = {"sentence": 1.0, "clause": 0.7, "none": 0.2}


def time_by_pauses(
    texts: Sequence[str], language: str, *, duration_seconds: float, pauses: Sequence[Span] = ()
) -> list[Span]:
    """When each text is probably spoken, in order, over a whole recording with these pauses (silences).

    Each gets its share of the time in which there is speech, by its length; ends are moved to pauses so that long ones
    fall on ends of sentences and the pace between them stays even. Within one sentence that is good, over minutes it is
    a guess. Spans touch or have a pause between them.
    """
    if not texts:
        return []
    clock = _Clock(pauses, duration_seconds)
    shares = list(accumulate(characters(text, language) + 1 for text in texts))
    expected = [clock.spoken * share / shares[-1] for share in shares[:-1]]
    anchors = _anchors(expected, clock.pauses, [_weight(text) for text in texts[:-1]])
    edges = [clock.first, *_edges(expected, anchors, clock), clock.last]
    return [(left[1], right[0]) for left, right in pairwise(edges)]


@dataclass(frozen=True)
class _Pause:
    spoken: float
    """Seconds of speech before it."""
    start: float
    end: float


class _Clock:
    """Counts seconds of speech alone, from the first sound on."""

    def __init__(self, pauses: Sequence[Span], duration: float) -> None:
        within = ((max(0.0, start), min(duration, end)) for start, end in sorted(pauses))
        silent = [(start, end) for start, end in within if end - start >= _SHORTEST_PAUSE]
        begins = silent.pop(0)[1] if silent and silent[0][0] <= _SHORTEST_PAUSE else 0.0
        ends = silent.pop()[0] if silent and silent[-1][1] >= duration - _SHORTEST_PAUSE else duration
        self.first: Span = (begins, begins)
        self.last: Span = (max(begins, ends), duration)
        self.pauses: list[_Pause] = []
        quiet, reached = 0.0, begins
        for start, end in silent:
            if start >= reached and end <= ends:
                self.pauses.append(_Pause(start - begins - quiet, start, end))
                quiet, reached = quiet + end - start, end
        self.spoken = max(0.0, ends - begins - quiet)

    def moment(self, spoken: float) -> float:
        """The moment of the recording by which so many seconds were spoken."""
        before = [pause for pause in self.pauses if pause.spoken < spoken]
        return self.first[1] + spoken + sum(pause.end - pause.start for pause in before)


def _weight(text: str) -> float:
    """How much the end of a text asks for a pause."""
    signs = read_rules()["characters"]
    last = text.rstrip().rstrip(signs["closing"] + signs["quotes"])[-1:]
    kind = "sentence" if last and last in signs["sentence_ends"] else "clause" if last in signs["clause_ends"] else ""
    return _WEIGHTS[kind if last and kind else "none"]


def _anchors(expected: Sequence[float], pauses: Sequence[_Pause], weights: Sequence[float]) -> dict[int, _Pause]:
    """The ends of texts, by place, that fall on a pause: the chain with most weight and most even pace."""
    spoken = [pause.spoken for pause in pauses]
    gains: dict[tuple[int, int], float] = {}
    before: dict[tuple[int, int], tuple[int, int]] = {}
    for place, moment in enumerate(expected):
        for index in _within(spoken, moment):
            gain, link = _best_link(place, index, expected, spoken, gains)
            length = pauses[index].end - pauses[index].start
            gains[place, index] = gain + weights[place] * (_ANY_PAUSE + min(1.0, length / _FULL_PAUSE))
            before[place, index] = link
    return _chain(gains, before, pauses)


def _within(spoken: Sequence[float], moment: float) -> range:
    return range(bisect_left(spoken, moment - _FARTHEST), bisect_left(spoken, moment + _FARTHEST))


def _best_link(
    place: int, index: int, expected: Sequence[float], spoken: Sequence[float], gains: dict[tuple[int, int], float]
) -> tuple[float, tuple[int, int]]:
    """The best chain that can go on here, and its last link; (-1, -1) is the start of speech."""
    best = _unevenness(expected[place], spoken[index])
    link = (-1, -1)
    for former in range(max(0, place - _REACH), place):
        for other in _within(spoken[:index], expected[former]):
            gain = gains[former, other]
            if gain <= best:
                continue
            gain += _unevenness(expected[place] - expected[former], spoken[index] - spoken[other])
            if gain > best:
                best, link = gain, (former, other)
    return best, link


def _unevenness(wanted: float, got: float) -> float:
    off = (wanted - got) / (_PACE_SECONDS + _PACE_SHARE * wanted)
    return -off * off


def _chain(
    gains: dict[tuple[int, int], float],
    before: dict[tuple[int, int], tuple[int, int]],
    pauses: Sequence[_Pause],
) -> dict[int, _Pause]:
    link = max(gains, key=lambda key: gains[key], default=(-1, -1))
    anchors: dict[int, _Pause] = {}
    while link in before:
        anchors[link[0]] = pauses[link[1]]
        link = before[link]
    return anchors


def _edges(expected: Sequence[float], anchors: dict[int, _Pause], clock: _Clock) -> Iterator[Span]:
    """End of one text and start of the next, between anchors by share."""
    places = [-1, *sorted(anchors), len(expected)]
    wanted = [0.0, *(expected[place] for place in places[1:-1]), clock.spoken]
    spoken = [0.0, *(anchors[place].spoken for place in places[1:-1]), clock.spoken]
    for place, moment in enumerate(expected):
        if place in anchors:
            yield anchors[place].start, anchors[place].end
        else:
            after = bisect_left(places, place)
            share = (moment - wanted[after - 1]) / ((wanted[after] - wanted[after - 1]) or 1.0)
            at = clock.moment(spoken[after - 1] + share * (spoken[after] - spoken[after - 1]))
            yield at, at
