"""What each audience sees of a recording now, and why it does or does not: the end of a build graph."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pipeline.domain.build_graph import Node, Step, StepState, WaitsFor
from pipeline.domain.consents import Audience
from pipeline.records.tables import Release, ReleaseItem
from pipeline.services.build_facts import BuildFacts, facts_for
from pipeline.services.build_release import release_node
from pipeline.services.panel_contents import is_agreed, is_for_missions_only
from pipeline.services.release_voices import voices_in
from pipeline.services.shown_parts import parts_in

_CLOSED = "Only missions watch this session."
_TO_MISSIONS = "The speaker agreed to show it to missions only."
_PUBLIC_TOO = "Missions watch what is public, by their links."
_GOES = "It may not be out any more, and is being taken out."


@dataclass(frozen=True)
class AudienceView:
    """What an audience sees of a recording, as codes without names, and how its release stands."""

    audience: Audience
    sees: tuple[str, ...]
    release: Node

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {"audience": self.audience.value, "sees": list(self.sees), "release": self.release.to_json()}


def audience_views(facts: BuildFacts) -> tuple[AudienceView, ...]:
    """The public's and missions' view of a recording; links of missions open the latter."""
    public = _view(facts_for(facts, Audience.PUBLIC))
    missions = facts_for(facts, Audience.MISSIONS)
    if missions.newest is not None or is_for_missions_only(facts.statement):
        return public, _view(missions)
    release = replace(public.release, because=f"{_PUBLIC_TOO} {public.release.because}".rstrip())
    return public, AudienceView(Audience.MISSIONS, public.sees, release)


def _view(facts: BuildFacts) -> AudienceView:
    live, items = facts.live, facts.live.items if facts.live else ()
    item = next((one for one in items if one.recording_id == facts.recording.id), None)
    sees = tuple(_seen(facts, live, item)) if live and item else ()
    return AudienceView(facts.audience, sees, _node(facts, is_out=item is not None))


def _node(facts: BuildFacts, *, is_out: bool) -> Node:
    if is_out and not is_agreed(facts.statement, facts.audience):
        return Node(Step.RELEASE, StepState.STALE, {}, waits_for=WaitsFor.WORKER, because=_GOES)
    if facts.audience is Audience.PUBLIC and is_for_missions_only(facts.statement):
        is_closed = facts.country.pre_session.is_missions_only
        return Node(Step.RELEASE, StepState.MISSING, {}, because=_CLOSED if is_closed else _TO_MISSIONS)
    return release_node(facts)


def _seen(facts: BuildFacts, live: Release, item: ReleaseItem) -> Iterator[str]:
    """Codes of what is out of a statement."""
    parts = parts_in(live.facts, item.statement_id)
    yield "recording"
    if parts.name:
        yield "name" if parts.name == "full" else "other name"
    if parts.text_id is not None:
        yield "text"
    if parts.paper_ids:
        yield f"papers {len(parts.paper_ids)}"
    languages = sorted(track.language for track in facts.recording.tracks if track.id in item.track_ids)
    if languages:
        yield f"subtitles {' '.join(languages)}"
    voices = sorted(voice.language for voice in voices_in(live.facts, item.statement_id))
    if voices:
        yield f"voices {' '.join(voices)}"
