"""The form of a speaker: what staff type, checked in their language, and the plan that it makes."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from pipeline.domain.named_codes import gender_word
from pipeline.domain.plan_checks import LONGEST, mail_address
from pipeline.domain.pre_sessions import SpeakerKind, SpeakerPlan
from pipeline.records.tables import Speaker
from pipeline.services.plan_versions import version_of_speaker
from webapp.session_forms import line_of
from webapp.wording.languages import language_choices
from webapp.wording.staff_panels import gender_words
from webapp.wording.standings import kind_words

_needed = DataRequired(_l("Please fill this in."))


class SpeakerForm(FlaskForm):  # type: ignore[misc]
    """One panelist; `seen` names what the person looked at."""

    seen = HiddenField()
    name = StringField(_l("Name"), [_needed, Length(max=LONGEST["name"])], [line_of])
    organisation = StringField(_l("Organisation"), [_needed, Length(max=LONGEST["organisation"])], [line_of])
    kind = SelectField(_l("Kind of organisation"), [_needed], default=SpeakerKind.CSO.value)
    language = SelectField(_l("Language spoken"), [_needed])
    theme = StringField(_l("Theme"), [Optional(), Length(max=LONGEST["theme"])], [line_of])
    email = EmailField(_l("E-mail address"), [Optional(), Length(max=LONGEST["email"])], [line_of])
    gender = StringField(_l("Gender"), [Optional(), Length(max=LONGEST["gender"])], [line_of])

    def validate_email(self, field: Field) -> None:
        """An address that mails can go to."""
        if field.data and mail_address(field.data) is None:
            raise ValidationError(_("Please write an e-mail address, like name@example.org."))


def speaker_form(speaker: Speaker | None = None, *, asked: bool = False) -> SpeakerForm:
    """An empty form, one as a speaker stands, or (`asked`) the one that was sent."""
    if asked:
        form = SpeakerForm()
    elif speaker is None:
        form = SpeakerForm(formdata=None)
    else:
        gender = gender_words(speaker.gender)
        form = SpeakerForm(formdata=None, obj=speaker, seen=version_of_speaker(speaker), gender=gender)
        form.kind.data, form.gender.data = speaker.kind.value, gender
    form.kind.choices = [(kind.value, kind_words(kind)) for kind in SpeakerKind]
    form.language.choices = language_choices(speaker.language if speaker is not None else "")
    if not asked and speaker is None:
        form.language.data = "en"
    return form


def speaker_plan_from(form: SpeakerForm) -> SpeakerPlan:
    """What a form without errors says."""
    return SpeakerPlan(
        name=form.name.data,
        organisation=form.organisation.data,
        kind=SpeakerKind(form.kind.data),
        language=form.language.data,
        theme=form.theme.data or "",
        email=mail_address(form.email.data or "") or "",
        gender=gender_word(form.gender.data or ""),
    )
