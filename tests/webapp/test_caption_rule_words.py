"""Every rule for subtitles has its sentence in each language of the staff, with its values."""

import re

import pytest
from flask import Flask

from pipeline.captions.complaints import SENTENCES, CaptionRule, Complaint
from webapp.i18n import written_in
from webapp.wording.caption_rules import complaint_words, rule_texts


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_rule_is_told_with_its_values(portal: Flask, language: str) -> None:
    with portal.test_request_context(), written_in(language):
        texts = rule_texts()
    assert {rule: names_in(text) for rule, text in texts.items()} == {
        rule.value: names_in(sentence) for rule, sentence in SENTENCES.items()
    }
    same = [rule for rule, text in texts.items() if text == SENTENCES[CaptionRule(rule)]]
    assert same == (list(texts) if language == "en" else []), "English is the command's, others are translated"


def test_values_are_written_as_the_reader_writes_them(portal: Flask) -> None:
    complaint = Complaint(CaptionRule.TOO_FAST, 0, {"speed": 23.01, "limit": 20})
    with portal.test_request_context(), written_in("fr"):
        assert complaint_words(complaint).startswith(
            "23,1 caractères par seconde, c’est trop rapide à lire, 20 au plus."
        )
    assert complaint.sentence.startswith("23.1 characters a second")
