"""Title cards: every script, every length of name, never cut, and streams that join those of the statements."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from config.settings import MediaSettings
from pipeline.domain.errors import WrongUsage
from pipeline.media.card_layout import SIZE, draw_card, paragraphs
from pipeline.media.card_style import contrast, parse_card_style, read_card_style
from pipeline.media.cards import CardMaking, CardText, draw_text, encode_card
from pipeline.media.fonts import face_for, is_right_to_left_text, script_of
from pipeline.media.metadata import find_metadata
from tests.fixtures.encoded import media_file, pictures, samples
from tests.fixtures.packages import make_package

STYLE = read_card_style(MediaSettings().card_style_file)
TEXT = CardText("Malawi", "36th session", "Grace Banda", "Centre for Human Rights", "Freedom of expression", "en")


def ink(picture) -> np.ndarray:
    """Where something is drawn."""
    return (np.asarray(picture).astype(int) - STYLE.background != 0).any(axis=2)


def stack(**texts):
    names = ("session", "country", "speaker", "organisation", "theme", "language")
    return paragraphs(**{name: texts.get(name, "") for name in names})


NAMES = {
    "short": "Ed",
    "accents": "Hélène d’Arçon-Ŵéber",
    "arabic": "د. ليلى محمد الفيتوري (LOHR) 2020",
    "thaana": "އައިޝަތު ނާޒިމް",
    "cyrillic": "Батбаяр Цэцэгмаа Өнөр",
    "very long": "María Fernanda de los Ángeles Rodríguez-Villanueva y Echeverría del Castillo " * 4,
    "one word": "X" * 300,
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_kind_stay_inside_the_margins(name):
    drawn = ink(draw_card(stack(speaker=NAMES[name], organisation=NAMES[name], theme=NAMES[name]), STYLE).picture)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert rows.size
    assert rows[0] >= 40
    assert rows[-1] < SIZE[1] - 40
    assert columns[0] >= 80
    assert columns[-1] < SIZE[0] - 80


def test_longer_texts_leave_more_ink_and_none_is_dropped():
    words = [f"word{number}" for number in range(60)]
    amounts = [ink(draw_card(stack(theme=" ".join(words[:n])), STYLE).picture).sum() for n in (5, 10, 20)]
    assert amounts == sorted(amounts)


def test_texts_are_centred_whatever_their_direction():
    for text in ("Grace Banda", "ليلى الفيتوري"):
        columns = np.flatnonzero(ink(draw_card(stack(speaker=text), STYLE).picture).any(axis=0))
        assert columns[0] + columns[-1] == pytest.approx(SIZE[0], abs=18)


def test_words_of_a_right_to_left_text_run_from_the_right():
    """The first word of an Arabic text stands at the right, a Latin one after it to its left."""
    mixed = ink(draw_card(stack(speaker="الم LLLLLLLL"), STYLE).picture)
    columns = np.flatnonzero(mixed.any(axis=0))
    left, right = mixed[:, columns[0] : columns[0] + 90], mixed[:, columns[-1] - 90 : columns[-1]]
    # Eight upright Ls rise higher and more evenly than three joined Arabic letters.
    assert left.any(axis=1).sum() != right.any(axis=1).sum()
    assert is_right_to_left_text("الم LLLLLLLL")
    assert not is_right_to_left_text("LLLL الم")


@pytest.mark.parametrize(
    ("text", "script"),
    [("Grace", "LATIN"), ("ليلى", "ARABIC"), ("އައި", "THAANA"), ("Хүний", "CYRILLIC"), ("2020", "LATIN"), ("", "LATIN")],
)
def test_scripts_are_known_by_their_letters(text, script):
    assert script_of(text) == script


@pytest.mark.parametrize("text", ["Grace", "ليلى", "އައިޝަތު", "Өнөр", "Ŵéber"])
@pytest.mark.parametrize("bold", [True, False])
def test_each_script_finds_a_font_that_has_it(text, bold):
    """Debian's fonts-noto-core and fonts-dejavu-core are part of the set-up."""
    face = face_for(text, 40, bold=bold)
    assert face.path
    empty = bytes(face.load().getmask("\U0010ffff"))
    assert all(bytes(face.load().getmask(letter)) != empty for letter in text)


def test_subtitles_are_told_after_the_language_spoken():
    spoken, told = (ink(draw_text(TEXT, STYLE, codes).picture) for codes in ((), ("ar", "es", "fr")))
    assert (spoken ^ told).any()
    rows = np.flatnonzero(told.any(axis=1))
    last = slice(rows[-1] - 40, rows[-1])
    assert told[last].sum() > 2 * spoken[last].sum(), "the last line is longer"


LEGIBLE = """
seconds = 3
[colours]
background = "#ffffff"
text = "#101010"
quiet = "#333333"
accent = "#aa0000"
"""


