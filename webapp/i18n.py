"""The reader's language, chosen by link, by cookie, or by the browser's wish.

Speakers are offered all languages of `SPEAKER_LANGUAGES`; screens of staff speak those of `INTERFACE_LANGUAGES`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_interval, format_time
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, force_locale, get_locale, get_timezone
from flask_babel import refresh as refresh_translations

from config.settings import Settings
from pipeline.domain.languages import (
    INTERFACE_LANGUAGES,
    SPEAKER_LANGUAGES,
    country_name,
    is_right_to_left,
    language_name,
    own_language_name,
)
from webapp.access import ROLES_OF, Rule, rule_of
from webapp.wording.days import long_day

_COOKIE = "language"
_KEPT = timedelta(days=365)
_EXTENSION = "presession-babel"

_STAFFS_DOOR = ("sign_in.show", "sign_in.submit", "second_step.", "staff_keys.", "openid.", "api.")
"""Open to everybody, but only staff have business there."""

_LOCALES = {"en": "en_GB"}
"""Manner of writing dates and numbers, where it is not that of the bare language: the United Nations' English."""


def init_i18n(app: Flask, settings: Settings) -> None:
    """Choose a language for every request and offer names in it to the templates."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.extensions[_EXTENSION] = Babel(app, locale_selector=_select_locale, default_timezone=settings.web.time_zone)
    app.after_request(_keep_choice)
    app.add_template_filter(day_words, "day")
    app.add_template_filter(long_day_words, "long_day")
    app.add_template_filter(moment_words, "moment")
    app.template_global("days")(days_words)
    app.add_template_filter(country_name_for_reader, "country_name")
    app.add_template_filter(language_name_for_reader, "language_name")
    app.context_processor(
        lambda: {
            "reader_language": reader_language(),
            "reading_direction": "rtl" if is_right_to_left(reader_language()) else "ltr",
            "interface_languages": [(code, own_language_name(code)) for code in offered_languages()],
        }
    )


def offered_languages() -> tuple[str, ...]:
    """Languages in which this request can be answered: fewer where only staff read."""
    return INTERFACE_LANGUAGES if _is_for_staff() else SPEAKER_LANGUAGES


def reader_language() -> str:
    """Code of the language in which this request is answered."""
    locale: Locale | None = get_locale()
    return locale.language if locale is not None else INTERFACE_LANGUAGES[0]


def reader_locale() -> Locale:
    """Locale in which dates and numbers of this request are written."""
    return get_locale() or Locale.parse(_LOCALES["en"])


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Texts in the block are in this language, whatever the reader's; for words that are sent to somebody else."""
    with force_locale(_LOCALES.get(language, language)):
        yield


def day_words(day: date) -> str:
    """A day: `9 Oct 2020`."""
    return str(format_date(day, "medium", locale=reader_locale()))


def long_day_words(day: date) -> str:
    """A day for a sentence, the month in full: `9 October 2020`."""
    return long_day(day, reader_language())


def days_words(first: date, last: date) -> str:
    """From a day to a day: `6–9 Oct 2020`."""
    return str(format_interval(first, last, "yMMMd", locale=reader_locale()))


def moment_words(moment: datetime) -> str:
    """A point in time, in the portal's zone: `9 Oct 2020, 14:05`."""
    here = moment.astimezone(get_timezone())
    comma = "،" if reader_language() == "ar" else ","
    return f"{day_words(here)}{comma} {format_time(here, 'short', locale=reader_locale())}"


def clock_words(moment: datetime | None) -> str:
    """A time of a day near, in the portal's zone: `14:05`; with its day when that is not today."""
    if moment is None:
        return ""
    here, today = moment.astimezone(get_timezone()), datetime.now(get_timezone()).date()
    return str(format_time(here, "short", locale=reader_locale())) if here.date() == today else moment_words(moment)


def choose_language(code: str) -> bool:
    """Keep this language for the reader, from this answer on; False when it is not one we speak here."""
    if code not in offered_languages():
        return False
    g.chosen_language = code
    refresh_translations()
    return True


def suggest_language(code: str) -> None:
    """Answer in this language, and keep it, as long as the reader has not chosen one."""
    if request.cookies.get(_cookie_name()) not in offered_languages() and "chosen_language" not in g:
        choose_language(code)


def country_name_for_reader(code: str) -> str:
    """A country's name in the reader's language."""
    return country_name(code, reader_language())


def language_name_for_reader(code: str) -> str:
    """A language's name in the reader's language."""
    return language_name(code, reader_language())


def _select_locale() -> str:
    language = _select_language()
    return _LOCALES.get(language, language)


def _select_language() -> str:
    offered = offered_languages()
    from_link = request.args.get("lang", "")
    if from_link in offered:
        g.chosen_language = from_link
    chosen = g.get("chosen_language") or request.cookies.get(_cookie_name(), "")
    if chosen in offered:
        return str(chosen)
    return request.accept_languages.best_match(offered) or offered[0]


def _cookie_name() -> str:
    """Over TLS a name that browsers take from this very host alone."""
    return f"__Host-{_COOKIE}" if request.is_secure else _COOKIE


def _is_for_staff() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return False
    is_for_script = rule_of(view) in {Rule.MONITOR, Rule.TOKEN, Rule.ADMINISTRATOR_TOKEN}
    return is_for_script or str(request.endpoint).startswith(_STAFFS_DOOR) or rule_of(view) in ROLES_OF


def _keep_choice(response: Response) -> Response:
    chosen = g.get("chosen_language")
    if chosen:
        secure = bool(request.is_secure)
        response.set_cookie(_cookie_name(), chosen, max_age=_KEPT, secure=secure, httponly=True, samesite="Lax")
    return response
