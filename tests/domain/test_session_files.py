"""Session files: the shipped facts, and a wrong file refused with file, line or key, and what is expected."""

import re
from datetime import date
from pathlib import Path

import pytest

from config.settings import CONFIG_DIR
from pipeline.domain.errors import ExitCode, WrongUsage
from pipeline.domain.languages import country_name
from pipeline.domain.limits import Limit
from pipeline.domain.pre_sessions import MAX_PANELISTS, CountryPlan, SpeakerKind, SpeakerPlan
from pipeline.domain.session_files import SessionFileWrong, parse_session_file, read_session_file

GOOD = """
slug = "41"
title = "Pre-sessions of the 41st session"
starts_on = 2022-08-29
ends_on = 2022-09-02
is_confirmed = true
place = "Geneva"
applications_until = 2022-05-01
limit = "5:00-7:00"
tolerance_seconds = 5
subtitle_languages = ["en", "fr"]

[[country]]
code = "MW"

[[country]]
code = "HN"
applications_until = 2022-06-01

[[country.speaker]]
name = "Ana Prueba"
organisation = "Foro de Ejemplo"
kind = "nhri"
language = "es"
theme = "Access to water"

[[country.speaker]]
name = "Luis Muestra"
organisation = "Red de Ejemplo"
kind = "cso"
language = "es"
"""


def parse(text: str):
    return parse_session_file(text.encode(), "41.toml")


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) >= 1, old
    return GOOD.replace(old, new, 1)