def test_a_house_has_its_own_colours_length_and_emblem(tmp_path):
    Image.new("RGBA", (400, 200), (0, 90, 40, 255)).save(tmp_path / "emblem.png")
    style = parse_card_style(f'{LEGIBLE}[emblem]\nfile = "emblem.png"\nheight = 120\n', tmp_path)
    picture = np.asarray(draw_text(TEXT, style).picture).astype(int)
    assert tuple(picture[0, 0]) == (255, 255, 255)
    emblem = (picture == (0, 90, 40)).all(axis=2)
    rows, columns = np.flatnonzero(emblem.any(axis=1)), np.flatnonzero(emblem.any(axis=0))
    assert len(rows) == pytest.approx(120, abs=2)
    assert columns[0] + columns[-1] == pytest.approx(SIZE[0], abs=2)
    below = (picture < 80).all(axis=2)
    assert np.flatnonzero(below.any(axis=1))[0] > rows[-1], "texts begin below the emblem"
    assert style.to_json() != STYLE.to_json()
    Image.new("RGBA", (400, 200), (0, 91, 40, 255)).save(tmp_path / "emblem.png")
    again = parse_card_style(f'{LEGIBLE}[emblem]\nfile = "emblem.png"\nheight = 120\n', tmp_path)
    assert again.to_json() != style.to_json(), "another emblem is another card"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("seconds = 3", "seconds = 0.1", "seconds must be a number from 1.5 to 15"),
        ("seconds = 3", "seconds = true", "seconds must be a number"),
        ('"#101010"', '"black"', "colours.text must be a colour such as"),
        ('text = "#101010"', "", "colours.text must be"),
        ('"#333333"', '"#999999"', "colours.quiet cannot be read .* contrast is 2.8"),
        ("[colours]", "[colors]", "colors is not known; the file holds colours, emblem, seconds"),
        ("accent", 'font = "x"\naccent', "colours.font is not known"),
        ('"#aa0000"', '"#aa0000', "not valid TOML"),
        ("[colours]", '[emblem]\nfile = "none.png"\nheight = 90\n[colours]', "none.png.* cannot be read: No such file"),
        ("[colours]", '[emblem]\nfile = "text.png"\nheight = 90\n[colours]', "no PNG, JPEG or WebP picture"),
        (
            "[colours]",
            '[emblem]\nfile = "text.png"\nheight = 9\n[colours]',
            "emblem.height must be a number from 24 to 320",
        ),
    ],
)
def test_a_style_that_cannot_be_is_refused_by_its_key(old, new, told, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    style = tmp_path / "style.toml"
    style.write_text(LEGIBLE.replace(old, new, 1))
    with pytest.raises(WrongUsage, match=told) as caught:
        read_card_style(style)
    assert str(style) in str(caught.value)


def test_a_missing_style_is_named():
    with pytest.raises(WrongUsage, match=r"none\.toml.*cannot be read"):
        read_card_style(Path("none.toml"))


def test_contrast_is_that_of_wcag():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_texts_differ_in_their_fingerprints_alone_by_words():
    assert TEXT.to_json() == CardText(**TEXT.to_json()).to_json()


@pytest.fixture(scope="module")
def card(media_programs, small_ladder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    making = CardMaking(small_ladder, replace(STYLE, seconds=2.0))
    return folder, encode_card(TEXT, making, out_dir=folder, programs=media_programs)


def test_a_card_joins_a_statement(card, tmp_path):
    _, package = card
    statement = make_package(tmp_path / "statement", seconds=2)
    assert [(v.name, v.codecs, v.width, v.height) for v in package.videos] == [
        (v.name, v.codecs, v.width, v.height) for v in statement.videos
    ]
    assert (package.audio.name, package.audio.codecs, package.audio.channels) == ("audio", "mp4a.40.2", 2)


def test_a_card_is_as_long_as_asked_and_silent(card):
    folder, package = card
    assert package.duration_seconds == 2.0
    assert package.audio.duration_seconds == pytest.approx(2.0, abs=0.001)
    assert abs(samples(media_file(folder, package.audio))).max() < 1e-4


def test_a_card_fades_in_moves_and_fades_out(card):
    folder, package = card
    frames = pictures(media_file(folder, package.videos[-1]), 320, 180).astype(int)
    brightest = frames.max(axis=(1, 2, 3))
    assert len(frames) == 50
    assert brightest[0] < 90
    assert brightest[25] > 200
    assert brightest[-1] < 130
    left, top = (place // 6 for place in draw_text(TEXT, STYLE).rule_at)
    beginnings = [frame[top - 1 : top + 3, left : left + 8].mean() for frame in (frames[14], frames[35])]
    assert beginnings[0] + 5 < beginnings[1]


def test_a_card_shows_its_text(card):
    folder, package = card
    shown = pictures(media_file(folder, package.videos[-1]), *SIZE)[25].astype(int)
    drawn = np.asarray(draw_text(TEXT, STYLE).picture).astype(int)
    assert np.corrcoef(shown.ravel(), drawn.ravel())[0, 1] > 0.9


def test_a_card_leaves_nothing_but_its_package(card):
    folder, package = card
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {*package.media_uris(), "package.json"} <= files
    assert not [name for name in files if name.startswith(("card/", "encoding/"))]
    assert all(find_metadata(folder / uri) == [] for uri in package.media_uris())
