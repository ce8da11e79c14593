"""Bring the sound to its loudness: listen to what the gain and the limiter make of it, correct, listen again."""

from pipeline.media.encode_runs import EncodeRuns, explain_failure
from pipeline.media.graph import Recipe, evening_arguments, listening_arguments, relistening_arguments, sound_arguments
from pipeline.media.levels import Heard, HeardReader, Levels, corrected, distance, first_levels, is_deep

_ROUNDS = 4
_BOLDNESS = (1.0, 1.0, 0.7, 0.5)
"""Of one correction after the other; nearly every sound needs none."""


def even_out(recipe: Recipe, runs: EncodeRuns) -> None:
    """Bring a sound whose form changes on the way to one form, in the working folder; others are taken as they are."""
    if recipe.report.audio and recipe.report.audio.changes_form:
        result = runs.run(evening_arguments(recipe))
        if result.returncode != 0:
            raise explain_failure(result)


def find_levels(recipe: Recipe, runs: EncodeRuns) -> Levels:
    """Levels for the encode. Where the limiter will take much, the sound is listened to behind it beforehand."""
    audio, loudness = recipe.report.audio, recipe.plan.ladder.loudness
    if audio is None:
        return Levels(0.0)
    levels = first_levels(audio, loudness)
    if not is_deep(levels, audio):
        return levels
    for _ in range(_ROUNDS):
        better = corrected(levels, _listen(listening_arguments(recipe, levels), runs), loudness)
        if better is None:
            break
        levels = better
    return levels


def correct_sound(recipe: Recipe, levels: Levels, runs: EncodeRuns) -> None:
    """Listen to the encoded sound, and make it anew where it missed its loudness or its highest peak."""
    if recipe.report.audio is None:
        return
    loudness = recipe.plan.ladder.loudness
    tried: list[tuple[float, Levels]] = []
    for boldness in _BOLDNESS:
        heard = _listen(relistening_arguments(recipe.plan), runs)
        tried.append((distance(heard, loudness), levels))
        better = corrected(levels, heard, loudness, boldness=boldness)
        if better is None:
            return
        levels = better
        _make_sound(recipe, levels, runs)
    tried.append((distance(_listen(relistening_arguments(recipe.plan), runs), loudness), levels))
    best = min(tried, key=lambda attempt: attempt[0])[1]
    if best != levels:
        _make_sound(recipe, best, runs)


def _make_sound(recipe: Recipe, levels: Levels, runs: EncodeRuns) -> None:
    result = runs.run(sound_arguments(recipe, levels))
    if result.returncode != 0:
        raise explain_failure(result)


def _listen(arguments: list[str], runs: EncodeRuns) -> Heard:
    reader = HeardReader()
    result = runs.run(arguments, on_stderr_line=reader.take)
    if result.returncode != 0:
        raise explain_failure(result)
    return reader.heard
