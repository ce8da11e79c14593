"""The build graph of a recording: its steps, what each is made from, and how each stands. Nothing is looked up here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.domain.fingerprints import changed_inputs
from pipeline.domain.jobs import JobKind


class Step(StrEnum):
    """What is made of a recording, in order; `original` is the source, `tracks` are made by people."""

    ORIGINAL = "original"
    INTAKE = "intake"
    ENCODE = "encode"
    ALIGN = "align"
    TRACKS = "tracks"
    CARD = "card"
    RELEASE = "release"


NEEDS: Mapping[Step, tuple[Step, ...]] = {
    Step.ORIGINAL: (),
    Step.INTAKE: (Step.ORIGINAL,),
    Step.ENCODE: (Step.ORIGINAL, Step.INTAKE),
    Step.ALIGN: (Step.ORIGINAL, Step.INTAKE),
    Step.TRACKS: (Step.INTAKE, Step.ALIGN),
    Step.CARD: (),
    Step.RELEASE: (Step.ENCODE, Step.TRACKS, Step.CARD),
}
"""What each step is made from. A change is passed on along these and no other way."""

JOB_KINDS: Mapping[Step, JobKind] = {
    Step.INTAKE: JobKind.INTAKE,
    Step.ENCODE: JobKind.ENCODE,
    Step.ALIGN: JobKind.ALIGN,
    Step.RELEASE: JobKind.RELEASE,
}
"""Steps that are jobs; a title card is made within the release's."""


class StepState(StrEnum):
    """How a step stands."""

    BUILT = "built"
    STALE = "stale"
    MISSING = "missing"
    RUNNING = "running"
    WAITING = "waiting"
    FAILED = "failed"
    REFUSED = "refused"


class WaitsFor(StrEnum):
    """Who has to move next."""

    WORKER = "worker"
    STAFF = "staff"
    SPEAKER = "speaker"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Progress:
    """What a running job is doing: its stage, and how far it is (0 to 1)."""

    stage: str
    share: float


@dataclass(frozen=True)
class Node:
    """One step of one recording.

    `changed` are the inputs that are no longer what the result was made from, and make it stale. `because` is a
    sentence for who runs the service; `job_id` is the job that runs, waits or has stopped. `objects` are keys in the
    store that the result consists of.
    """

    step: Step
    state: StepState
    inputs: Mapping[str, str]
    changed: tuple[str, ...] = ()
    waits_for: WaitsFor | None = None
    because: str = ""
    progress: Progress | None = None
    job_id: int | None = None
    objects: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "step": self.step.value,
            "state": self.state.value,
            "needs": [step.value for step in NEEDS[self.step]],
            "inputs": dict(self.inputs),
            "changed": list(self.changed),
            "waits_for": self.waits_for.value if self.waits_for else None,
            "because": self.because,
            "progress": vars(self.progress) if self.progress else None,
            "job_id": self.job_id,
        }


UNKNOWN = "unknown"
"""Stands for the inputs of a result that was kept before digests of them were."""

_INPUT_WORDS: Mapping[tuple[Step, str], str] = {
    (Step.INTAKE, "limit"): "the session’s limit",
    (Step.ENCODE, "ladder"): "the ladder",
    (Step.ENCODE, "intake"): "the version of the check",
    (Step.ENCODE, "protection"): "what the speaker wants hidden",
    (Step.ENCODE, "trim"): "the part that is shown",
    (Step.ALIGN, "text"): "the written text",
    (Step.CARD, "ladder"): "the ladder",
    (Step.CARD, "text"): "the words on the card",
    (Step.CARD, "style"): "the house style",
    (Step.CARD, "subtitles"): "the languages on the card",
    (Step.RELEASE, "recording"): "which recording counts",
    (Step.RELEASE, "package"): "the package",
    (Step.RELEASE, "card"): "the title card",
    (Step.RELEASE, "name"): "the name shown",
    (Step.RELEASE, "text"): "the written text",
    (Step.RELEASE, "papers"): "the papers",
    (Step.RELEASE, "place"): "the place on the panel",
    (Step.RELEASE, "others"): "other statements of the panel",
    (Step.RELEASE, "player"): "the page’s player",
}


def changed_since(made_from: Mapping[str, str] | None, now: Mapping[str, str]) -> tuple[str, ...]:
    """Which inputs make a result stale; `made_from` is None where it was not noted down."""
    return (UNKNOWN,) if made_from is None else changed_inputs(made_from, now)


def input_words(step: Step, name: str) -> str:
    """An input as a person reads it."""
    if name.startswith("track "):
        return f"subtitles in {name.removeprefix('track ')}"
    if name.startswith("voice "):
        return f"spoken interpretation into {name.removeprefix('voice ')}"
    general = {"version": "the version of this step", "sha256": "the original", UNKNOWN: "something not noted down"}
    return _INPUT_WORDS.get((step, name)) or general.get(name, name)
