"""A published country of six statements of full length, in a folder."""

from dataclasses import replace
from pathlib import Path

from bench.stage import Stage
from pipeline.captions.cues import Cue
from pipeline.domain.errors import FinalError
from pipeline.domain.limits import Limit
from pipeline.domain.packages import Package
from pipeline.domain.tokens import new_name
from pipeline.media.encode import encode_recording
from pipeline.media.intake import inspect_recording
from pipeline.media.ladder import Ladder
from pipeline.site.player_assets import read_player_assets
from pipeline.site.publishing import write_release
from pipeline.site.release import build_release
from pipeline.site.release_values import CountryRelease, PublishedMedia, StatementInRelease
from pipeline.storage.attributes import content_type_of
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix, site_prefix

STATEMENTS = 6
_CARD_SECONDS = 4
_CUE_SECONDS = 4
_LINE = "Two years ago the ministry sent travelling offices to forty villages in the north."


def publish_country(stage: Stage) -> Path:
    """The country's published folder. Its two lowest qualities are enough: playing begins with the lowest."""
    store, root = _new_store(stage)
    ladder = replace(stage.ladder, videos=stage.ladder.videos[:2])
    card = _media(store, stage, ladder, _CARD_SECONDS)
    card = replace(card, package=replace(card.package, storyboard=None))
    media = _media(store, stage, ladder, stage.long_seconds)
    places = [_statement(position, media, card) for position in range(1, STATEMENTS + 1)]
    release = CountryRelease("36", "MW", "36th session", new_name(), places)
    write_release(store, build_release(release, read_player_assets()))
    return root / site_prefix("36", "MW")


def _new_store(stage: Stage) -> tuple[FolderStore, Path]:
    root = stage.fresh("watching")
    return FolderStore(root), root


def _media(store: FolderStore, stage: Stage, ladder: Ladder, seconds: int) -> PublishedMedia:
    folder, prefix = stage.fresh("package"), package_prefix(new_name())
    package = _encoded(stage, ladder, stage.clip(seconds), folder)
    for uri in package.media_uris():
        store.put_file(prefix + uri, folder / uri, content_type=content_type_of(uri))
    return PublishedMedia(package, prefix, new_name())


def _encoded(stage: Stage, ladder: Ladder, clip: Path, folder: Path) -> Package:
    report = inspect_recording(clip, limit=Limit(1, 3600), programs=stage.programs, work_dir=stage.fresh("inspecting"))
    package = encode_recording(clip, report, ladder=ladder, out_dir=folder, programs=stage.programs).package
    if package is None:
        raise FinalError("The bench's own recording was refused.")
    return package


def _statement(position: int, media: PublishedMedia, card: PublishedMedia) -> StatementInRelease:
    seconds = int(media.package.duration_seconds)
    cues = [Cue(start, start + _CUE_SECONDS - 0.1, _LINE) for start in range(0, seconds - _CUE_SECONDS, _CUE_SECONDS)]
    return StatementInRelease(
        position=position,
        media=media,
        card=card,
        organisation=f"Organisation {position}",
        speaker=None,
        theme="Birth registration",
        language="en",
        subtitles={language: cues for language in ("en", "fr", "es")},
        text="\n\n".join([_LINE * 4] * (seconds // 30)),
        recommendations=(_LINE, _LINE),
    )
