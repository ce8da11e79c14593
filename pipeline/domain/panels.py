"""How a panel is made up: how many speak, who they are, what about. For staff alone; nothing of it is published."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.domain.named_codes import plain
from pipeline.domain.pre_sessions import MAX_PANELISTS, SpeakerKind, SpeakerPlan

Counted = tuple[tuple[str, int], ...]
"""Words with how often they occur, the most frequent first."""


@dataclass(frozen=True)
class Balance:
    """A panel's make-up. `genders` leaves out who said nothing (`unsaid`); `shared_themes` are those of several."""

    size: int
    genders: Counted
    unsaid: int
    kinds: tuple[tuple[SpeakerKind, int], ...]
    languages: Counted
    themes: int
    shared_themes: Counted
    without_theme: int

    @property
    def is_too_large(self) -> bool:
        """Whether there are more speakers than a panel should have."""
        return self.size > MAX_PANELISTS

    @property
    def is_one_sided(self) -> bool:
        """Whether several said their gender, and all the same."""
        return len(self.genders) == 1 and self.genders[0][1] > 1


def balance_of(speakers: Iterable[SpeakerPlan]) -> Balance:
    """Count a panel."""
    panel = list(speakers)
    themes = [speaker.theme for speaker in panel if speaker.theme]
    counted = _counted(themes)
    return Balance(
        size=len(panel),
        genders=_counted(speaker.gender for speaker in panel if speaker.gender),
        unsaid=sum(not speaker.gender for speaker in panel),
        kinds=tuple(Counter(speaker.kind for speaker in panel).most_common()),
        languages=_counted(speaker.language for speaker in panel),
        themes=len(counted),
        shared_themes=tuple((theme, count) for theme, count in counted if count > 1),
        without_theme=len(panel) - len(themes),
    )


def _counted(words: Iterable[str]) -> Counted:
    """Words that differ in case, accents and signs alone are one, as it was written first."""
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for word in words:
        first.setdefault(plain(word), word)
        counts[plain(word)] += 1
    return tuple((first[key], count) for key, count in counts.most_common())
