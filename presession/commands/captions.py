"""`presession captions`: what is to be said of one file of subtitles, without a server."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pipeline.captions.complaints import Complaint, Weight
from pipeline.captions.lint import Source, lint_cues
from pipeline.captions.work_cues import WorkCue
from pipeline.domain.errors import ExitCode, WrongUsage
from pipeline.domain.languages import is_language
from pipeline.domain.limits import parse_clock
from pipeline.domain.sheets import SheetKind
from presession.commands.captions_drafts import document, draft, recognise
from presession.commands.captions_films import burn
from presession.commands.captions_sheets import align, list_captions
from presession.recording_options import json_option
from presession.subtitle_options import read_subtitle_files, subtitle_encoding_option

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group(
    epilog="""\b
Example:
  presession captions lint statement.fr.vtt --kind transcript"""
)
def captions() -> None:
    """Check files of subtitles against the rules that the editor has; say how those of a session stand."""


captions.add_command(list_captions)
captions.add_command(align)
captions.add_command(draft)
captions.add_command(recognise)
captions.add_command(document)
captions.add_command(burn)


def _duration(_ctx: click.Context, _param: click.Parameter, text: str | None) -> float | None:
    if text is None:
        return None
    whole, _point, rest = text.partition(".")
    try:
        return parse_clock(whole) + (float(f"0.{rest}") if rest.isdecimal() else 0)
    except WrongUsage as error:
        raise click.BadParameter(str(error)) from error


@captions.command(
    epilog="""\b
Examples:
  presession captions lint statement.en.vtt
  presession captions lint statement.en.srt --source statement.fr.vtt --duration 6:05
  presession captions lint words.vtt --language fr --kind transcript --json

\b
Exit codes: 0 nothing that has to be mended, 3 something has, 2 wrong usage, 1 our fault."""
)
@click.argument("path", metavar="FILE", type=_FILE)
@click.option("--language", help="Language of the subtitles. Default: from the file's name, as in statement.fr.vtt.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in SheetKind]),
    default=SheetKind.INTERPRETATION.value,
    show_default=True,
    help="The words spoken are only warned about for their speed.",
)
@click.option("--source", type=_FILE, help="Subtitles of the words spoken, to compare numbers and names.")
@click.option("--source-language", help="Their language. Default: from the file's name.")
@click.option("--duration", callback=_duration, help="Length of the recording, as 6:05 or in seconds.")
@subtitle_encoding_option()
@json_option()
@click.pass_context
def lint(
    ctx: click.Context,
    path: Path,
    *,
    language: str | None,
    kind: str,
    source: Path | None,
    source_language: str | None,
    duration: float | None,
    encodings: dict[str, str],
    as_json: bool,
) -> None:
    """Say what is wrong with a file of subtitles, where, and what to do.

    Lines and where they break, reading speed, length, gaps, overlaps, the recording's end, and with --source numbers
    and names that differ. What is marked “stop” has to be mended, what is marked “warn” can stand.
    """
    code = _language_of(path, language, "--language")
    cues = _read(path, code, encodings)
    spoken = None
    if source is not None:
        source_code = _language_of(source, source_language, "--source-language")
        spoken = Source(_read(source, source_code, encodings), source_code)
    complaints = lint_cues(cues, code, SheetKind(kind), duration_seconds=duration, source=spoken)
    if as_json:
        click.echo(json.dumps(_report(cues, complaints, code, kind), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(path, cues, complaints)))
    ctx.exit(ExitCode.REFUSED if _weights(complaints)[Weight.STOP] else ExitCode.OK)


def _language_of(path: Path, given: str | None, option: str) -> str:
    code = given or path.stem.rpartition(".")[2]
    if given and not is_language(given):
        raise WrongUsage(f"“{given}” is no language. Write its code, for example {option} fr.")
    if not is_language(code):
        raise WrongUsage(f"Say in which language “{path.name}” is, for example {option} fr.")
    return code


def _read(path: Path, language: str, encodings: dict[str, str]) -> list[WorkCue]:
    file = read_subtitle_files({language: path}, encodings)[language]
    return [WorkCue.of(cue) for cue in file.read()]


def _weights(complaints: Sequence[Complaint]) -> Counter[Weight]:
    return Counter(complaint.weight for complaint in complaints)


def _report(cues: Sequence[WorkCue], complaints: Sequence[Complaint], language: str, kind: str) -> dict[str, object]:
    weights = _weights(complaints)
    return {
        "language": language,
        "kind": kind,
        "cues": len(cues),
        "cues_with_complaints": len({complaint.cue for complaint in complaints}),
        "stops": weights[Weight.STOP],
        "warnings": weights[Weight.WARN],
        "complaints": [
            {
                "cue": complaint.cue + 1,
                "start_seconds": cues[complaint.cue].start_ms / 1000,
                "end_seconds": cues[complaint.cue].end_ms / 1000,
                "rule": complaint.rule.value,
                "weight": complaint.weight.value,
                "values": dict(complaint.values),
                "sentence": complaint.sentence,
            }
            for complaint in complaints
        ],
    }


def _lines(path: Path, cues: Sequence[WorkCue], complaints: Sequence[Complaint]) -> Iterator[str]:
    weights = _weights(complaints)
    told = f"{weights[Weight.STOP]} to mend, {weights[Weight.WARN]} to look at" if complaints else "nothing to say"
    yield f"{path.name} (subtitles: {len(cues)}): {told}."
    for complaint in complaints:
        mark = click.style(complaint.weight.value, fg="red" if complaint.weight is Weight.STOP else "yellow")
        yield f"{complaint.cue + 1:>4}  {_clock(cues[complaint.cue].start_ms)}  {mark}  {complaint.sentence}"


def _clock(moment_ms: int) -> str:
    seconds, rest = divmod(moment_ms, 1000)
    return f"{seconds // 60:>3}:{seconds % 60:02d}.{rest:03d}"
