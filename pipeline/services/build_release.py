"""How a recording's place in its country's release stands: out, out of date and why, or waiting for whom."""

from collections.abc import Mapping
from dataclasses import replace

from pipeline.domain.build_graph import Node, Step, StepState, WaitsFor, changed_since
from pipeline.domain.consents import Audience
from pipeline.domain.fingerprints import digest
from pipeline.domain.standings import Standing, standing_of
from pipeline.records.tables import Release
from pipeline.services.board_rows import JobRow
from pipeline.services.build_facts import BuildFacts
from pipeline.services.build_work import with_work
from pipeline.services.panel_contents import is_agreed
from pipeline.services.release_inputs import CARD, inputs_by_statement, shown_by_panel
from pipeline.services.shown_parts import parts_in
from pipeline.storage.keys import site_prefix, under

_BY_MACHINES = frozenset({"package", "player", f"{CARD}ladder", f"{CARD}style", f"{CARD}subtitles", f"{CARD}version"})
"""Inputs that change without anybody's decision: what is out may be made anew from them without asking.

Of subtitles it is only that the card tells their languages; that there are others is told by their own names.
"""


def release_node(facts: BuildFacts) -> Node:
    """The statement in its country's release."""
    inputs = _inputs_now(facts)
    live = facts.live if facts.live and _holds(facts.live, facts.recording.id) else None
    if live is None:
        waits_for, because = _not_out(facts)
        return with_work(Node(Step.RELEASE, StepState.MISSING, _folded(inputs), (), waits_for, because), facts)
    node = _out(facts, live, inputs)
    prefix = site_prefix(facts.country.pre_session.slug, facts.country.code, facts.audience)
    return with_work(replace(node, objects=(under(prefix, live.manifest_uri),)), facts)


def is_changed_by_machines_alone(node: Node) -> bool:
    """Whether a stale release may be made anew without anybody deciding: nothing that people decide has changed."""
    return node.state is StepState.STALE and node.waits_for is WaitsFor.OPERATOR


def _out(facts: BuildFacts, live: Release, inputs: Mapping[str, str]) -> Node:
    if not inputs:
        because = "What is out may not go out again as it is. Look at the statement, then publish its country again."
        return Node(Step.RELEASE, StepState.STALE, {}, ("recording",), WaitsFor.STAFF, because)
    made_from = live.facts.get("inputs", {}).get(str(facts.statement.id)) or _told_by_rows(facts, live, inputs)
    changed = changed_since(made_from, inputs)
    if not changed:
        return Node(Step.RELEASE, StepState.BUILT, _folded(inputs), because=f"It is out, in release {live.number}.")
    if not _BY_MACHINES.issuperset(changed):
        because = f"Somebody of the staff has to publish {facts.country.code} again."
        return Node(Step.RELEASE, StepState.STALE, _folded(inputs), _fold_names(changed), WaitsFor.STAFF, because)
    because = "Have it made anew with --rebuild."
    return Node(Step.RELEASE, StepState.STALE, _folded(inputs), _fold_names(changed), WaitsFor.OPERATOR, because)


def _told_by_rows(facts: BuildFacts, live: Release, inputs: Mapping[str, str]) -> Mapping[str, str]:
    """What is known of a release that did not note down its inputs; all else is taken for unchanged."""
    item = next(item for item in live.items if item.recording_id == facts.recording.id)
    tracks = {track.language: track.id for track in facts.recording.tracks if track.id in item.track_ids}
    told = {
        "place": item.position,
        "package": item.package_prefix,
        "name": parts_in(live.facts, facts.statement.id).name,
        **{f"track {language}": track_id for language, track_id in tracks.items()},
    }
    rest = {name: short for name, short in inputs.items() if not name.startswith("track ")}
    return {**rest, **{name: digest(value) for name, value in told.items()}}


def _inputs_now(facts: BuildFacts) -> Mapping[str, str]:
    shown = shown_by_panel(facts.db, facts.country, facts.audience, facts.making)
    if not any(one.recording_id == facts.recording.id for one in shown):
        return {}
    return inputs_by_statement(shown, facts.player)[facts.statement.id]


def _holds(release: Release, recording_id: int) -> bool:
    return any(item.recording_id == recording_id for item in release.items)


def _not_out(facts: BuildFacts) -> tuple[WaitsFor | None, str]:
    """Who has to move before the statement can be out, and how."""
    if not facts.is_current:
        return None, f"Recording {facts.statement.current_recording_id} is the one that counts."
    return _STANDING_WORDS[_standing(facts)] if not _lacks_consent(facts) else _NO_CONSENT


def _standing(facts: BuildFacts) -> Standing:
    jobs = (work.job for step, work in facts.work.items() if step in {Step.INTAKE, Step.ENCODE})
    job = max(jobs, key=_job_id, default=None)
    return standing_of(
        facts.statement.state,
        has_link=True,
        verdict=facts.recording.verdict,
        is_packaged=facts.recording.package_prefix is not None,
        job_state=job.state if job else None,
    )


def _job_id(job: JobRow) -> int:
    return job.id


def _lacks_consent(facts: BuildFacts) -> bool:
    return _standing(facts) is Standing.APPROVED and not is_agreed(facts.statement, Audience.MISSIONS)


_NO_CONSENT = (WaitsFor.SPEAKER, "The speaker has not agreed to publication.")

_STANDING_WORDS: Mapping[Standing, tuple[WaitsFor | None, str]] = {
    Standing.NO_LINK: (WaitsFor.STAFF, "The speaker has no link."),
    Standing.INVITED: (WaitsFor.SPEAKER, "The speaker hands in a recording."),
    Standing.CHECKING: (WaitsFor.WORKER, "The recording is checked first."),
    Standing.CHECK_FAILED: (WaitsFor.STAFF, "The check could not be done; it can be tried again."),
    Standing.REFUSED: (WaitsFor.SPEAKER, "The speaker hands in another recording."),
    Standing.PREPARING: (WaitsFor.WORKER, "The recording is encoded first."),
    Standing.PREPARE_FAILED: (WaitsFor.STAFF, "The recording could not be encoded; it can be tried again."),
    Standing.TO_REVIEW: (WaitsFor.STAFF, "Somebody of the staff watches and approves it."),
    Standing.SENT_BACK: (WaitsFor.SPEAKER, "It was sent back; the speaker hands in another recording."),
    Standing.APPROVED: (WaitsFor.STAFF, "Somebody of the staff publishes the country."),
    Standing.PUBLISHED: (WaitsFor.STAFF, "Somebody of the staff publishes the country again."),
    Standing.WITHDRAWN: (None, "The speaker withdrew it."),
    Standing.TAKEN_DOWN: (None, "It was taken down."),
}


def _folded(inputs: Mapping[str, str]) -> dict[str, str]:
    """A title card is one input of a release, whatever it is made from itself."""
    card = {name: short for name, short in inputs.items() if name.startswith(CARD)}
    rest = {name: short for name, short in inputs.items() if name not in card}
    return {**rest, "card": digest(card)} if card else rest


def _fold_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys("card" if name.startswith(CARD) else name for name in names))