def test_reads_dates_limit_and_panels_in_order():
    plan = parse(GOOD)
    assert (plan.slug, plan.starts_on, plan.is_confirmed) == ("41", date(2022, 8, 29), True)
    assert plan.limit == Limit(300, 420, 5)
    assert plan.subtitle_languages == ("en", "fr")
    assert plan.countries[0] == CountryPlan("MW")
    assert plan.countries[1].applications_until == date(2022, 6, 1)
    assert plan.countries[1].speakers == (
        SpeakerPlan("Ana Prueba", "Foro de Ejemplo", SpeakerKind.NHRI, "es", "Access to water"),
        SpeakerPlan("Luis Muestra", "Red de Ejemplo", SpeakerKind.CSO, "es"),
    )


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        (changed('slug = "41"\n', ""), "slug", "is missing"),
        (changed('"41"', '"Session 41"'), "slug", "small letters, digits and dashes"),
        (changed('"41"', "41"), "slug", "expected a text in quotes, found a number"),
        (changed('"Pre-sessions of the 41st session"', '""'), "title", "found an empty one"),
        (changed("41st session", "41st \\u0007 session"), "title", "one line of at most 200 characters"),
        (changed("starts_on", "start_on"), "start_on", "Did you mean “starts_on”?"),
        (changed("place", "xyz"), "xyz", "Known here: applications_until, country"),
        (changed("2022-08-29", '"2022-08-29"'), "starts_on", "a date without quotes, like 2020-10-06"),
        (changed("2022-08-29", "2022-08-29T10:00:00"), "starts_on", "without a time of day"),
        (changed("2022-09-02", "2022-08-01"), "ends_on", "2022-08-29 (starts_on) or later"),
        (changed("true", '"yes"'), "is_confirmed", "true or false"),
        (changed('"5:00-7:00"', '"seven minutes"'), "limit", "for example 5:00-7:00"),
        (changed('"5:00-7:00"', '"7:00-5:00"'), "limit", "from a shorter to a longer time"),
        (changed('"5:00-7:00"', "7"), "limit", "expected a text in quotes"),
        (changed("tolerance_seconds = 5", "tolerance_seconds = -1"), "tolerance_seconds", "zero or more"),
        (changed("tolerance_seconds = 5", "tolerance_seconds = true"), "tolerance_seconds", "zero or more"),
        (changed('"en", "fr"', '"en", "english"'), "subtitle_languages[2]", "found “english”"),
        (changed('"en", "fr"', '"en", "en"'), "subtitle_languages[2]", "listed twice"),
        (changed('"en", "fr"', "1"), "subtitle_languages[1]", "found a number"),
        (changed('"MW"', '"Malawi"'), "country[1].code", "like MW for Malawi"),
        (changed('"HN"', '"MW"'), "country[2].code", "MW is listed twice"),
        (changed('code = "MW"', 'code = "MW"\ndeadline = 2022-06-01'), "country[1].deadline", "no such key"),
        (changed('"nhri"', '"ngo"'), "country[2].speaker[1].kind", "one of cso, nhri, coalition; found “ngo”"),
        (changed('language = "es"', 'language = "xx"'), "country[2].speaker[1].language", "found “xx”"),
        (changed('language = "es"', 'langauge = "es"'), "country[2].speaker[1].langauge", "“language”"),
        (changed('organisation = "Foro de Ejemplo"\n', ""), "country[2].speaker[1].organisation", "missing"),
        (
            changed("Luis Muestra", "Ana Prueba").replace("Red", "Foro"),
            "country[2].speaker[2].name",
            "listed twice",
        ),
        (changed('[[country]]\ncode = "MW"', "").replace("[[country", "[[land"), "land", "“country”|Known here"),
        (re.sub(r"\n\[\[country(.|\n)*", '\ncountry = ["MW"]\n', GOOD), "country[1]", "[[country]]"),
        (re.sub(r"\n\[\[country(.|\n)*", '\ncountry = "MW"\n', GOOD), "country", "[[country]]"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key_and_what_is_expected(text, place, expected):
    with pytest.raises(SessionFileWrong) as refusal:
        parse(text)
    assert refusal.value.place == place
    assert str(refusal.value).startswith(f"41.toml, {place}: ")
    assert any(part in str(refusal.value) for part in expected.split("|"))


def test_wrong_toml_is_refused_with_its_line():
    with pytest.raises(SessionFileWrong, match=r"41\.toml, line 4, column \d+: .*expected TOML"):
        parse(changed("starts_on = ", "starts_on "))


def test_a_file_that_breaks_off_says_so():
    with pytest.raises(SessionFileWrong, match=r"41\.toml, at its end"):
        parse(GOOD + 'kind = "')


def test_text_that_is_not_utf8_is_refused_with_its_line():
    with pytest.raises(SessionFileWrong, match="line 3: expected UTF-8"):
        parse_session_file(GOOD.encode().replace(b"41st", b"41\xb0"), "41.toml")


def test_a_wrong_file_is_wrong_usage_for_the_shell():
    assert SessionFileWrong("f", "p", "x").exit_code is ExitCode.USAGE


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(WrongUsage, match=r"nowhere\.toml cannot be read"):
        read_session_file(tmp_path / "nowhere.toml")


COUNTRIES = {
    "26": "",
    "29": "BS BB BW BI FR IL LI LU ML ME RO RS TO AE",
    "35": "AM GD GN GW GY KE KI KW KG LA LS ES SE TR",
    "36": "AD BY BG HR HN JM LR LY MW MV MH MN PA US",
}
DATES = {
    "26": (date(2016, 10, 5), date(2016, 10, 7), True, None),
    "29": (date(2017, 12, 12), date(2017, 12, 15), False, None),
    "35": (date(2019, 12, 10), date(2019, 12, 13), True, date(2019, 7, 7)),
    "36": (date(2020, 10, 6), date(2020, 10, 9), False, date(2020, 1, 31)),
}


@pytest.mark.parametrize("number", COUNTRIES)
def test_the_shipped_sessions_state_the_published_facts(number: str):
    plan = read_session_file(CONFIG_DIR / "sessions" / f"{number}.toml")
    assert plan.slug == number
    assert [country.code for country in plan.countries] == COUNTRIES[number].split()
    assert (plan.starts_on, plan.ends_on, plan.is_confirmed, plan.applications_until) == DATES[number]
    longest = 480 if number == "26" else 420
    assert (plan.limit.min_seconds, plan.limit.max_seconds) == (300, longest)


def test_four_countries_of_session_36_had_more_time():
    plan = read_session_file(CONFIG_DIR / "sessions" / "36.toml")
    extended = {c.code for c in plan.countries if c.applications_until == date(2020, 5, 20)}
    assert extended == {"BG", "HR", "MV", "MH"}
    assert plan.place == "Virtual"


def test_country_names_come_in_the_readers_language():
    plan = read_session_file(CONFIG_DIR / "sessions" / "29.toml")
    assert country_name(plan.countries[-1].code, "fr") == "Émirats arabes unis"


def test_the_demo_session_has_three_countries_and_one_full_panel():
    plan = read_session_file(CONFIG_DIR / "sessions" / "demo.toml")
    sizes = [len(country.speakers) for country in plan.countries]
    assert len(sizes) == 3
    assert sum(sizes) >= 7
    assert max(sizes) == MAX_PANELISTS
    assert {s.language for country in plan.countries for s in country.speakers} == {"en", "fr", "es"}
    assert (plan.limit.min_seconds, plan.limit.max_seconds) == (20, 40)


def test_the_file_that_the_documentation_shows_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
    shown = page.partition("### A session's file")[2].partition("```toml\n")[2].partition("```")[0]
    plan = parse_session_file(shown.encode(), "operating.md")
    assert plan.countries[0].speakers[0].email == "thandiwe@example.org"
