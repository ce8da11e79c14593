"""What hides a person at risk in a recording: decided by the speaker, done before anybody else can see the pictures."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Protection:
    """Which of a person's traits are hidden. A picture that is blurred wholly hides every face in it as well."""

    blurs_faces: bool = False
    blurs_picture: bool = False
    alters_voice: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything is hidden at all."""
        return self.blurs_faces or self.blurs_picture or self.alters_voice

    @property
    def hides_face(self) -> bool:
        """Whether faces are to be seen no more."""
        return self.blurs_faces or self.blurs_picture

    def to_json(self) -> dict[str, Any]:
        """For fingerprints: other protection is another encode."""
        return asdict(self)


@dataclass(frozen=True)
class Hidden:
    """What was done to a recording, as measured: `wholly_seconds` is the time in which no face was known and the
    whole picture was blurred instead, of `seconds` in all.
    """

    seconds: float
    wholly_seconds: float

    @property
    def face_share(self) -> float:
        """The part of the recording in which a face was known, 0 to 1."""
        return 1 - self.wholly_seconds / self.seconds if self.seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """JSON types only: what is kept beside the package."""
        return asdict(self)
