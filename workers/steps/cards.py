"""Title cards for a release: each made once, found again by the fingerprint of its words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.packages import Package
from pipeline.media.cards import CardText, encode_card
from pipeline.services.claims import check_claim
from pipeline.services.leftovers import card_package_name
from pipeline.services.publication import ItemInputs, ReleaseInputs
from pipeline.services.release_inputs import text_of_item
from pipeline.services.results import KeptResult, find_result, keep_result
from pipeline.services.step_inputs import card_inputs
from pipeline.site.release_values import PublishedMedia
from workers.clock import utc_now
from workers.steps.packages import is_whole, store_package
from workers.steps.run import JobRun


@dataclass(frozen=True)
class _Card:
    text: CardText
    subtitles: Sequence[str]
    inputs: StepInputs


def card_of(
    run: JobRun, release: ReleaseInputs, item: ItemInputs, on_progress: Callable[[float], None]
) -> PublishedMedia:
    """The card that goes before a statement, as it is published."""
    text = text_of_item(release, item)
    inputs = card_inputs(text, item.track_ids, run.context.card_making)
    kept = _find(run, inputs) or _encode(run, _Card(text, sorted(item.track_ids), inputs), item.card_name, on_progress)
    return PublishedMedia(Package.from_json(kept.facts), kept.prefix, item.card_name)


def _find(run: JobRun, inputs: StepInputs) -> KeptResult | None:
    with run.context.database.read() as db:
        kept = find_result(db, inputs)
    return kept if kept and is_whole(run, Package.from_json(kept.facts), kept.prefix) else None


def _encode(run: JobRun, card: _Card, card_name: str, on_progress: Callable[[float], None]) -> KeptResult:
    folder, making = run.folder / card_name, run.context.card_making
    package = encode_card(card.text, making, subtitles=card.subtitles, out_dir=folder, programs=run.context.programs)
    stored_as = card_package_name(run.claim.token, card_name)
    kept = KeptResult(package.to_json(), store_package(run, folder, package, stored_as, on_progress))
    with run.context.database.begin() as db:
        check_claim(db, run.claim)  # an attempt that was given up may have been cleared away already
        keep_result(db, card.inputs, kept, now=utc_now())
    run.undo.pop_all()  # kept, whatever becomes of the release
    return kept
