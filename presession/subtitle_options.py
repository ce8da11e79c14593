"""Options for the language spoken and for files of subtitles, and what the files hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from pipeline.captions.cues import Cue
from pipeline.captions.encodings import ENCODINGS
from pipeline.captions.reading import read_subtitles
from pipeline.captions.refusals import LARGEST_FILE_BYTES, SubtitleProblem, SubtitlesRefused
from pipeline.domain.errors import InputRefused
from pipeline.domain.languages import is_language
from presession.options import Decorator


@dataclass(frozen=True)
class SubtitleFile:
    """One file as it was given; without `encoding` it has to be Unicode."""

    data: bytes
    encoding: str | None = None

    def read(self, duration_seconds: float | None = None) -> Sequence[Cue]:
        """Its cues; raises `SubtitlesRefused`."""
        return read_subtitles(self.data, duration_seconds=duration_seconds, encoding=self.encoding)


def _read_bytes(path: Path) -> bytes:
    """A file that is too large is read no further than shows that it is."""
    with path.open("rb") as file:
        return file.read(LARGEST_FILE_BYTES + 1)


def read_subtitle_files(paths: Mapping[str, Path], encodings: Mapping[str, str]) -> dict[str, SubtitleFile]:
    """The files by language; raises `InputRefused` for one that cannot be read, whatever its recording's length."""
    files = {code: SubtitleFile(_read_bytes(path), encodings.get(code)) for code, path in paths.items()}
    for code, file in files.items():
        try:
            file.read()
        except SubtitlesRefused as refused:
            raise InputRefused(f"{paths[code]}: {refused}{_advice(code, refused)}") from refused
    return files


def _advice(code: str, refused: SubtitlesRefused) -> str:
    asked = refused.code is SubtitleProblem.UNKNOWN_ENCODING
    return f" Name it with --subtitle-encoding {code}=NAME." if asked else ""


def language_option() -> Decorator:
    """`--language CODE`."""
    return click.option("--language", default="en", show_default=True, callback=_language, help="Language spoken.")


def subtitles_option() -> Decorator:
    """`--subtitles LANGUAGE=FILE`, several times."""
    return click.option(
        "--subtitles",
        "subtitle_files",
        metavar="LANGUAGE=FILE",
        multiple=True,
        callback=_files,
        help="Subtitles (WebVTT, SubRip, TTML, ASS); may be given several times.",
    )


def subtitle_encoding_option() -> Decorator:
    """`--subtitle-encoding LANGUAGE=NAME`, several times."""
    return click.option(
        "--subtitle-encoding",
        "encodings",
        metavar="LANGUAGE=NAME",
        multiple=True,
        callback=_encodings,
        help="How to read subtitles that are not Unicode, for example ru=cp1251; asked for where it is needed.",
    )


def _language(_ctx: click.Context, _param: click.Parameter, code: str) -> str:
    if not is_language(code):
        raise click.BadParameter(f"“{code}” is not a language code. Write it like fr, mn or zh-Hant.")
    return code


def _files(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, Path]:
    files = {code: Path(name) for code, name in _by_language(ctx, param, values, "FILE, for example en=statement.vtt")}
    for path in files.values():
        if not path.is_file():
            raise click.BadParameter(f"The file of subtitles “{path}” does not exist.")
    return files


def _encodings(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    names = dict(_by_language(ctx, param, values, "NAME, for example ru=cp1251"))
    for name in names.values():
        if name not in ENCODINGS:
            raise click.BadParameter(f"“{name}” is not one of {', '.join(ENCODINGS)}.")
    return names


def _by_language(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...], form: str
) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for value in values:
        code, equals, name = value.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"“{value}” is not LANGUAGE={form}.")
        if _language(ctx, param, code) in dict(pairs):
            raise click.BadParameter(f"“{code}” is named twice.")
        pairs.append((code, name))
    return pairs
