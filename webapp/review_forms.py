"""Forms of the staff's review: comments, what is shown, whose work a statement is. Sentences are for staff."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.errors import WrongUsage
from pipeline.domain.moments import parse_moment
from pipeline.services.comments import MAX_COMMENT_LENGTH
from webapp.forms import VersionedForm


def _is_moment(_form: object, field: Field) -> None:
    try:
        parse_moment(field.data)
    except WrongUsage:
        raise ValidationError(_l("Write minutes and seconds, like 1:02 or 1:02.5.")) from None


_moment: tuple[Callable[[object, Field], None], ...] = (_is_moment,)


class CommentForm(VersionedForm):
    """A comment, at a moment of what is shown or not."""

    text = TextAreaField(
        _l("Comment"),
        [
            InputRequired(_l("Please write the comment.")),
            Length(max=MAX_COMMENT_LENGTH, message=_l("Please keep it under 2000 signs.")),
        ],
    )
    at = StringField(_l("At the moment"), [Optional(), Length(max=12), *_moment])
    for_speaker = BooleanField(_l("The speaker reads it, too"))


class ShownPartForm(VersionedForm):
    """From and to, in what is shown now."""

    recording_id = IntegerField(validators=[InputRequired()])
    start = StringField(_l("From"), [InputRequired(_l("Please fill this in.")), Length(max=12), *_moment])
    end = StringField(_l("To"), [InputRequired(_l("Please fill this in.")), Length(max=12), *_moment])


class StillForm(VersionedForm):
    """The moment of the still picture; none leaves the choice to the machine."""

    recording_id = IntegerField(validators=[InputRequired()])
    still_at = StringField(_l("Still picture at"), [Optional(), Length(max=12), *_moment])


class AssignForm(VersionedForm):
    """Who is asked, for what: a review, or subtitles in a language. `what` is `review` or a language's code."""

    account_id = SelectField(_l("Who"), coerce=int)
    what = SelectField(_l("For what"))

    @property
    def wanted(self) -> tuple[AssignmentKind, str]:
        """What is asked for, and in which language."""
        chosen = str(self.what.data)
        if chosen == AssignmentKind.REVIEW.value:
            return AssignmentKind.REVIEW, ""
        return AssignmentKind.INTERPRET, chosen
