"""The encode as one ffmpeg graph, built with ffmpeg-python: one decode, and everything that is made of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from pipeline.media.decoding import begins_with_what_is_read
from pipeline.media.encode_plan import SAMPLE_RATE, EncodePlan
from pipeline.media.encoders import SCALER, aac_options, av1_options, h264_options, threads
from pipeline.media.house_picture import house_picture
from pipeline.media.house_sound import house_sound, silence
from pipeline.media.ladder import ModernRung, VideoRung
from pipeline.media.levels import Levels
from pipeline.media.measuring import DECODING, measuring_outputs
from pipeline.media.programs import MediaPrograms, file_url, guarded_options
from pipeline.media.report import IntakeReport, VideoFacts
from pipeline.media.segments import PRIMING_SAMPLES
from pipeline.media.sniff import Container
from pipeline.media.storyboard import TILE, StoryboardPlan, plan_storyboard

POSTER_EVERY_SECONDS = 2
POSTER_CANDIDATES = 8
POSTER_FILES = "poster-*.ppm"
STORYBOARD_FILE = "storyboard.ppm"
_POSTER_WIDTH = 1280
_EVEN_SOUND = "even.nut"

PROGRESS: tuple[str, ...] = ("-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:2")


@dataclass(frozen=True)
class Recipe:
    """All that a graph is built from: an accepted recording and what is made of it."""

    source: Path
    report: IntakeReport
    plan: EncodePlan
    programs: MediaPrograms

    @property
    def video(self) -> VideoFacts:
        """The picture, which every accepted recording has."""
        assert self.report.video is not None  # noqa: S101
        return self.report.video


def encode_arguments(recipe: Recipe, levels: Levels) -> list[str]:
    """Arguments of the whole encode.

    In its working folder it leaves `NAME.mp4` for every rendition, in fragments, `poster-N.ppm` for candidates and
    `storyboard.ppm`. Every decoded picture gives a line on stdout for `PictureReader`; progress goes to stderr.
    """
    opened = open_source(recipe)
    decoded = opened[str(recipe.video.index)].filter_multi_output("split", 2)
    picture = house_picture(decoded[0], recipe.video, recipe.plan, recipe.programs)
    outputs = [*measuring_outputs(decoded[1]), *_picture_outputs(picture, recipe.plan, recipe.programs)]
    outputs.append(_sound_rendition(opened, recipe, levels))
    return ["-loglevel", "repeat+level+warning", *PROGRESS, *arguments_of(outputs)]


def evening_arguments(recipe: Recipe) -> list[str]:
    """Arguments that write the sound in one form, its times kept, where the recording's own changes on the way:
    filters that begin anew there would forget where they were.
    """
    audio = recipe.report.audio
    assert audio is not None  # noqa: S101 - only a sound changes
    options = guarded_options(Container(recipe.report.container))
    opened = ffmpeg.input(file_url(recipe.source), **options, **threads(recipe.programs))
    even = opened[str(audio.index)].filter("aresample", SAMPLE_RATE).filter("aformat", channel_layouts="stereo")
    written = ffmpeg.output(even, f"file:{_EVEN_SOUND}", **{"c:a": "pcm_f32le", "f": "nut"})
    return ["-loglevel", "error", *PROGRESS, *arguments_of([written, *_beside(opened, recipe)])]


def sound_arguments(recipe: Recipe, levels: Levels) -> list[str]:
    """Arguments that make the sound's rendition alone, anew."""
    opened = open_source(recipe)
    return [
        "-loglevel",
        "error",
        *PROGRESS,
        *arguments_of([_sound_rendition(opened, recipe, levels), *_beside(opened, recipe)]),
    ]


def listening_arguments(recipe: Recipe, levels: Levels) -> list[str]:
    """Arguments that say on stderr how loud the sound will be before it is encoded, for `HeardReader`."""
    opened = open_source(recipe)
    heard = ffmpeg.output(_listened(sound_of(opened, recipe, levels)), "-", f="null")
    return ["-loglevel", "info", *PROGRESS, *arguments_of([heard, *_beside(opened, recipe)])]


def relistening_arguments(plan: EncodePlan) -> list[str]:
    """Arguments that say how loud the sound's rendition has become."""
    opened = ffmpeg.input(_target(plan.ladder.audio.name), f="mov")
    published = opened.filter("atrim", start_sample=PRIMING_SAMPLES)
    return ["-loglevel", "info", *PROGRESS, *arguments_of([ffmpeg.output(_listened(published), "-", f="null")])]


def arguments_of(outputs: list[Any]) -> list[str]:
    """Arguments of ffmpeg for all outputs of one graph."""
    arguments: list[str] = ffmpeg.merge_outputs(*outputs).get_args(overwrite_output=True)
    return arguments


