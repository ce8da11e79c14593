"""What happens in the demonstration: every recording with its form, and what intake and staff make of it."""

from dataclasses import asdict, dataclass
from typing import Any

from pipeline.domain.findings import FindingCode, Verdict


@dataclass(frozen=True)
class VideoForm:
    """How a recording is made: what a phone, a camera or a browser would write."""

    width: int
    height: int
    frame_rate: str
    container: str = "mp4"
    has_sound: bool = True

    @property
    def is_from_browser(self) -> bool:
        """A browser's recorder writes WebM as it goes, so without a duration."""
        return self.container == "webm"

    def to_json(self) -> dict[str, Any]:
        """JSON types, for a fingerprint."""
        return asdict(self)


@dataclass(frozen=True)
class Take:
    """One recording of one speaker.

    `statement` is the text's short name. What intake finds must include `findings`. An accepted take is approved,
    unless `send_back_reason` says why staff want another.
    """

    statement: str
    form: VideoForm
    findings: frozenset[FindingCode] = frozenset()
    is_too_long: bool = False
    is_interrupted: bool = False
    send_back_reason: str = ""

    @property
    def verdict(self) -> Verdict:
        """What intake must say."""
        return Verdict.REFUSED if self.is_too_long else Verdict.ACCEPTED

    @property
    def is_approved(self) -> bool:
        """Whether this take is the one that goes out."""
        return self.verdict is Verdict.ACCEPTED and not self.send_back_reason


FIRST_TAKES = (
    Take("mw-1", VideoForm(1280, 720, "30")),
    Take("mw-2", VideoForm(540, 960, "30"), findings=frozenset({FindingCode.PORTRAIT})),
    Take("mw-3", VideoForm(640, 480, "30", container="webm")),
    Take("mw-4", VideoForm(1920, 1080, "25")),
    Take("mw-5", VideoForm(854, 480, "30000/1001"), is_interrupted=True),
    Take(
        "mw-6",
        VideoForm(640, 360, "25", has_sound=False),
        findings=frozenset({FindingCode.NO_AUDIO}),
        send_back_reason="Your recording has no sound. Please check the microphone and record it again.",
    ),
    Take("hn-1", VideoForm(960, 540, "24", container="mov")),
    Take("hn-2", VideoForm(640, 480, "15")),
    Take("lu-1", VideoForm(1024, 576, "50", container="mkv")),
    Take("lu-2", VideoForm(640, 360, "25"), findings=frozenset({FindingCode.TOO_LONG}), is_too_long=True),
)
"""What the speakers hand in at first."""

SECOND_TAKES = (Take("mw-6", VideoForm(640, 360, "25")),)
"""What they hand in after staff sent a recording back."""

READERS = frozenset({"hn-1"})
"""Speakers who hand in the text that they read: it is timed by the recording, and its translations follow it."""

FOR_MISSIONS = frozenset({"hn-2"})
"""Speakers who agree to show the recording to missions, and to nobody else."""

NAMELESS = frozenset({"hn-2"})
"""Speakers who agree to show the recording, but not their name."""
