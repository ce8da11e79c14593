"""Finds when each line of a text is said in a recording, with espeak-ng, ffmpeg and numpy alone."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline.captions.alignment.belonging import judge
from pipeline.captions.alignment.confidence import doubts
from pipeline.captions.alignment.evidence import evidence, joined
from pipeline.captions.alignment.hearing import Heard, Streams, hear
from pipeline.captions.alignment.languages import is_in_another_language
from pipeline.captions.alignment.opinions import after_pause, form_opinion
from pipeline.captions.alignment.paths import best_path
from pipeline.captions.alignment.result import Alignment, Belonging, Line, Reason, Verdict
from pipeline.captions.alignment.spectra import spectra
from pipeline.captions.alignment.speech import runs_of_sound, seconds_of
from pipeline.captions.alignment.template import frames_and_pattern
from pipeline.captions.alignment.timing import silent_lines, timed_lines, unwritten_spans
from pipeline.captions.alignment.voices import Voice, read_lines, readable, voice_for
from pipeline.domain.sheets import DOUBTFUL
from pipeline.media.programs import MediaPrograms

_READINGS = (("", 175), ("+f2", 150))
"""Variants of the voice and words a minute of those who read; their opinions are weighed together."""

_LEAST_SPEECH_SECONDS = 0.5
_SIGNS_A_SECOND, _SPARE_SIGNS = 60, 500
_MOST_CELLS = 12_000_000
_FRAMES_A_SECOND = 25


def align_texts(
    recording: Path,
    texts: Sequence[str],
    language: str,
    work_dir: Path,
    programs: MediaPrograms | None = None,
    *,
    streams: Streams | None = None,
) -> Alignment:
    """When each of `texts` is said, which follow each other in the recording as in the text.

    `language` is the BCP-47 tag of what is spoken; programs run in `work_dir`. `streams` says which sound
    is meant, and with which picture its times begin; without them it is the first one. Time goes with the square of the
    length: a second and a half of computing a minute for seven minutes. A text that does not belong comes back refused.
    Raises `InputRefused` where the recording has no sound, `FinalError` when a program fails, `ProgramMissing`.
    """
    heard = hear(recording, streams, work_dir, programs or MediaPrograms())
    said = [readable(text) for text in texts]
    voiced = [number for number, text in enumerate(said) if text]
    refusal = _refusal(heard, [said[number] for number in voiced])
    if refusal is not None:
        return _refused(len(texts), refusal)
    voice = voice_for(language)
    found = _align(heard, [said[number] for number in voiced], voice)
    if found is None:
        return _refused(len(texts), Reason.NO_TEXT)
    belongs = _with_language(found.belongs, said, language, voice)
    lines = _spread(found.lines, voiced, len(texts))
    if belongs.reason in (Reason.WRONG_TEXT, Reason.WRONG_LANGUAGE):
        lines = tuple(replace(line, doubt=1.0, is_doubtful=True) for line in lines)
    return replace(found, lines=lines, belongs=belongs)


def _refusal(heard: Heard, said: Sequence[str]) -> Reason | None:
    """Why there is nothing to align: found out before anything is read aloud, however long the text is."""
    if not said:
        return Reason.NO_TEXT
    if seconds_of(heard.runs) < _LEAST_SPEECH_SECONDS:
        return Reason.NO_SPEECH
    if sum(map(len, said)) > _SIGNS_A_SECOND * heard.seconds + _SPARE_SIGNS:
        return Reason.HALF_RECORDING
    return Reason.TOO_LONG if heard.seconds * _FRAMES_A_SECOND * len(said) > _MOST_CELLS else None


def _align(heard: Heard, said: Sequence[str], voice: Voice) -> Alignment | None:
    """None where espeak-ng finds nothing to say in any line."""
    opinions = []
    for variant, speed in _READINGS:
        lines = [spectra(sound) for sound in read_lines(said, voice.name + variant, speed)]
        if not any(len(runs_of_sound(line).firsts) for line in lines):
            return None
        frames, pattern = frames_and_pattern(heard, lines)
        opinions.append(form_opinion(frames, pattern, heard.runs))
    scores = joined(opinions)
    path = best_path(scores)
    known = evidence(opinions, scores, path, frames, after_pause(frames, heard.runs))
    doubt = doubts(known, path)
    return Alignment(
        timed_lines(path, frames, heard.runs, doubt, DOUBTFUL),
        judge(opinions[-1], pattern, frames, heard.runs, path=path, is_doubtful=doubt >= DOUBTFUL),
        unwritten_spans(path, frames),
        voice.name,
    )


def _with_language(belongs: Belonging, said: Sequence[str], language: str, voice: Voice) -> Belonging:
    """The verdict with what is known of the text's language and of the voice's."""
    if is_in_another_language(" ".join(said), language):
        return replace(belongs, verdict=Verdict.REFUSED, reason=Reason.WRONG_LANGUAGE)
    if voice.is_approximate and belongs.verdict is not Verdict.REFUSED:
        return replace(belongs, verdict=Verdict.DOUBTFUL, reason=Reason.VOICE_APPROXIMATE)
    return belongs


def _refused(count: int, reason: Reason) -> Alignment:
    return Alignment(tuple(silent_lines(count)), Belonging(Verdict.REFUSED, reason))


def _spread(lines: Sequence[Line], voiced: Sequence[int], count: int) -> tuple[Line, ...]:
    """Lines that cannot be read aloud take the moment where the one before them ends."""
    places = np.searchsorted(voiced, np.arange(count), "right") - 1
    known = set(voiced)
    spread = []
    for number, place in enumerate(places):
        moment = lines[place].end_seconds if place >= 0 else lines[0].start_seconds
        spread.append(
            lines[place] if number in known else Line(moment, moment, is_spoken=False, doubt=1.0, is_doubtful=True)
        )
    return tuple(spread)
