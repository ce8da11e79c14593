"""The form of a session: what staff type, checked in their language, and the plan that it makes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from pipeline.domain.contents import tidy_line
from pipeline.domain.errors import WrongUsage
from pipeline.domain.languages import SPEAKER_LANGUAGES, language_name
from pipeline.domain.limits import Limit, format_clock, parse_clock
from pipeline.domain.named_codes import country_code, language_code
from pipeline.domain.plan_checks import LONGEST, MAX_RETENTION_DAYS, is_slug
from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan
from pipeline.domain.retention import DEFAULT_DAYS, RetentionClass
from pipeline.records.tables import PreSession
from pipeline.services.plan_versions import version_of_session
from webapp.i18n import reader_language

_needed = DataRequired(_l("Please fill this in."))
_days = NumberRange(1, MAX_RETENTION_DAYS, _l("Please write a number of days."))
_KEEP = "keep_"

Read = Callable[[str], str | None]


def line_of(typed: str | None) -> str | None:
    """What was typed or pasted into a field, as one line."""
    return tidy_line(typed) if typed is not None else None


class ManyChoices(SelectMultipleField):  # type: ignore[misc]
    """Several of a few, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SessionForm(FlaskForm):  # type: ignore[misc]
    """A session as staff see it; `seen` names what they looked at."""

    seen = HiddenField()
    title = StringField(_l("Title"), [_needed, Length(max=LONGEST["title"])], [line_of])
    place = StringField(_l("Place"), [_needed, Length(max=LONGEST["place"])], [line_of])
    starts_on = DateField(_l("First day"), [_needed])
    ends_on = DateField(_l("Last day"), [_needed])
    is_confirmed = BooleanField(_l("The days are confirmed"))
    applications_until = DateField(_l("Applications until"), [Optional()])
    hand_in_until = DateField(_l("Recordings are taken until"), [Optional()])
    shortest = StringField(_l("Shortest statement"), [_needed])
    longest = StringField(_l("Longest statement"), [_needed])
    tolerance = IntegerField(
        _l("Tolerance in seconds"),
        [InputRequired(_l("Please write a number of seconds.")), NumberRange(0, 600)],
    )
    languages = ManyChoices(_l("Subtitles wanted in"))
    other_languages = StringField(_l("Other languages of subtitles"), [Optional(), Length(max=300)])
    wants_second_look = BooleanField(_l("Two people approve each statement"))
    is_missions_only = BooleanField(_l("Only missions watch this session: nothing of it is public"))
    keep_originals = IntegerField(_l("Originals"), [Optional(), _days])
    keep_unused_attempts = IntegerField(_l("Attempts that are not used"), [Optional(), _days])
    keep_personal_data = IntegerField(_l("Personal data"), [Optional(), _days])
    keep_events = IntegerField(_l("The record of who did what"), [Optional(), _days])

    def validate_ends_on(self, field: Field) -> None:
        """The last day is not before the first."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day comes before the first."))

    def validate_shortest(self, field: Field) -> None:
        """A length that can be read."""
        _length(field)

    def validate_longest(self, field: Field) -> None:
        """A length that can be read, and more than the shortest."""
        longest = _length(field)
        try:
            shortest = parse_clock(self.shortest.data or "")
        except WrongUsage:
            return
        if longest <= shortest:
            raise ValidationError(_("The longest statement is no longer than the shortest."))

    def validate_other_languages(self, field: Field) -> None:
        """Languages by name or code."""
        _refuse_unknown(field, language_code)

    def subtitle_languages(self) -> tuple[str, ...]:
        """Codes of all that was ticked or written, each once."""
        return tuple(dict.fromkeys([*(self.languages.data or ()), *codes_in(self.other_languages.data, language_code)]))

    def retention_days(self) -> dict[str, int]:
        """Days by class where they differ from the default."""
        typed = {kept: self[f"{_KEEP}{kept.value}"].data for kept in RetentionClass}
        return {kept.value: days for kept, days in typed.items() if days and days != DEFAULT_DAYS[kept]}


class NewSessionForm(SessionForm):
    """A new session: also its name in addresses, and its countries."""

    slug = StringField(_l("Name in addresses"), [_needed])
    countries = TextAreaField(_l("Countries"), [Optional(), Length(max=8000)])

    def validate_slug(self, field: Field) -> None:
        """A name that addresses can have."""
        field.data = (field.data or "").strip().lower()
        if not is_slug(field.data):
            raise ValidationError(_("Please write at most 24 small letters, digits and dashes, like 41."))

    def validate_countries(self, field: Field) -> None:
        """Countries by name or code."""
        _refuse_unknown(field, country_code)


class CountriesForm(FlaskForm):  # type: ignore[misc]
    """Countries to add."""

    countries = TextAreaField(_l("Countries to add"), [_needed, Length(max=8000)])

    def validate_countries(self, field: Field) -> None:
        """Countries by name or code."""
        _refuse_unknown(field, country_code)


def offer_languages(form: SessionForm, chosen: Iterable[str] = ()) -> None:
    """Give the form boxes for the languages of speakers and those that are chosen already."""
    codes = dict.fromkeys([*SPEAKER_LANGUAGES, *chosen])
    form.languages.choices = [(code, language_name(code, reader_language())) for code in codes]


def session_form(pre_session: PreSession) -> SessionForm:
    """The form as a session stands."""
    form = SessionForm(
        formdata=None,
        seen=version_of_session(pre_session),
        shortest=format_clock(pre_session.min_seconds),
        longest=format_clock(pre_session.max_seconds),
        tolerance=round(pre_session.tolerance_seconds),
        languages=list(pre_session.subtitle_languages),
        **{f"{_KEEP}{kept}": days for kept, days in pre_session.retention_days.items()},
        obj=pre_session,
    )
    offer_languages(form, pre_session.subtitle_languages)
    return form


def plan_from(form: SessionForm, slug: str, countries: Sequence[str] = ()) -> PreSessionPlan:
    """What a form without errors says."""
    return PreSessionPlan(
        slug=slug,
        title=form.title.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        is_confirmed=form.is_confirmed.data,
        place=form.place.data,
        limit=Limit(parse_clock(form.shortest.data), parse_clock(form.longest.data), float(form.tolerance.data)),
        subtitle_languages=form.subtitle_languages(),
        applications_until=form.applications_until.data,
        hand_in_until=form.hand_in_until.data,
        countries=tuple(CountryPlan(code) for code in countries),
        wants_second_look=form.wants_second_look.data,
        is_missions_only=form.is_missions_only.data,
        retention_days=form.retention_days(),
    )


def saved_meanwhile(form: FlaskForm, stored: FlaskForm) -> Mapping[str, str]:
    """Fields that say something else in the records now than what was typed, with what the records say."""
    hidden = {"seen", "csrf_token"}
    names = [field.name for field in form if field.name not in hidden and field.name in stored]
    return {name: _shown(stored[name]) for name in names if stored[name].data != form[name].data}


def codes_in(text: str | None, read: Read) -> list[str]:
    """Codes of what is written; what is unknown is left away."""
    return [code for word in words_in(text, read) if (code := read(word)) is not None]


def words_in(text: str | None, read: Read) -> list[str]:
    """What is written between commas, semicolons and ends of lines; a line that is known as a whole is one."""
    lines = (text or "").replace(";", "\n").splitlines()
    words = [word for line in lines for word in ([line] if read(line.strip()) else line.split(","))]
    return [word.strip() for word in words if word.strip()]


def _refuse_unknown(field: Field, read: Read) -> None:
    unknown = [word for word in words_in(field.data, read) if read(word) is None]
    if unknown:
        raise ValidationError(_("Not known: %(words)s. Please write names or codes.", words=", ".join(unknown[:5])))


def _length(field: Field) -> float:
    try:
        return parse_clock(field.data or "")
    except WrongUsage:
        raise ValidationError(_("Please write minutes and seconds, like 7:00.")) from None


def _shown(field: Field) -> str:
    value = field.data
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return value.isoformat()
    names = dict(getattr(field, "choices", None) or ())
    if isinstance(value, list):
        return ", ".join(str(names.get(part, part)) for part in value)
    return str(names.get(value, value) if value not in (None, "") else _("nothing"))
