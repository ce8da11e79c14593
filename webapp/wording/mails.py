"""Mails to speakers in words: a neutral subject, a short text. Country, title, file and organisation are never named.

Workers write mails too, and have no portal: so nothing here asks for a request.
"""

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, select_autoescape

from pipeline.domain.languages import INTERFACE_LANGUAGES, SPEAKER_LANGUAGES
from pipeline.domain.mails import KeyLetter, Letter, MailKind, NoticeLetter, WrittenMail
from webapp.wording.days import long_day, long_moment

_WEBAPP = Path(__file__).parents[1]

_EMPTY_LINES = re.compile(r"\n\s*\n")


class TranslatedMails:
    """Writes mails from the templates in `templates/mails`, in the languages of the translations."""

    def write(self, letter: Letter) -> WrittenMail:
        """Subject and text in the letter's language; English where it is none of a speaker's."""
        language = letter.language if letter.language in SPEAKER_LANGUAGES else SPEAKER_LANGUAGES[0]
        template = _templates(language).get_template(f"mails/{letter.kind.value}.txt")
        text = template.render(letter=letter)
        return WrittenMail(_subject(letter.kind, language), _without_gaps(text))

    def write_key(self, letter: KeyLetter) -> WrittenMail:
        """Subject and text in the letter's language; English where it is none of the portal's."""
        language = letter.language if letter.language in INTERFACE_LANGUAGES else INTERFACE_LANGUAGES[0]
        text = _templates(language).get_template(f"staff/mails/{letter.purpose.value}.txt").render(letter=letter)
        return WrittenMail(_translations(language).gettext("Your account"), _without_gaps(text))

    def write_notice(self, letter: NoticeLetter) -> WrittenMail:
        """Subject and text in the letter's language; English where it is none of the portal's."""
        language = letter.language if letter.language in INTERFACE_LANGUAGES else INTERFACE_LANGUAGES[0]
        text = _templates(language).get_template("staff/mails/notice.txt").render(letter=letter)
        return WrittenMail(_translations(language).gettext("Your account"), _without_gaps(text))


def _subject(kind: MailKind, language: str) -> str:
    """What stands in a list of mails that somebody else may look at."""
    _ = _translations(language).gettext
    subjects = {
        MailKind.INVITATION: _("Your personal link"),
        MailKind.NEW_LINK: _("Your new link"),
        MailKind.REMINDER: _("A reminder"),
        MailKind.QUESTIONS: _("A reminder"),
    }
    return subjects.get(kind) or _("News about your contribution")


def _without_gaps(text: str) -> str:
    """Paragraphs with one empty line between them."""
    paragraphs = (part.strip() for part in _EMPTY_LINES.split(text))
    return "\n\n".join(part for part in paragraphs if part) + "\n"


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(_WEBAPP / "translations", [language])


@cache
def _templates(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_WEBAPP / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(),  # not for plain text
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(_translations(language), newstyle=True)  # type: ignore[attr-defined]

    def day(value: date) -> str:
        return long_day(value, language)

    def moment(value: datetime) -> str:
        return long_moment(value, language)

    environment.filters["day"] = day
    environment.filters["moment"] = moment
    return environment
