"""How the steps of one recording stand: original, intake, encode, subtitles, title card."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.domain.build_graph import Node, Step, StepState, WaitsFor, changed_since
from pipeline.domain.findings import Verdict
from pipeline.domain.fingerprints import StepInputs, digest
from pipeline.domain.packages import Package
from pipeline.domain.sheets import wanted_languages
from pipeline.domain.statements import StatementState
from pipeline.services.alignments import REFUSED, lines_to_align
from pipeline.services.build_facts import BuildFacts
from pipeline.services.build_work import with_work
from pipeline.services.hand_ins import limit_of
from pipeline.services.protection import protection_of
from pipeline.services.recordings import MADE_FROM
from pipeline.services.release_inputs import CARD, text_of_statement
from pipeline.services.results import find_encode, find_result
from pipeline.services.sheet_bounds import TEXT, statement_text
from pipeline.services.sheets import find_transcript
from pipeline.services.statement_contents import spoken_language
from pipeline.services.step_inputs import card_inputs, encode_inputs, intake_inputs
from pipeline.services.tracks import current_tracks
from pipeline.storage.keys import under

UNDECIDED = frozenset({StatementState.RECEIVED, StatementState.IN_REVIEW})
"""States in which a recording may be checked anew: nobody has decided on what the check found."""

_REFUSED = "The recording was refused; the findings on its page say why. The speaker has to hand in another."


def original_node(facts: BuildFacts) -> Node:
    """The uploaded file."""
    recording = facts.recording
    return Node(
        Step.ORIGINAL,
        StepState.BUILT,
        {"sha256": digest(recording.sha256)},
        because=f"Received {recording.received_at:%Y-%m-%d %H:%M} UTC, {recording.size_bytes / 1e6:.1f} MB.",
        objects=(recording.original_key,) if recording.original_key else (),
    )


def intake_node(facts: BuildFacts) -> Node:
    """The check of container, packets and sound."""
    recording = facts.recording
    inputs = intake_inputs(recording.sha256, limit_of(facts.country.pre_session))
    if recording.report is None:
        return with_work(Node(Step.INTAKE, StepState.MISSING, inputs.digests), facts)
    made_from = recording.report.get(MADE_FROM) or _if_kept(facts, inputs)
    node = _judged(Step.INTAKE, inputs.digests, made_from, facts)
    if node.state is StepState.STALE and facts.statement.state not in UNDECIDED:
        node = replace(node, waits_for=None, because="People have gone on from what it found; it stays as it is.")
    if _is_refused_by_check(facts):
        node = replace(node, state=StepState.REFUSED, waits_for=WaitsFor.SPEAKER, because=_REFUSED)
    return with_work(node, facts)


def encode_node(facts: BuildFacts, intake: Node) -> Node:
    """The package, made while all pictures are judged."""
    recording = facts.recording
    protection = protection_of(facts.statement)
    inputs = encode_inputs(recording.sha256, facts.making.ladder, trim=recording.trim, protection=protection)
    if _is_refused_by_check(facts):
        return Node(Step.ENCODE, StepState.MISSING, inputs.digests, because="The check refused the recording.")
    if recording.package_prefix and recording.package:
        node = _judged(Step.ENCODE, inputs.digests, _package_inputs(facts, recording.package_prefix, inputs), facts)
        return with_work(_with_objects(node, recording.package, recording.package_prefix), facts)
    if recording.verdict is Verdict.REFUSED:
        return Node(Step.ENCODE, StepState.REFUSED, inputs.digests, waits_for=WaitsFor.SPEAKER, because=_REFUSED)
    because = "It follows when the check is done." if intake.state is not StepState.BUILT else ""
    return with_work(Node(Step.ENCODE, StepState.MISSING, inputs.digests, because=because), facts)


def align_node(facts: BuildFacts) -> Node:
    """Times of the words spoken, by the written text."""
    sheet, text = find_transcript(facts.db, facts.recording), statement_text(facts.recording)
    inputs = {"sha256": digest(facts.recording.sha256), **({TEXT: digest(text)} if text else {})}
    node = Node(Step.ALIGN, StepState.BUILT, inputs)
    if lines_to_align(facts.db, facts.recording) is not None:
        is_made = sheet is not None and sheet.verdict
        node = replace(node, state=StepState.STALE if is_made else StepState.MISSING, waits_for=WaitsFor.OPERATOR)
        return with_work(
            replace(node, changed=(TEXT,) if is_made else (), because="Have it done with --rebuild."), facts
        )
    if sheet is None or not sheet.verdict:
        because = "People wrote the subtitles." if sheet else "There is no text to be timed."
        return with_work(replace(node, because=because), facts)
    because = f"The text was found {sheet.verdict} ({sheet.report.get('reason', '')}), score {sheet.score or 0:.3f}."
    is_refused = sheet.verdict == REFUSED
    state, waits_for = (StepState.REFUSED, WaitsFor.STAFF) if is_refused else (StepState.BUILT, None)
    return with_work(replace(node, state=state, waits_for=waits_for, because=because), facts)


def tracks_node(facts: BuildFacts) -> Node:
    """Subtitles, which people add and correct."""
    tracks = current_tracks(facts.recording)
    inputs = {f"track {language}": digest(track.id) for language, track in tracks.items()}
    wanted = wanted_languages(facts.country.pre_session.subtitle_languages, spoken_language(facts.statement))
    missing = [language for language in wanted if language not in tracks]
    there = ", ".join(f"{language} (revision {track.revision})" for language, track in tracks.items())
    if missing:
        because = " ".join([*([f"There: {there}."] if there else []), f"None in {', '.join(missing)}."])
        return Node(Step.TRACKS, StepState.MISSING, inputs, waits_for=WaitsFor.STAFF, because=because)
    return Node(Step.TRACKS, StepState.BUILT, inputs, because=f"There: {there}." if there else "None are wanted.")


def card_node(facts: BuildFacts) -> Node:
    """The title card as the next release would have it."""
    text = text_of_statement(facts.statement, facts.audience)
    inputs = card_inputs(text, current_tracks(facts.recording), facts.making)
    kept = find_result(facts.db, inputs)
    if kept is not None:
        return _with_objects(Node(Step.CARD, StepState.BUILT, inputs.digests), kept.facts, kept.prefix)
    out = _card_that_is_out(facts)
    if out is None:
        return Node(Step.CARD, StepState.MISSING, inputs.digests, because="It is made with the release.")
    changed = changed_since(out, inputs.digests)
    return Node(Step.CARD, StepState.STALE, inputs.digests, changed, because="It is made anew with the next release.")


def _judged(step: Step, inputs: Mapping[str, str], made_from: Mapping[str, str] | None, facts: BuildFacts) -> Node:
    changed = changed_since(made_from, inputs)
    if not changed:
        return Node(step, StepState.BUILT, inputs)
    if not facts.is_current:
        return Node(
            step, StepState.STALE, inputs, changed, because="Another recording counts; this one stays as it is."
        )
    return Node(step, StepState.STALE, inputs, changed, WaitsFor.OPERATOR, "Have it made anew with --rebuild.")


def _is_refused_by_check(facts: BuildFacts) -> bool:
    report = facts.recording.report or {}
    return facts.recording.verdict is Verdict.REFUSED and not report.get("pictures_checked")


def _if_kept(facts: BuildFacts, inputs: StepInputs) -> Mapping[str, str] | None:
    """The inputs of now where a result for just these is kept: of reports that do not say what they were made from."""
    return inputs.digests if find_result(facts.db, inputs) else None


def _package_inputs(facts: BuildFacts, prefix: str, inputs: StepInputs) -> Mapping[str, str] | None:
    row = find_encode(facts.db, prefix)
    if row is None:
        return None
    return row.inputs or (inputs.digests if row.fingerprint == inputs.fingerprint else None)


def _card_that_is_out(facts: BuildFacts) -> Mapping[str, str] | None:
    inputs = facts.live.facts.get("inputs", {}) if facts.live else {}
    of_statement: Mapping[str, str] = inputs.get(str(facts.statement.id), {})
    card = {name.removeprefix(CARD): short for name, short in of_statement.items() if name.startswith(CARD)}
    return card or None


def _with_objects(node: Node, package: Mapping[str, Any], prefix: str) -> Node:
    uris = Package.from_json(package).media_uris()
    return replace(node, objects=tuple(under(prefix, uri) for uri in uris))
