"""Forms of the portal's sign-in and staff screens: fields, limits, and what is said when one is wrong."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, EqualTo, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from pipeline.captions.encodings import ENCODINGS, Reading
from pipeline.services.accounts import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH

MAX_REASON_LENGTH = 2000

_needed = InputRequired(_l("Please fill this in."))


class SignInForm(FlaskForm):  # type: ignore[misc]
    """E-mail address and password."""

    email = EmailField(_l("E-mail address"), [_needed, Length(max=254)])
    password = PasswordField(_l("Password"), [_needed, Length(max=MAX_PASSWORD_LENGTH)])
    next = HiddenField()


def new_password() -> PasswordField:
    """A field for a password that somebody chooses."""
    is_long = Length(
        min=MIN_PASSWORD_LENGTH,
        max=MAX_PASSWORD_LENGTH,
        message=_l("A password has at least 12 signs; a short sentence is easy to remember."),
    )
    return PasswordField(_l("New password"), [_needed, is_long])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, twice, and the old one."""

    old_password = PasswordField(_l("Your password now"), [_needed, Length(max=MAX_PASSWORD_LENGTH)])
    new_password = new_password()
    repeated = PasswordField(
        _l("New password again"), [_needed, EqualTo("new_password", _l("The two passwords are not the same."))]
    )


class VersionedForm(FlaskForm):  # type: ignore[misc]
    """A button on a statement; `version` is the one that the person was looking at."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class SendBackForm(VersionedForm):
    """Send back with what the speaker reads: sentences that are picked, own words, or both."""

    picked = SelectMultipleField(validators=[Optional()], validate_choice=False)
    reason = TextAreaField(
        _l("What should the speaker change?"),
        [Length(max=MAX_REASON_LENGTH, message=_l("Please keep it under 2000 signs."))],
    )

    def validate_reason(self, field: Field) -> None:
        """Something has to be said."""
        if not (field.data or "").strip() and not self.picked.data:
            raise ValidationError(_l("Write what the speaker should change; the speaker reads these words."))


class MoreTimeForm(VersionedForm):
    """Until when one speaker may hand in, although the country's last day is over; nothing takes it back."""

    until = DateField(_l("This speaker may hand in until"), [Optional()])


class SubtitlesForm(FlaskForm):  # type: ignore[misc]
    """A subtitle file in one language; `readings` are shown to choose from where its encoding must be asked about."""

    readings: Sequence[Reading] = ()
    readings_line = 0

    language = SelectField(_l("Language of the subtitles"), [_needed])
    file = FileField(_l("Subtitle file (.vtt, .srt, .ttml or .ass)"), [FileRequired(_l("Please choose a file."))])
    encoding = StringField(validators=[AnyOf(["", *ENCODINGS])], filters=[lambda value: value or ""])
