"""A translation server is asked at its own address alone; a bad answer is an error with the setting's name."""

import pytest

from pipeline.captions.drafts.faults import DraftingNotSetUp, PairNotOffered, TranslatorAnswerWrong, TranslatorAway
from pipeline.captions.drafts.libretranslate import LibreTranslateDrafter

TEXTS = ["We speak for the coalition.", "", "Thank you."]


def test_each_text_gets_its_own_and_empty_ones_are_not_sent(translation_server):
    drafter = LibreTranslateDrafter(f"{translation_server.url}/", api_key="of tests")
    translation_server.key = "of tests"
    assert drafter.translate(TEXTS, "en", "fr") == ["FR: WE SPEAK FOR THE COALITION.", "", "FR: THANK YOU."]
    assert [question["q"] for question in translation_server.asked] == [[TEXTS[0], TEXTS[2]]]
    assert drafter.route("en", "fr") == ("en", "fr")
    assert drafter.route("fr", "es") == ("fr", "en", "es")


def test_a_long_statement_goes_in_portions_and_comes_back_in_order(translation_server):
    texts = [f"Sentence {number}. " + "Word " * 50 for number in range(50)]
    made = LibreTranslateDrafter(translation_server.url).translate(texts, "en", "fr")
    assert [text.split()[2] for text in made] == [f"{number}." for number in range(50)]
    assert max(sum(map(len, question["q"])) for question in translation_server.asked) <= 2000


@pytest.mark.parametrize(
    ("manner", "error"),
    [
        ("busy", TranslatorAway),
        ("half", TranslatorAway),
        ("never", TranslatorAway),
        ("slowly", TranslatorAway),
        ("broken", TranslatorAnswerWrong),
        ("page", TranslatorAnswerWrong),
        ("few", TranslatorAnswerWrong),
        ("numbers", TranslatorAnswerWrong),
        ("long", TranslatorAnswerWrong),
        ("huge", TranslatorAnswerWrong),
        ("elsewhere", DraftingNotSetUp),
    ],
)
def test_a_bad_answer_is_an_error_that_names_the_setting_and_quotes_nothing(translation_server, manner, error):
    translation_server.manner = manner
    drafter = LibreTranslateDrafter(translation_server.url, seconds=0.4 if manner in {"never", "slowly"} else 30.0)
    with pytest.raises(error, match="PRESESSION_TRANSLATION__URL") as raised:
        drafter.translate(TEXTS, "en", "fr")
    assert "coalition" not in str(raised.value)
    assert translation_server.elsewhere == []


def test_a_wrong_key_a_pair_that_is_not_offered_and_a_server_that_is_not_there_are_told_apart(translation_server):
    translation_server.key = "another"
    with pytest.raises(DraftingNotSetUp, match="PRESESSION_TRANSLATION__API_KEY"):
        LibreTranslateDrafter(translation_server.url).translate(TEXTS, "en", "fr")
    with pytest.raises(PairNotOffered):
        LibreTranslateDrafter(translation_server.url).translate(TEXTS, "en", "mn")
    with pytest.raises(TranslatorAway):
        LibreTranslateDrafter("http://127.0.0.1:1").translate(TEXTS, "en", "fr")


def test_a_proxy_of_the_machine_is_not_used(translation_server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert LibreTranslateDrafter(translation_server.url).translate(["Yes."], "en", "fr") == ["FR: YES."]


@pytest.mark.parametrize(
    "address", ["translate.example.org", "ftp://translate.example.org", "http://", "http://a/?b=c"]
)
def test_what_is_no_address_is_refused_at_once(address):
    with pytest.raises(DraftingNotSetUp, match="PRESESSION_TRANSLATION__URL"):
        LibreTranslateDrafter(address)