def open_source(recipe: Recipe) -> Any:
    """The recording, opened with every guard, its pictures decoded so that they can be measured."""
    return ffmpeg.input(file_url(recipe.source), **guarded_options(Container(recipe.report.container)), **DECODING)


def sound_of(opened: Any, recipe: Recipe, levels: Levels) -> Any:
    """The sound in its house form; silence where the recording has none."""
    audio = recipe.report.audio
    if audio is None:
        return silence(recipe.plan)
    stream = opened[str(audio.index)]
    if audio.changes_form:
        # A file that is read alone begins at zero; this one is put back to where its sound began.
        stream = ffmpeg.input(f"file:{_EVEN_SOUND}", f="nut", itsoffset=f"{audio.start_seconds:.6f}")
    return house_sound(stream, audio, recipe.plan, levels)


def _sound_rendition(opened: Any, recipe: Recipe, levels: Levels) -> Any:
    audio = recipe.plan.ladder.audio
    return _rendition(sound_of(opened, recipe, levels), audio.name, aac_options(audio.rate))


def _listened(sound: Any) -> Any:
    return sound.filter("ebur128", peak="true", framelog="verbose")


def _beside(opened: Any, recipe: Recipe) -> list[Any]:
    """The picture, read but not decoded, where it decides when the file's timeline begins."""
    if not begins_with_what_is_read(Container(recipe.report.container)):
        return []
    return [ffmpeg.output(opened[str(recipe.video.index)], "-", c="copy", f="null")]


def _picture_outputs(picture: Any, plan: EncodePlan, programs: MediaPrograms) -> list[Any]:
    """A cascade: each rung is scaled from the one above; some give images as well."""
    outputs: list[Any] = []
    poster = _poster_rung(plan)
    for rung in reversed(plan.ladder.videos):
        is_top, is_lowest = rung is plan.ladder.videos[-1], rung is plan.ladder.videos[0]
        if not is_top:
            picture = _scaled(picture, rung)
        modern = _modern_rung(rung, plan)
        uses = 1 + (not is_lowest) + (rung is poster) + is_lowest + (modern is not None)
        split = picture.filter_multi_output("split", uses)
        branches = iter(range(uses))
        outputs.append(_rendition(split[next(branches)], rung.name, h264_options(rung, plan, programs)))
        if modern:
            outputs.append(_rendition(split[next(branches)], modern.name, av1_options(modern, plan, programs)))
        if rung is poster:
            outputs.append(_poster_output(split[next(branches)], plan))
        if is_lowest:
            outputs.append(_storyboard_output(split[next(branches)], plan_storyboard(plan)))
        else:
            picture = split[next(branches)]
    return outputs


def _scaled(picture: Any, rung: VideoRung) -> Any:
    """A smaller canvas. Sides that are not exactly 16:9 must not make pixels that are not square."""
    small = picture.filter("scale", rung.width, rung.height, flags=SCALER)
    return small.filter("format", "yuv420p").filter("setsar", 1)


def _poster_rung(plan: EncodePlan) -> VideoRung:
    """The largest that is not too large for a poster."""
    fitting = [rung for rung in plan.ladder.videos if rung.width <= _POSTER_WIDTH]
    return fitting[-1] if fitting else plan.ladder.videos[0]


def _modern_rung(rung: VideoRung, plan: EncodePlan) -> ModernRung | None:
    modern = plan.ladder.modern
    return next((each for each in modern.videos if each.like == rung.name), None) if modern else None


def _rendition(stream: Any, name: str, options: dict[str, Any]) -> Any:
    return ffmpeg.output(stream, _target(name), **options)


def _target(name: str) -> str:
    return f"file:{name}.mp4"


def _poster_output(stream: Any, plan: EncodePlan) -> Any:
    every = max(1, min(round(plan.rate * POSTER_EVERY_SECONDS), plan.frames // 3))
    picked = stream.filter("select", f"eq(mod(n,{every}),{every // 2})")
    return _image_output(picked, POSTER_FILES.replace("*", "%d"), POSTER_CANDIDATES)


def _storyboard_output(stream: Any, storyboard: StoryboardPlan) -> Any:
    small = stream.filter("select", storyboard.picked).filter("scale", *TILE, flags="area")
    tiled = small.filter("tile", f"{storyboard.columns}x{storyboard.rows}", nb_frames=storyboard.tiles)
    return _image_output(tiled, STORYBOARD_FILE, 1)


def _image_output(stream: Any, pattern: str, images: int) -> Any:
    """Bare pixels: cheap to write, and nothing but pixels to read."""
    options = {"frames:v": images, "fps_mode": "passthrough", "c:v": "ppm", "pix_fmt": "rgb24", "f": "image2"}
    if images == 1:
        options["update"] = 1
    return ffmpeg.output(stream, f"file:{pattern}", **options)
