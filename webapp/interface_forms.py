"""Forms of the page for other systems: tokens for scripts, addresses that are told of events."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectMultipleField, StringField, URLField
from wtforms.validators import InputRequired, Length, NumberRange

from pipeline.domain.scopes import DEFAULT_TOKEN_DAYS, LONGEST_TOKEN_DAYS, MAX_TOKEN_NAME, Scope

_needed = InputRequired(_l("Please fill this in."))
_some = InputRequired(_l("Choose at least one."))


class TokenForm(FlaskForm):  # type: ignore[misc]
    """A new token: what it is for, what it may do, for how long."""

    name = StringField(_l("What it is for"), [_needed, Length(max=MAX_TOKEN_NAME)])
    scopes = SelectMultipleField(
        _l("What it may do"), [_some], choices=[scope.value for scope in Scope], default=[Scope.READ.value]
    )
    days = IntegerField(
        _l("Days until it ends"),
        [
            _needed,
            NumberRange(1, LONGEST_TOKEN_DAYS, _l("A token works from one day to a year.")),
        ],
        default=DEFAULT_TOKEN_DAYS,
    )


class WebhookForm(FlaskForm):  # type: ignore[misc]
    """An address of another system, and what it is told of."""

    url = URLField(_l("Address of the other system"), [_needed, Length(max=500)])
    subjects = SelectMultipleField(_l("What it is told of"), [_some])
