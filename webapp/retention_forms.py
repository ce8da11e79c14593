"""Forms by which administrators keep things from being removed, or erase a person; each asks for a deliberate yes."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

_needed = InputRequired(_l("Please fill this in."))
_yes = InputRequired(_l("Please tick this box if you are sure."))
_NUMBER = NumberRange(1, 2**31 - 1, _l("Please write the statement’s number."))


class HoldForm(FlaskForm):  # type: ignore[misc]
    """What is held, and why. A statement's number goes before the session and country."""

    where = SelectField(_l("Session or country"), [_needed])
    statement = IntegerField(_l("Or one statement, by its number"), [Optional(), _NUMBER])
    reason = StringField(_l("Reason"), [_needed, Length(max=500)])


class EndHoldForm(FlaskForm):  # type: ignore[misc]
    """The end of a hold."""

    sure = BooleanField(_l("What is due may be removed from now on"), [_yes])


class ErasureForm(FlaskForm):  # type: ignore[misc]
    """A person is erased by whoever writes their statement's number once more."""

    number = IntegerField(_l("Statement number"), [_needed])
    sure = BooleanField(_l("I know that this cannot be undone"), [_yes])

    def __init__(self, statement_id: int, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.statement_id = statement_id

    def validate_number(self, field: IntegerField) -> None:
        """The number of this very statement."""
        if field.data != self.statement_id:
            raise ValidationError(_("This is not the number of the statement that is shown."))
