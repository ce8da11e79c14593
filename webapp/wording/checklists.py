"""What a speaker still has to do, as a checklist whose lines lead to the part of the page where it is done."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import ngettext

from pipeline.domain.standings import Standing
from pipeline.services.hand_ins import HandIn
from pipeline.services.previews import preview_of

_ASKS_FOR_ANOTHER = {Standing.REFUSED, Standing.SENT_BACK}
_OVER = {Standing.WITHDRAWN, Standing.TAKEN_DOWN}


class StepState(StrEnum):
    """How far a line of the checklist is."""

    DONE = "done"
    TODO = "todo"
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """One line: the part of the page by its anchor, what to do there, and how far it is."""

    anchor: str
    words: str
    state: StepState

    @property
    def state_words(self) -> str:
        """The state for those who do not see the mark."""
        words = {StepState.DONE: _("done"), StepState.TODO: _("to do"), StepState.LATER: _("later")}
        return words[self.state]


def checklist(hand_in: HandIn) -> list[Step]:
    """The lines in the order of the page; none when there is nothing to do any more."""
    if hand_in.standing in _OVER:
        return []
    text, recommendations = _written(hand_in)
    return [
        Step("hand-in-title", _("Your recording"), _recording_state(hand_in)),
        Step("consent", _("What may be shown"), _done(is_done=hand_in.is_consent_complete)),
        Step("contents", _("Your written text"), _done(is_done=bool(text))),
        Step("recommendations", _("Two or three recommendations"), _done(is_done=recommendations >= 2)),
        Step("preview", _("Look at it as it will be shown"), _preview_state(hand_in)),
    ]


def asks_for_recording(steps: list[Step]) -> bool:
    """Whether the recording is what is missing first."""
    return bool(steps) and steps[0].state is StepState.TODO


def missing_words(steps: list[Step]) -> str:
    """How many lines wait for the speaker."""
    missing = sum(step.state is StepState.TODO for step in steps)
    if missing:
        return ngettext("%(num)d thing is still missing", "%(num)d things are still missing", missing)
    return _("Nothing is missing at the moment")


def _done(*, is_done: bool) -> StepState:
    return StepState.DONE if is_done else StepState.TODO


def _recording_state(hand_in: HandIn) -> StepState:
    return _done(is_done=hand_in.recording is not None and hand_in.standing not in _ASKS_FOR_ANOTHER)


def _written(hand_in: HandIn) -> tuple[str, int]:
    """The written text, and how many recommendations there are."""
    contents = hand_in.statement.contents
    if not contents:
        return "", 0
    return contents[-1].text.strip(), sum(bool(str(one).strip()) for one in contents[-1].recommendations)


def _preview_state(hand_in: HandIn) -> StepState:
    recording = hand_in.recording
    if recording is None or not recording.package_prefix or hand_in.standing in _ASKS_FOR_ANOTHER:
        return StepState.LATER
    return _done(is_done=preview_of(recording).said is not None)
