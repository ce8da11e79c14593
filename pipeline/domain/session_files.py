"""Session files: one round of Pre-sessions as TOML, read into a `PreSessionPlan` or refused with the reason."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.domain.errors import WrongUsage
from pipeline.domain.languages import is_country, is_language
from pipeline.domain.limits import Limit, parse_limit
from pipeline.domain.named_codes import gender_word
from pipeline.domain.plan_checks import check_retention, is_slug, mail_address
from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan, SpeakerKind, SpeakerPlan
from pipeline.domain.toml_tables import DataFileWrong, TomlTable, parse_toml

_SESSION_KEYS = (
    "slug",
    "title",
    "starts_on",
    "ends_on",
    "is_confirmed",
    "place",
    "applications_until",
    "hand_in_until",
    "limit",
    "tolerance_seconds",
    "subtitle_languages",
    "wants_second_look",
    "is_missions_only",
    "retention_days",
    "country",
)
_COUNTRY_KEYS = ("code", "applications_until", "hand_in_until", "speaker")
_SPEAKER_KEYS = ("name", "organisation", "kind", "language", "theme", "email", "gender")


class SessionFileWrong(DataFileWrong):
    """A session file that cannot be loaded; the message names file, line or key, and what is expected."""


def read_session_file(path: Path) -> PreSessionPlan:
    """Read one session file; raises `SessionFileWrong`, or `WrongUsage` when it cannot be opened."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror}.") from error
    return parse_session_file(data, str(path))


def parse_session_file(data: bytes, file: str) -> PreSessionPlan:
    """The plan written in a session file's bytes; `file` is its name in messages."""
    try:
        return _session(parse_toml(data, file))
    except DataFileWrong as error:
        raise SessionFileWrong(error.file, error.place, error.problem) from error


def _session(table: TomlTable) -> PreSessionPlan:
    table.refuse_unknown(_SESSION_KEYS)
    slug = table.text("slug")
    if not is_slug(slug):
        table.refuse("slug", "expected at most 24 small letters, digits and dashes, like 36.")
    starts_on, ends_on = table.day("starts_on"), table.day("ends_on")
    if ends_on < starts_on:
        table.refuse("ends_on", f"expected {starts_on} (starts_on) or later, found {ends_on}.")
    return PreSessionPlan(
        slug=slug,
        title=table.text("title"),
        starts_on=starts_on,
        ends_on=ends_on,
        is_confirmed=table.flag("is_confirmed"),
        place=table.text("place"),
        limit=_limit(table),
        subtitle_languages=_subtitle_languages(table),
        applications_until=table.optional_day("applications_until"),
        hand_in_until=table.optional_day("hand_in_until"),
        countries=_countries(table),
        wants_second_look=table.flag("wants_second_look") if "wants_second_look" in table.values else None,
        is_missions_only=table.flag("is_missions_only") if "is_missions_only" in table.values else None,
        retention_days=_retention_days(table),
    )


def _retention_days(table: TomlTable) -> Mapping[str, int] | None:
    days = table.table("retention_days")
    if days is None:
        return None
    try:
        check_retention(days.values)
    except WrongUsage as error:
        table.refuse("retention_days", str(error))
    return dict(days.values)


def _limit(table: TomlTable) -> Limit:
    tolerance = table.seconds("tolerance_seconds", default=0.0)
    limit: Limit = table.parsed("limit", lambda text: parse_limit(text, tolerance))
    return limit


def _subtitle_languages(table: TomlTable) -> tuple[str, ...]:
    codes = table.texts("subtitle_languages")
    for index, code in enumerate(codes, start=1):
        _refuse_unknown_language(table, f"subtitle_languages[{index}]", code)
    return codes


def _countries(table: TomlTable) -> tuple[CountryPlan, ...]:
    countries: dict[str, CountryPlan] = {}
    for row in table.tables("country"):
        country = _country(row)
        if country.code in countries:
            row.refuse("code", f"{country.code} is listed twice.")
        countries[country.code] = country
    return tuple(countries.values())


def _country(table: TomlTable) -> CountryPlan:
    table.refuse_unknown(_COUNTRY_KEYS)
    code = table.text("code")
    if not is_country(code):
        table.refuse("code", f"expected an ISO 3166-1 alpha-2 code in capitals, like MW for Malawi; found “{code}”.")
    return CountryPlan(
        code, _panel(table), table.optional_day("applications_until"), table.optional_day("hand_in_until")
    )


def _panel(table: TomlTable) -> tuple[SpeakerPlan, ...]:
    panel: list[SpeakerPlan] = []
    for row in table.tables("speaker"):
        speaker = _speaker(row)
        if any((other.name, other.organisation) == (speaker.name, speaker.organisation) for other in panel):
            row.refuse("name", "this person of this organisation is listed twice.")
        panel.append(speaker)
    return tuple(panel)


def _speaker(table: TomlTable) -> SpeakerPlan:
    table.refuse_unknown(_SPEAKER_KEYS)
    language = table.text("language")
    _refuse_unknown_language(table, "language", language)
    return SpeakerPlan(
        name=table.text("name"),
        organisation=table.text("organisation", longest=300),
        kind=SpeakerKind(table.chosen("kind", [kind.value for kind in SpeakerKind])),
        language=language,
        theme=table.text("theme", default="", longest=300),
        email=_email(table),
        gender=gender_word(table.text("gender", default="", longest=16)),
    )


def _email(table: TomlTable) -> str:
    """The address as it is mailed to, empty where there is none."""
    text = table.text("email", default="", longest=254)
    address = mail_address(text) if text else ""
    if address is None:
        table.refuse("email", f"expected an address like name@example.org, found “{text}”.")
    return address


def _refuse_unknown_language(table: TomlTable, key: str, code: str) -> None:
    if not is_language(code):
        table.refuse(key, f"expected a language code like en, fr or es; found “{code}”.")
