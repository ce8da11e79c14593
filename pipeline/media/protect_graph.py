"""The graphs that hide a person: looking for faces, and writing the recording anew without what is to be hidden."""

from fractions import Fraction
from typing import Any

import ffmpeg

from pipeline.media.decoding import begins_with_what_is_read
from pipeline.media.encode_plan import SAMPLE_RATE
from pipeline.media.encoders import threads
from pipeline.media.face_masks import MASK_FORMAT, MASK_SIZE
from pipeline.media.faces import Box
from pipeline.media.graph import PROGRESS, Recipe, arguments_of, open_source, sound_of
from pipeline.media.house_picture import house_picture
from pipeline.media.levels import Levels
from pipeline.media.measuring import measuring_outputs
from pipeline.media.sniff import Container
from pipeline.media.voice import VoiceChange, altered

_LOOK_SIDE = 400
LOOKS_PER_SECOND = Fraction(5)

PROTECTED_FILE = "protected.mkv"

_FACE_CELLS = 4
"""So many patches of colour across a face with its margins, whatever its size: nobody is known by them."""

_MARGINED = 1.9
_FEWEST_CELLS, _MOST_CELLS = 4, 24
_WHOLE_CELLS = 10
_BLENDED_PICTURES = 9
"""Patches change slowly, so that moving pictures tell no more than one does."""

_NEAR_LOSSLESS = {"c:v": "libx264", "preset": "ultrafast", "crf": 12, "maxrate": 24_000_000, "bufsize": 24_000_000}
_NO_GAIN = Levels(0.0)


def look_size(recipe: Recipe) -> tuple[int, int]:
    """Width and height of the pictures that are looked at; their longer side is the same in any shape."""
    width, height = _fitted_size(recipe)
    longer = max(width, height)
    return max(2, round(_LOOK_SIDE * width / longer)), max(2, round(_LOOK_SIDE * height / longer))


def place_of_picture(recipe: Recipe) -> Box:
    """Where the picture lies on its 16:9 canvas. Its edges there are taken for faces, so that it is looked at alone."""
    top, (width, height) = recipe.plan.ladder.videos[-1], _fitted_size(recipe)
    share_x, share_y = width / top.width, height / top.height
    return Box((1 - share_x) / 2, (1 - share_y) / 2, share_x, share_y)


def _fitted_size(recipe: Recipe) -> tuple[int, int]:
    """What the house form makes of the picture's size."""
    top, shape = recipe.plan.ladder.videos[-1], recipe.video.width / recipe.video.height
    return 2 * round(min(top.width, top.height * shape) / 2), 2 * round(min(top.height, top.width / shape) / 2)


def looking_arguments(recipe: Recipe) -> list[str]:
    """Arguments that write small grey pictures of the house form to stdout, `LOOKS_PER_SECOND`, one after the other."""
    opened = open_source(recipe)
    picture = house_picture(opened[str(recipe.video.index)], recipe.video, recipe.plan, recipe.programs)
    few = picture.filter("fps", fps=str(LOOKS_PER_SECOND)).filter("crop", *_fitted_size(recipe))
    small = few.filter("scale", *look_size(recipe), flags="area")
    looks = ffmpeg.output(small.filter("format", "gray"), "pipe:1", f="rawvideo")
    audio = recipe.report.audio
    beside = []
    if audio is not None and begins_with_what_is_read(Container(recipe.report.container)):
        beside.append(ffmpeg.output(opened[str(audio.index)], "-", c="copy", f="null"))
    return ["-loglevel", "error", *PROGRESS, *arguments_of([looks, *beside])]


def hiding_arguments(
    recipe: Recipe, *, face_width: float | None, is_whole: bool, voice: VoiceChange | None
) -> list[str]:
    """Arguments that write `PROTECTED_FILE`: the whole recording in its house form, nearly without loss.

    `face_width`, as a share of the picture's, is given where masks for every picture come on stdin; `is_whole` blurs
    all of every picture. Every picture, as it was, gives a line on stdout for `PictureReader`.
    """
    opened = open_source(recipe)
    decoded = opened[str(recipe.video.index)].filter_multi_output("split", 2)
    picture = house_picture(decoded[0], recipe.video, recipe.plan, recipe.programs)
    if is_whole:
        picture = _blurred(picture, recipe, _WHOLE_CELLS)
    elif face_width is not None:
        picture = _masked(picture, recipe, _cells(face_width))
    sound = sound_of(opened, recipe, _NO_GAIN)
    if voice is not None and recipe.report.audio is not None:
        sound = altered(sound, voice, recipe.programs).filter("apad").filter("atrim", end_sample=recipe.plan.samples)
    written = ffmpeg.output(
        picture,
        sound,
        f"file:{PROTECTED_FILE}",
        **_NEAR_LOSSLESS,
        **threads(recipe.programs),
        **{"g": 50, "c:a": "pcm_f32le", "ar": SAMPLE_RATE, "map_metadata": -1, "map_chapters": -1, "f": "matroska"},
    )
    return ["-loglevel", "repeat+level+warning", *PROGRESS, *arguments_of([*measuring_outputs(decoded[1]), written])]


def _cells(face_width: float) -> int:
    """Patches across the whole picture, so that the largest face has few."""
    if face_width <= 0:
        return _WHOLE_CELLS
    return max(_FEWEST_CELLS, min(_MOST_CELLS, round(_FACE_CELLS / (face_width * _MARGINED))))


def _masked(picture: Any, recipe: Recipe, cells: int) -> Any:
    """The picture where the mask is black, patches where it is white."""
    top = recipe.plan.ladder.videos[-1]
    both = picture.filter_multi_output("split", 2)
    masks = ffmpeg.input(
        "pipe:0",
        **{
            "f": "rawvideo",
            "pixel_format": MASK_FORMAT,
            "video_size": MASK_SIZE,
            "framerate": str(recipe.plan.rate),
        },
    )
    mask = masks.video.filter("scale", top.width, top.height, flags="bilinear").filter("setsar", 1)
    return ffmpeg.filter([both[0], _blurred(both[1], recipe, cells), mask], "maskedmerge")


def _blurred(picture: Any, recipe: Recipe, cells: int) -> Any:
    """The picture as a few patches of colour: what was between them is gone, no filter brings it back."""
    top = recipe.plan.ladder.videos[-1]
    rows = max(3, round(cells * 9 / 16))
    small = picture.filter("scale", cells, rows, flags="area").filter("tmix", frames=_BLENDED_PICTURES)
    return small.filter("scale", top.width, top.height, flags="bilinear").filter("setsar", 1)
