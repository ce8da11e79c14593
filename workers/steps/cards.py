"""Title cards for a release: each made once, found again by the fingerprint of its words."""

from collections.abc import Callable

from pipeline.domain.fingerprints import fingerprint
from pipeline.domain.languages import INTERFACE_LANGUAGES, country_name
from pipeline.domain.packages import Package
from pipeline.domain.tokens import new_name
from pipeline.media.cards import CARD_VERSION, CardText, encode_card
from pipeline.services.publication import ItemInputs, ReleaseInputs
from pipeline.services.results import KeptResult, find_result, keep_result
from pipeline.site.release import PublishedMedia
from workers.clock import utc_now
from workers.steps.packages import is_whole, store_package
from workers.steps.run import JobRun


def card_of(
    run: JobRun, release: ReleaseInputs, item: ItemInputs, on_progress: Callable[[float], None]
) -> PublishedMedia:
    """The card that goes before a statement, as it is published."""
    text = _text(release, item)
    inputs = {"text": text.to_json(), "ladder": run.context.ladder.to_json()}
    name = fingerprint("card", CARD_VERSION, inputs)
    kept = _find(run, name) or _encode(run, text, name, on_progress)
    return PublishedMedia(Package.from_json(kept.facts), kept.prefix, item.card_name)


def _find(run: JobRun, name: str) -> KeptResult | None:
    with run.context.database.read() as db:
        kept = find_result(db, name)
    return kept if kept and is_whole(run, Package.from_json(kept.facts), kept.prefix) else None


def _text(release: ReleaseInputs, item: ItemInputs) -> CardText:
    """The country's name in the language spoken where every screen speaks it, in English otherwise."""
    reader = item.language if item.language in INTERFACE_LANGUAGES else "en"
    return CardText(
        country=country_name(release.country_code, reader),
        session=release.session_title,
        speaker=item.speaker or "",
        organisation=item.organisation,
        theme=item.theme,
        language=item.language,
    )


def _encode(run: JobRun, text: CardText, name: str, on_progress: Callable[[float], None]) -> KeptResult:
    folder = run.folder / new_name()
    package = encode_card(text, ladder=run.context.ladder, out_dir=folder, programs=run.context.programs)
    kept = KeptResult(package.to_json(), store_package(run, folder, package, new_name(), on_progress))
    with run.context.database.begin() as db:
        keep_result(db, "card", name, kept, now=utc_now())
    run.undo.pop_all()  # kept, whatever becomes of the release
    return kept
