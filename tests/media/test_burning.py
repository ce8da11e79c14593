"""A film with subtitles in the picture: words are seen while their cue lasts, in every script, as large as asked."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from pipeline.captions.cues import Cue
from pipeline.captions.substation_writing import Look, write_substation
from pipeline.domain.burning import BurnSize
from pipeline.media.burning import burn_in
from pipeline.media.caption_fonts import caption_fonts, has_font_for
from pipeline.media.programs import MediaPrograms
from tests.fixtures.encoded import pictures, probe

SIZE = (640, 360)


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> tuple[Path, Path]:
    """Two seconds of a dark picture, and a tone, as our renditions are: one stream each."""
    folder = tmp_path_factory.mktemp("sources")
    kinds = (
        ("picture.mp4", "color=navy:s=640x360:r=5:d=2", ("-c:v", "libx264", "-preset", "ultrafast")),
        ("sound.mp4", "sine=d=2", ("-c:a", "aac")),
    )
    for name, source, codec in kinds:
        command = ("ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", source, *codec, str(folder / name))
        subprocess.run(command, check=True)
    return folder / "picture.mp4", folder / "sound.mp4"


def frames(sources: tuple[Path, Path], folder: Path, text: str, language: str, size: float = 0.06):
    """The pictures in which a text stands for a second, and letters for which there was no font."""
    fonts = caption_fonts([text], language)
    look = Look(fonts.family, round(SIZE[1] * size), *SIZE, fonts.leading, fonts.others)
    words = write_substation([Cue(0, 1, text)], look)
    film = burn_in(*sources, words, fonts=fonts.files, out_dir=folder, seconds=2, programs=MediaPrograms())
    streams = probe(film.path, "stream=codec_name,codec_type,width")["streams"]
    assert [stream["codec_name"] for stream in streams] == ["h264", "aac"]
    return pictures(film.path, *SIZE), film.missing


def burn(sources: tuple[Path, Path], folder: Path, text: str, language: str = "en", size: float = 0.06) -> np.ndarray:
    """How many pixels of each picture are as light as the words."""
    shown, missing = frames(sources, folder, text, language, size)
    assert missing == ()
    return (shown.min(axis=3) > 150).sum(axis=(1, 2))


@pytest.mark.slow
def test_words_are_in_the_picture_while_their_cue_lasts_and_as_large_as_asked_for(sources, tmp_path):
    seen = [burn(sources, tmp_path / size, "Human rights", size=size.share) for size in BurnSize]
    for light in seen:
        assert light[1] > 30
        assert light[-1] == 0
    assert seen[0][1] < seen[1][1] < seen[2][1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Права (12)"),
        ("ar", "الإنسان (12)"),
        ("dv", "އިންސާނީ (12)"),
        ("zh", "人权捍卫者 (12)"),
        ("hi", "रक्षकों (12)"),
    ],
)
def test_words_of_a_script_are_drawn_joined_and_as_large_as_others(sources, tmp_path, language, text):
    assert all(has_font_for(word) for word in text.split())
    number = burn(sources, tmp_path / "number", "(12)")[1]
    word = burn(sources, tmp_path / "word", text.split()[0], language)[1]
    assert word > 30
    assert burn(sources, tmp_path / "both", text, language)[1] == pytest.approx(word + number, rel=0.15)


@pytest.mark.slow
def test_letters_without_a_font_are_told_of(sources, tmp_path):
    _, missing = frames(sources, tmp_path / "film", "Water \U0001f4a7\u200d \U0010fffd", "en")
    assert missing == ("\U0001f4a7", "\U0010fffd")


def test_fonts_are_those_of_the_words():
    families = {language: caption_fonts([text], language).family for language, text in (("fr", "été"), ("dv", "ދިވެހި"))}
    assert families == {"fr": "Noto Sans", "dv": "Noto Sans Thaana"}
    assert len(caption_fonts(["été ދިވެހި"], "dv").files) == 2
