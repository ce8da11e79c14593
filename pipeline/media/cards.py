"""Title cards: a few seconds before each statement, in the same renditions and codecs, so that the two join."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.domain.errors import RetryableError
from pipeline.domain.languages import own_language_name
from pipeline.domain.packages import Package
from pipeline.media.card_layout import RULE_SIZE, SIZE, Drawing, draw_card, paragraphs
from pipeline.media.card_style import CardStyle
from pipeline.media.encode import encode_recording
from pipeline.media.encode_runs import refuse_no_room
from pipeline.media.ladder import Ladder
from pipeline.media.programs import MediaPrograms, file_url
from pipeline.media.report import IntakeReport, VideoFacts
from pipeline.media.sniff import Container
from pipeline.processes import run_program

CARD_VERSION = 4
"""Grows whenever the same text, languages, style and ladder could give other bytes."""

_RATE = 25
_FADE_IN_SECONDS = 0.5
_FADE_OUT_SECONDS = 0.4
_RULE_SECONDS = 1.2
_FILM_DEADLINE_SECONDS = 300


@dataclass(frozen=True)
class CardText:
    """What a card says, each in the words to be shown; `language` is the code of the language spoken, or empty."""

    country: str
    session: str
    speaker: str
    organisation: str
    theme: str
    language: str

    def to_json(self) -> dict[str, str]:
        """For fingerprints: another text is another card."""
        return asdict(self)


@dataclass(frozen=True)
class CardMaking:
    """How an installation makes its cards."""

    ladder: Ladder
    style: CardStyle


def encode_card(
    text: CardText, making: CardMaking, *, subtitles: Sequence[str] = (), out_dir: Path, programs: MediaPrograms
) -> Package:
    """Draw, animate and encode a card below `out_dir`, which should be fresh; silent stereo sound comes with it.

    `subtitles` are codes of languages, told after the language spoken.

    Raises what `encode_recording` raises.
    """
    film_dir = out_dir / "card"
    film_dir.mkdir(parents=True, exist_ok=True)
    film = film_dir / "card.mkv"
    _write_film(draw_text(text, making.style, subtitles), film, making.style, programs)
    report = _report(making.style.seconds)
    encoded = encode_recording(film, report, ladder=making.ladder, out_dir=out_dir, programs=programs)
    shutil.rmtree(film_dir)
    if encoded.package is None:
        # Its pictures are our own: what broke them lies outside.
        raise RetryableError("A title card's pictures came out broken.")
    # A card stands still: nobody looks for a place in it.
    return replace(encoded.package, storyboard=None)


def draw_text(text: CardText, style: CardStyle, subtitles: Sequence[str] = ()) -> Drawing:
    """The card as a still picture."""
    return draw_card(
        paragraphs(
            session=text.session,
            country=text.country,
            speaker=text.speaker,
            organisation=text.organisation,
            theme=text.theme,
            language=_shown_language(text.language),
            subtitles=_shown_subtitles(subtitles),
        ),
        style,
    )


def _shown_subtitles(codes: Sequence[str]) -> str:
    """Each language by its own name; “CC” is how players everywhere call subtitles."""
    return " · ".join(["CC", *(_shown_language(code) for code in codes)]) if codes else ""


def _shown_language(code: str) -> str:
    name = own_language_name(code) if code else ""
    return name[:1].upper() + name[1:]


def _write_film(drawing: Drawing, path: Path, style: CardStyle, programs: MediaPrograms) -> None:
    """A film without loss: only the encode that follows may cost quality. moviepy composes its pictures alone;
    the program that encodes them is ours to bound and to end.
    """
    # fmt: off
    command = [
        programs.ffmpeg, "-v", "error", "-nostdin",
        "-f", "rawvideo", "-pixel_format", "rgb24",
        "-video_size", f"{drawing.picture.width}x{drawing.picture.height}", "-framerate", str(_RATE),
        "-i", "pipe:0",
        "-c:v", "libx264rgb", "-preset", "ultrafast", "-qp", "0", file_url(path),
    ]
    # fmt: on
    result = run_program(
        command,
        deadline_seconds=_FILM_DEADLINE_SECONDS,
        memory_bytes=programs.memory_bytes,
        stdin=_compose(drawing, style),
    )
    refuse_no_room(result)
    if result.returncode != 0:
        raise RetryableError(f"A title card could not be drawn (status {result.returncode}): {result.last_words}")


def _compose(drawing: Drawing, style: CardStyle) -> Iterator[bytes]:
    """The card's pictures, one after the other, as RGB."""
    # moviepy takes a second to import; nothing but cards needs it.
    from moviepy import VideoClip, vfx  # noqa: PLC0415

    still = np.asarray(drawing.picture)
    left, top = drawing.rule_at
    middle = left + RULE_SIZE[0] // 2

    def frame(t: float) -> Any:
        """The accent grows from its middle to its full width with a soft end."""
        done = 1 - (1 - min(1.0, t / _RULE_SECONDS)) ** 3
        half = round(RULE_SIZE[0] * done / 2)
        picture = still.copy()
        picture[top : top + RULE_SIZE[1], middle - half : middle + half] = style.accent
        return picture

    fades = [
        vfx.FadeIn(_FADE_IN_SECONDS, initial_color=style.background),
        vfx.FadeOut(_FADE_OUT_SECONDS, final_color=style.background),
    ]
    film = VideoClip(frame, duration=style.seconds).with_effects(fades)
    for picture in film.iter_frames(fps=_RATE, dtype="uint8"):
        yield picture.tobytes()
    film.close()


def _report(seconds: float) -> IntakeReport:
    """What intake would say of our own film; it is not untrusted and needs no check."""
    width, height = SIZE
    return IntakeReport(
        findings=(),
        duration_seconds=seconds,
        container=Container.MATROSKA.demuxer,
        video=VideoFacts(
            index=0,
            codec="h264",
            width=width,
            height=height,
            frame_rate=_RATE,
            output_rate=str(_RATE),
            frames=round(seconds * _RATE),
            rotation=0,
            start_seconds=0.0,
            last_picture_seconds=1 / _RATE,
            is_interlaced=False,
            pixel_format="gbrp",
            transfer="",
            primaries="",
            matrix="gbr",
        ),
    )
