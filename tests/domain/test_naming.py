"""A name is found in a text however it is written, and common words are not taken for one."""

import pytest

from pipeline.domain.naming import says_name

NAME = "María José Núñez"


@pytest.mark.parametrize(
    "text",
    [
        "I am María José Núñez.",
        "I am MARIA JOSE",
        "Núñez, María",
        "maria nunez",
        "Maria J. Nunez",
        "María\nNúñez",
        "Mari\u0301a-Jose\u0301",
        "Mar\u00adía Nu\u200bñez",
    ],
)
def test_it_is_found(text: str) -> None:
    assert says_name(text, NAME)


@pytest.mark.parametrize(
    "text", ["", "María speaks.", "The María and the Núñez families", "Mariana Nunezville", "J. M."]
)
def test_a_part_alone_says_nothing(text: str) -> None:
    assert not says_name(text, NAME)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("أنا ليلى حسن من جنيف", "ليلى حسن"),
        ("Меня зовут Анна Иванова", "Анна Иванова"),
        ("Said Ama.", "Ama"),
        ("我叫王小明。", "王小明"),
        ("ผมชื่อสมชายครับ", "สมชาย"),
    ],
)
def test_in_any_script_and_of_one_word(text: str, name: str) -> None:
    assert says_name(text, name)
