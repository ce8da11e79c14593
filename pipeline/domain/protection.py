"""What hides a person at risk in a recording: decided by the speaker, done before anybody else can see the pictures."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Protection:
    """Which of a person's traits are hidden."""

    blurs_faces: bool = False
    alters_voice: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything is hidden at all."""
        return self.blurs_faces or self.alters_voice

    def to_json(self) -> dict[str, Any]:
        """For fingerprints: other protection is another encode."""
        return asdict(self)
