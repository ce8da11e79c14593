"""What a session and a speaker may say of themselves, wherever it was typed; refused with a sentence that says why."""

import re
from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email

from pipeline.domain.contents import is_line
from pipeline.domain.errors import WrongUsage
from pipeline.domain.languages import is_language
from pipeline.domain.pre_sessions import PreSessionPlan, SpeakerPlan
from pipeline.domain.retention import RetentionClass

LONGEST: Mapping[str, int] = {
    "title": 200,
    "place": 200,
    "name": 200,
    "organisation": 300,
    "theme": 300,
    "email": 254,
    "gender": 16,
}
"""Signs that a text may have."""

MAX_RETENTION_DAYS = 36_500

RESERVED_SLUGS = frozenset(
    {
        "account",
        "accounts",
        "api",
        "audit",
        "comments",
        "holds",
        "interfaces",
        "mails",
        "operations",
        "papers",
        "queue",
        "record",
        "recordings",
        "retention",
        "sessions",
        "speakers",
        "statements",
        "tokens",
        "webhooks",
        "work",
    }
)
"""First parts of addresses that are no session."""

_SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,23}$")


def is_slug(text: str) -> bool:
    """Whether a session can be called this in addresses."""
    return bool(_SLUG.match(text)) and text not in RESERVED_SLUGS


def check_plan(plan: PreSessionPlan) -> None:
    """Raise `WrongUsage` about the first thing that a session cannot say of itself."""
    if not is_slug(plan.slug):
        raise WrongUsage(
            f"“{plan.slug}” cannot name a session: write at most 24 small letters, digits and dashes, like 36."
        )
    _check_line("title", plan.title)
    _check_line("place", plan.place)
    if plan.ends_on < plan.starts_on:
        raise WrongUsage(f"The last day ({plan.ends_on}) comes before the first ({plan.starts_on}).")
    for code in plan.subtitle_languages:
        _check_language(code)
    check_retention(plan.retention_days or {})


def check_retention(days: Mapping[str, int]) -> None:
    """Raise `WrongUsage` about a class that there is not, or a number of days that makes no sense."""
    classes = [kept.value for kept in RetentionClass]
    for kept, count in days.items():
        if kept not in classes:
            raise WrongUsage(f"“{kept}” is nothing that is kept. There are: {', '.join(classes)}.")
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MAX_RETENTION_DAYS:
            raise WrongUsage(f"{kept}: expected a number of days from 1 to {MAX_RETENTION_DAYS}.")


def check_speaker(speaker: SpeakerPlan) -> None:
    """Raise `WrongUsage` about the first thing that a speaker's entry cannot say."""
    _check_line("name", speaker.name)
    _check_line("organisation", speaker.organisation)
    _check_line("theme", speaker.theme, may_be_empty=True)
    _check_line("gender", speaker.gender, may_be_empty=True)
    _check_language(speaker.language)
    if speaker.email and mail_address(speaker.email) != speaker.email:
        raise WrongUsage("That is no e-mail address. Write one like name@example.org.")


def mail_address(text: str) -> str | None:
    """An address as it is mailed to; None where the text is none."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _check_line(what: str, text: str, *, may_be_empty: bool = False) -> None:
    if not text.strip() and not may_be_empty:
        raise WrongUsage(f"The {what} is missing.")
    if len(text) > LONGEST[what] or not is_line(text):
        raise WrongUsage(f"The {what} is one line of at most {LONGEST[what]} signs.")


def _check_language(code: str) -> None:
    if not is_language(code):
        raise WrongUsage(f"“{code}” is no language code. Write one like en, fr or es.")
