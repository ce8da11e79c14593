"""A recording's build graph as the records tell it, and what the store says to it: `presession explain` shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.build_graph import Node, Step, StepState, WaitsFor
from pipeline.domain.consents import Audience
from pipeline.domain.statements import StatementState
from pipeline.media.cards import CardMaking
from pipeline.records.tables import Recording, Statement
from pipeline.services.build_audiences import AudienceView, audience_views
from pipeline.services.build_facts import load_facts
from pipeline.services.build_nodes import align_node, card_node, encode_node, intake_node, original_node, tracks_node
from pipeline.services.build_release import release_node
from pipeline.storage.store import ObjectStore


@dataclass(frozen=True)
class BuildGraph:
    """The steps of one recording and how they stand, and who sees it; ids and codes say whose it is."""

    recording_id: int
    statement_id: int
    country_id: int
    audience: Audience
    session_slug: str
    country_code: str
    position: int
    attempt: int
    is_current: bool
    state: StatementState
    nodes: tuple[Node, ...]
    views: tuple[AudienceView, ...]

    def node(self, step: Step) -> Node:
        """One of its steps."""
        return next(node for node in self.nodes if node.step is step)

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "recording_id": self.recording_id,
            "statement_id": self.statement_id,
            "session": self.session_slug,
            "country": self.country_code,
            "audience": self.audience.value,
            "position": self.position,
            "attempt": self.attempt,
            "is_current": self.is_current,
            "statement": self.state.value,
            "steps": [node.to_json() for node in self.nodes],
            "audiences": [view.to_json() for view in self.views],
        }


def find_current_recording(db: Session, statement_id: int) -> int | None:
    """The recording of a statement that counts; None when there is no such statement, or no recording."""
    statement = db.get(Statement, statement_id)
    return statement.current_recording_id if statement else None


def load_build_graph(
    db: Session, recording_id: int, *, making: CardMaking, player: Mapping[str, bytes], now: datetime
) -> BuildGraph | None:
    """The graph as the records tell it; None when there is no such recording.

    `player` are the scripts of the published page as they are now.
    """
    recording = db.get(Recording, recording_id)
    if recording is None:
        return None
    facts = load_facts(db, recording, making=making, player=player, now=now)
    intake = intake_node(facts)
    card = card_node(facts)
    people, release = (align_node(facts), tracks_node(facts)), release_node(facts)
    nodes = (original_node(facts), intake, encode_node(facts, intake), *people, card, release)
    return BuildGraph(
        recording_id=recording.id,
        statement_id=facts.statement.id,
        country_id=facts.country.id,
        audience=facts.audience,
        session_slug=facts.country.pre_session.slug,
        country_code=facts.country.code,
        position=facts.statement.speaker.position,
        attempt=recording.attempt,
        is_current=facts.is_current,
        state=facts.statement.state,
        nodes=nodes,
        views=audience_views(facts),
    )


def check_objects(graph: BuildGraph, store: ObjectStore) -> BuildGraph:
    """The same graph, where what the store no longer has is missing. Raises `StoreUnavailable`."""
    views = (replace(view, release=_checked(view.release, store)) for view in graph.views)
    return replace(graph, nodes=tuple(_checked(node, store) for node in graph.nodes), views=tuple(views))


def _checked(node: Node, store: ObjectStore) -> Node:
    if node.state not in {StepState.BUILT, StepState.STALE} or _are_there(node.objects, store):
        return node
    if node.step is Step.ORIGINAL:
        because = "Its file is gone from the store: nothing can be made of it until the speaker uploads it again."
        return _gone(node, WaitsFor.SPEAKER, because)
    if node.step is Step.CARD:
        return _gone(node, None, "Its files are gone from the store; it is made again with the next release.")
    return _gone(node, WaitsFor.OPERATOR, "Its files are gone from the store. Have it made again with --rebuild.")


def _gone(node: Node, waits_for: WaitsFor | None, because: str) -> Node:
    return replace(node, state=StepState.MISSING, changed=(), waits_for=waits_for, because=because)


def _are_there(keys: Sequence[str], store: ObjectStore) -> bool:
    return all(store.stat(key) is not None for key in keys)
