"""`presession export`: what is published, as a folder or ZIP that plays from a stick or a plain web server."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from config.settings import Settings, load_settings
from pipeline.domain.consents import RELEASE_AUDIENCES, Audience
from pipeline.domain.errors import WrongUsage
from pipeline.domain.languages import is_language
from pipeline.media.ladder import read_ladder
from pipeline.records.database import Database
from pipeline.services.events import SYSTEM
from pipeline.services.exports import ExportInputs, finish_export, read_export
from pipeline.site.offline_names import LARGEST_FILE
from presession.export_place import ExportPlace, is_zip, open_place, refuse_taken, refuse_too_large
from presession.export_writing import ExportChoices, ExportWriter, bytes_wanted
from presession.options import data_option
from presession.panel_places import country_named, json_option, say, session_named
from presession.parts import build_programs, build_store, open_records
from presession.stopping import stopped_in_order

_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    TextColumn("{task.completed}/{task.total}"),
    TimeElapsedColumn(),
)


@click.command(
    epilog="""\b
Examples:
  presession export 36 --to /media/stick/upr36
  presession export 36 MW HN --to malawi-honduras.zip --languages en,fr
  presession export 36 MW --to malawi --for missions --sound-only

Nothing goes out but what is published for those it is for. It is built beside its place and put there
when it is whole; where something is withdrawn meanwhile nothing is kept."""
)
@click.argument("slug")
@click.argument("countries", nargs=-1)
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="A folder, or a name.zip.")
@click.option(
    "--for",
    "audience",
    type=click.Choice([audience.value for audience in RELEASE_AUDIENCES]),
    default=Audience.PUBLIC.value,
    show_default=True,
    help="Whom it is for; missions get what is public as well.",
)
@click.option("--languages", default="", help="Subtitles and voices in these alone, like en,fr.")
@click.option("--burned", default="", metavar="LANGUAGE", help="Films with these subtitles in the picture.")
@click.option("--lines", type=click.IntRange(min=1), default=720, show_default=True, help="Of the picture, at most.")
@click.option("--sound-only", is_flag=True, help="Sound without picture.")
@click.option("--programme", "has_programme", is_flag=True, help="All statements as one file besides.")
@click.option("--replace", "replaces", is_flag=True, help="Take the place of an earlier export.")
@json_option()
@data_option()
def export(
    *,
    slug: str,
    countries: tuple[str, ...],
    target: Path,
    audience: str,
    languages: str,
    burned: str,
    lines: int,
    sound_only: bool,
    has_programme: bool,
    replaces: bool,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Write what is published of a session, or of some countries, to play without a connection."""
    if sound_only and burned:
        raise WrongUsage("Sound has no picture to write subtitles into. Leave out --burned or --sound-only.")
    refuse_taken(target, replaces=replaces)
    choices = ExportChoices(0 if sound_only else lines, _languages(languages), has_programme)
    settings, began = load_settings(data_dir=data_dir, makes_secret=False), time.monotonic()
    with open_records(settings) as database:
        with database.begin() as db:
            pre_session = session_named(db, slug)
            chosen = [country_named(db, slug, code) for code in countries] or list(pre_session.countries)
            inputs = read_export(db, pre_session, chosen, Audience(audience), burned=burned)
        refuse_too_large(target, bytes_wanted(inputs, choices))
        with stopped_in_order(), open_place(target, replaces=replaces) as place:
            _fill(settings, place, inputs, choices)
            _finish(database, place, inputs)
    seconds = time.monotonic() - began
    _report(place, inputs, seconds, as_json=as_json)


def _fill(settings: Settings, place: ExportPlace, inputs: ExportInputs, choices: ExportChoices) -> None:
    total = sum(len(release.inputs.items) for release in inputs.releases)
    is_public = inputs.audience is Audience.PUBLIC and settings.watch_url
    address = f"{settings.watch_url}{inputs.slug}/" if is_public else ""
    with Progress(*_COLUMNS, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Statements", total=total)
        ladder = read_ladder(settings.media.renditions_file)
        programs = build_programs(settings)
        writer = ExportWriter(build_store(settings), place, choices, lambda: bar.advance(task), ladder, programs)
        writer.write(inputs, made_on=datetime.now(UTC).date(), address=address)
    place.close()


def _finish(database: Database, place: ExportPlace, inputs: ExportInputs) -> None:
    """Ask once more whether all of it may be out, and put it in its place when that is recorded."""
    with database.begin() as db:
        finish_export(db, inputs, actor=SYSTEM, now=datetime.now(UTC))
    place.put()


def _languages(text: str) -> frozenset[str]:
    codes = frozenset(code.strip() for code in text.split(",") if code.strip())
    unknown = sorted(code for code in codes if not is_language(code))
    if unknown:
        raise WrongUsage(f"“{unknown[0]}” is no language code. Name them like en,fr.")
    return codes


def _report(place: ExportPlace, inputs: ExportInputs, seconds: float, *, as_json: bool) -> None:
    sizes = dict(place.output.sizes)
    whole = place.target.stat().st_size if is_zip(place.target) else sum(sizes.values())
    if is_zip(place.target):
        sizes[place.target.name] = whole
    for path in (path for path, size in sizes.items() if size > LARGEST_FILE):
        click.echo(f"“{path}” is larger than 4 GB: a stick with FAT32 does not take it, one with exFAT does.", err=True)
    facts = {
        "to": str(place.target),
        "countries": [release.inputs.country_code for release in inputs.releases],
        "not_published": list(inputs.not_published),
        "files": len(place.output.sizes) + 1,
        "bytes": whole,
        "seconds": round(seconds, 1),
    }
    words = f"{facts['files']} files, {whole / 1e6:,.1f} MB, are in {place.target}."
    if inputs.not_published:
        words += f" Not published: {', '.join(inputs.not_published)}."
    say(facts, words, as_json=as_json)
