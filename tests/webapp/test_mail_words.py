"""The words of mails: in each language, whole, and neutral where somebody may look over a shoulder."""

from datetime import date

import pytest

from pipeline.domain.languages import SPEAKER_LANGUAGES
from pipeline.domain.mails import WITH_LINK, Letter, MailKind
from webapp.wording.days import long_day
from webapp.wording.mails import TranslatedMails

LINK = "https://portal.example/s/token?lang=xx"
ASK = "https://portal.example/link/?lang=xx"


def letter(kind: MailKind, language: str, name: str = "Ana Ṣafīr") -> Letter:
    has_link = kind in WITH_LINK
    return Letter(
        kind=kind,
        language=language,
        name=name,
        ask_address=ASK,
        link=LINK if has_link else "",
        link_until=date(2026, 11, 30) if has_link else None,
        hand_in_until=date(2026, 10, 8),
    )


@pytest.mark.parametrize("language", SPEAKER_LANGUAGES)
@pytest.mark.parametrize("kind", list(MailKind))
def test_a_mail_is_whole_in_each_language(kind: MailKind, language: str) -> None:
    written = TranslatedMails().write(letter(kind, language))
    lines = written.text.splitlines()
    assert "Ana Ṣafīr" in lines[0]
    assert ASK in lines
    assert (LINK in lines) is (kind in WITH_LINK)
    assert "%(" not in written.text + written.subject
    assert "None" not in written.text
    assert "\n\n\n" not in written.text
    english = TranslatedMails().write(letter(kind, "en"))
    if language != "en":
        assert written.subject != english.subject
        assert not set(filter(None, written.text.splitlines())) & set(filter(None, english.text.splitlines())) - {
            ASK,
            LINK,
        }


@pytest.mark.parametrize("language", SPEAKER_LANGUAGES)
def test_subjects_tell_nothing_to_who_looks_over_a_shoulder(language: str) -> None:
    telling = ("UPR", "EPU", "ЮПР", "ONU", "ООН", "UN ", "rights", "droits", "derechos", "прав", "حقوق", "statement")
    subjects = {TranslatedMails().write(letter(kind, language)).subject for kind in MailKind}
    assert len(subjects) <= 4, "news of every kind look alike"
    for subject in subjects:
        assert not any(word in subject for word in telling), subject
        assert "\n" not in subject


@pytest.mark.parametrize(("language", "words"), [("ru", "30 ноября 2026 года."), ("ar", "30 نوفمبر 2026.")])
def test_a_day_ends_a_sentence_well(language: str, words: str) -> None:
    written = TranslatedMails().write(letter(MailKind.INVITATION, language))
    assert words in written.text
    assert ".." not in written.text


def test_the_first_of_a_month_is_the_first_in_french() -> None:
    assert long_day(date(2026, 12, 1), "fr") == "1er décembre 2026"


def test_a_language_that_we_do_not_speak_is_written_in_english() -> None:
    writer = TranslatedMails()
    assert writer.write(letter(MailKind.RECEIVED, "mn")) == writer.write(letter(MailKind.RECEIVED, "en"))


def test_a_name_is_a_name_and_no_template() -> None:
    written = TranslatedMails().write(letter(MailKind.RECEIVED, "en", name="{{ 7*7 }} %(name)s <b>"))
    assert "{{ 7*7 }} %(name)s <b>" in written.text
