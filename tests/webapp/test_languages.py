"""Which language a reader gets, and how it is kept."""

import pytest

WORDS = {"en": "Sign in", "fr": "Se connecter", "es": "Iniciar sesión"}
GOODBYE = "/speaker/goodbye"


def _is_in(page: str, language: str) -> bool:
    return WORDS[language] in page and f'<html lang="{language}"' in page


@pytest.mark.parametrize(
    ("wish", "language"), [("fr-CH, fr;q=0.9, en;q=0.8", "fr"), ("es-MX", "es"), ("mn, ru;q=0.5", "en"), ("", "en")]
)
def test_the_browsers_wish_counts_first(visit, wish, language):
    assert _is_in(visit(language=wish).get("/sign-in").text, language)


def test_a_choice_is_kept_and_leads_back(visit):
    browser = visit()
    answer = browser.press("/sign-in", "/language", language="es")
    assert answer.location == "/sign-in"
    assert _is_in(browser.get("/sign-in").text, "es")


def test_a_link_can_name_the_language(visit):
    browser = visit()
    assert _is_in(browser.get("/sign-in?lang=fr").text, "fr")
    assert _is_in(browser.get("/sign-in").text, "fr")


@pytest.mark.parametrize("chosen", ["xx", "", "fr-FR", "../en"])
def test_an_unknown_language_is_refused(visit, chosen):
    assert visit().press("/sign-in", "/language", language=chosen).status_code == 400
    assert _is_in(visit().get(f"/sign-in?lang={chosen}").text, "en")


def test_choosing_a_language_never_leads_elsewhere(visit):
    answer = visit().press("/sign-in", "/language", language="fr", next="https://evil.example/")
    assert answer.location == "/"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ru", "ltr"), ("fr", "ltr")])
def test_speakers_pages_speak_more_languages_and_run_in_their_direction(visit, language, direction):
    browser = visit()
    answer = browser.press(GOODBYE, "/language", language=language, next=GOODBYE)
    assert answer.location == GOODBYE
    assert f'<html lang="{language}" dir="{direction}"' in browser.get(GOODBYE).text


def test_a_language_that_staff_screens_lack_is_not_used_or_offered_there(visit):
    browser = visit()
    assert 'lang="ar" dir="rtl"' in browser.get(f"{GOODBYE}?lang=ar").text
    signing_in = browser.get("/sign-in", headers={"Accept-Language": "fr"}).text
    assert _is_in(signing_in, "fr")
    assert 'value="ar"' not in signing_in
    assert 'value="ar"' in browser.get(GOODBYE).text
