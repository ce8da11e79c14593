"""Forms of accounts: second factors, one's own name, invitations, links that set a password."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import Email, EqualTo, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from pipeline.domain.accounts import MAX_NAME_LENGTH
from pipeline.domain.roles import Role
from pipeline.services.accounts import MAX_PASSWORD_LENGTH
from webapp.forms import new_password

_needed = InputRequired(_l("Please fill this in."))
_address = Email(_l("Please write an e-mail address, like name@example.org."))


class CodeForm(FlaskForm):  # type: ignore[misc]
    """Six digits of an app."""

    code = StringField(_l("Code from your app"), [_needed, Length(max=12)])


class RecoveryForm(FlaskForm):  # type: ignore[misc]
    """A recovery code."""

    recovery_code = StringField(_l("Recovery code"), [_needed, Length(max=60)])


class PasskeyForm(FlaskForm):  # type: ignore[misc]
    """What a device answered; a script fills it in."""

    answer = HiddenField(validators=[InputRequired(), Length(max=20_000)])


class OwnPasswordForm(FlaskForm):  # type: ignore[misc]
    """Asks for the password once more where somebody signed in long ago."""

    own_password = PasswordField(_l("Your password now"), [Length(max=MAX_PASSWORD_LENGTH)])


class NewAppForm(OwnPasswordForm):
    """An app that makes codes: what it makes them from, sealed, and the first of them."""

    sealed = HiddenField(validators=[InputRequired(), Length(max=400)])
    code = StringField(_l("Code from your app"), [_needed, Length(max=12)])


class NewPasskeyForm(OwnPasswordForm):
    """A new passkey and what its owner calls it."""

    answer = HiddenField(validators=[InputRequired(), Length(max=20_000)])
    name = StringField(_l("What you call it"), [Length(max=60)])


class NameForm(FlaskForm):  # type: ignore[misc]
    """What colleagues see."""

    name = StringField(_l("Your name"), [Length(max=MAX_NAME_LENGTH)])


class InvitationForm(FlaskForm):  # type: ignore[misc]
    """Somebody new."""

    email = EmailField(_l("E-mail address"), [_needed, Length(max=254), _address])
    name = StringField(_l("Name"), [Optional(), Length(max=MAX_NAME_LENGTH)], filters=[lambda typed: typed or ""])
    role = SelectField(_l("Role"), [_needed], default=Role.STAFF.value)
    language = SelectField(_l("Language of the mail"), [_needed])


class AccountForm(FlaskForm):  # type: ignore[misc]
    """A button on an account; `version` is the one that the person was looking at."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class RoleForm(AccountForm):
    """Another role."""

    role = SelectField(_l("Role"), [_needed])


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    """The address of one's account."""

    email = EmailField(_l("E-mail address"), [_needed, Length(max=254), _address])


class ChosenPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password chosen by a link."""

    password = new_password()
    repeated = PasswordField(
        _l("New password again"), [_needed, EqualTo("password", _l("The two passwords are not the same."))]
    )


class WelcomeForm(ChosenPasswordForm, NameForm):
    """The same, for somebody who was invited."""
