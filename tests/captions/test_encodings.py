"""Files in code pages: never guessed, always asked about with readings that a person can tell apart."""

import time

import pytest

from pipeline.captions.encodings import ENCODINGS, MOST_READINGS, Reading, possible_readings
from pipeline.captions.mojibake import first_garbled_line
from pipeline.captions.reading import read_subtitles
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused
from pipeline.domain.errors import WrongUsage

SPOKEN = {
    "cp1252": "Mesdames et Messieurs, l’État a déposé son rapport à Genève : où ça ?",
    "cp1250": "Dziękuję bardzo, łączność i żółw",
    "cp1251": "Уважаемые дамы и господа, «права человека»",
    "cp1256": "السيد الرئيس، شكرا لكم",
    "cp1254": "Teşekkür ederim, sayın başkan, ığdır",
    "cp1253": "Κυρίες και κύριοι, ευχαριστώ",
    "cp1255": "שלום לכולם",
    "cp1257": "Ačiū už dėmesį, šalis",
    "cp1258": "Vi\u00ea\u0323t Nam",
    "cp874": "ขอบคุณท่านประธาน",
    "gb18030": "尊敬的主席先生，谢谢大家",
    "big5hkscs": "尊敬的主席先生，謝謝大家",
    "cp932": "議長、ありがとうございます",
    "euc_jp": "議長、ありがとうございます",
    "cp949": "존경하는 의장님 감사합니다",
    "koi8_r": "Уважаемые дамы и господа",
    "iso8859_2": "Príliš žltý kôň, ľad",
    "iso8859_5": "Уважаемые дамы и господа",
    "iso8859_6": "السيد الرئيس شكرا لكم",
    "iso8859_15": "L’œuvre coûte 5 €".replace("’", "'"),
    "iso8859_16": "Vă mulțumim, țară și",
    "mac_roman": "L’État a déposé son rapport à Genève",
    "cp866": "Уважаемые дамы и господа",
    "cp850": "L'Etat a déposé à Genève",
}


def subrip(*texts: str) -> str:
    return "\n".join(f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},500\n{text}\n" for n, text in enumerate(texts, 1))


def refusal(data: bytes, encoding: str | None = None) -> SubtitlesRefused:
    with pytest.raises(SubtitlesRefused) as caught:
        read_subtitles(data, encoding=encoding)
    return caught.value


def test_every_encoding_is_tried_here() -> None:
    assert set(SPOKEN) == set(ENCODINGS)


@pytest.mark.parametrize(("encoding", "spoken"), SPOKEN.items())
def test_the_right_reading_is_among_those_offered_and_can_be_chosen(encoding: str, spoken: str) -> None:
    data = subrip("Plain words", spoken).encode(encoding)
    refused = refusal(data)
    assert (refused.code, refused.values["line"]) == (SubtitleProblem.UNKNOWN_ENCODING, 7)
    readings = refused.values["readings"]
    right = [reading for reading in readings if reading.sample.rstrip("…") in spoken]
    assert right
    assert len(readings) <= MOST_READINGS
    assert len({reading.sample for reading in readings}) == len(readings)
    assert [cue.text for cue in read_subtitles(data, encoding=right[0].encoding)] == ["Plain words", spoken]
    assert right[0].sample in str(refused)


def test_encodings_in_which_a_file_reads_the_same_are_one_choice() -> None:
    (reading,) = refusal(subrip("Qué es").encode("cp1252")).values["readings"]
    assert reading == Reading("cp1252", "Western European", "Qué es")


def test_the_line_shown_is_one_in_which_the_readings_differ() -> None:
    """é is é in many code pages; ű is not."""
    refused = refusal(subrip("szépen", "gyűlés").encode("cp1250"))
    assert refused.values["line"] == 7


def test_samples_are_short_and_carry_nothing_that_turns_them() -> None:
    text = "x " * 500 + "שלום\u200f לכולם" + " y" * 500
    _, readings = possible_readings(subrip(text).encode("cp1255"))
    for reading in readings:
        assert len(reading.sample) <= 62
        assert "\u200f" not in reading.sample
    assert any("שלום לכולם" in reading.sample for reading in readings)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (subrip("été", "où").encode(), "cp1252"),
        (subrip("Привет").encode(), "cp1251"),
        (subrip("né le").encode("cp1252"), "cp932"),
        (subrip("x\x81y", "né").encode("latin-1"), "cp1252"),
    ],
)
def test_a_choice_that_cannot_be_right_is_refused(data: bytes, encoding: str) -> None:
    refused = refusal(data, encoding)
    assert (refused.code, refused.values["encoding"]) == (SubtitleProblem.WRONG_ENCODING, encoding)


def test_a_choice_is_not_needed_where_the_file_shows_its_encoding() -> None:
    for encoding in ("utf-16", "ascii"):
        assert read_subtitles(subrip("Hello").encode(encoding), encoding="cp1251")[0].text == "Hello"


def test_only_known_encodings_can_be_chosen() -> None:
    for name in ("rot13", "base64", "nonsense", "utf-7"):
        with pytest.raises(WrongUsage, match="no encoding that can be chosen"):
            read_subtitles(subrip("été").encode("cp1252"), encoding=name)


@pytest.mark.parametrize("code_page", ["cp1252", "latin-1", "cp1251", "cp1250", "mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("spoken", ["L’État a décidé", "Уважаемые дамы", "Größe “für” alle", "Dziękuję, łączność"])
def test_utf_8_that_was_read_as_a_code_page_is_noticed(code_page: str, spoken: str) -> None:
    damaged = "".join(bytes([byte]).decode(code_page, "ignore") or chr(byte) for byte in spoken.encode())
    assert first_garbled_line(["plain", damaged, "plain", damaged]) == 2
    assert refusal(subrip("plain", damaged, damaged).encode()).code == SubtitleProblem.DAMAGED_TEXT


@pytest.mark.parametrize("line", ["Il a dit : lâ€™Ã‰tat", "dÃ©posÃ©", "Ã©tÃ©", "“Yesâ€\x9d"])
def test_one_damaged_line_is_enough_where_nobody_could_mean_it(line: str) -> None:
    assert first_garbled_line(["proper été", line, "où ça"]) == 2


@pytest.mark.parametrize(
    "lines",
    [
        ["CAFÉ…"],
        ["«IRMû", "« LÂ »"],
        ["Él dijo «sí»", "¿Qué?", "AÇÃO", "não"],
        ["Ã", "Â", "â€"],
        ["Нет.", "«Да»", "№ 5", "ё"],
        ["50 € – 60 €", "5 °C", "±2 %"],
    ],
)
def test_what_people_write_is_not_taken_for_damage(lines: list[str]) -> None:
    assert first_garbled_line(lines) is None


@pytest.mark.parametrize(
    "text",
    ["été à Genève où ça\n" * 100_000, "é" * 1_900_000, "é\n" * 900_000, "ш" * 1_900_000, "\xff\xfe" * 900_000],
    ids=["words", "one line", "many lines", "letters", "noise"],
)
def test_large_files_are_asked_about_in_little_time(text: str) -> None:
    for encoding in ("cp1252", "cp1251"):
        data = b"00:00:01,000 --> 00:00:02,000\n" + text.encode(encoding, "ignore")
        begun = time.process_time()
        possible_readings(data)
        assert time.process_time() - begun < 3
