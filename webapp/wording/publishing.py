"""Publishing in words: what is in the way, what is asked, and who will see what."""

from flask_babel import gettext as _
from flask_babel import ngettext

from pipeline.domain.publishing import Item, Question, Visibility
from pipeline.services.publish_checks import PublishCheck
from pipeline.services.visible_items import VisibleItem
from webapp.i18n import language_name_for_reader

_TONES = {
    Visibility.EVERYBODY: "good",
    Visibility.MISSIONS: "warn",
    Visibility.REFUSED: "calm",
    Visibility.UNANSWERED: "calm",
    Visibility.TELLS_NAME: "calm",
    Visibility.OWN_WISH: "calm",
}

_ABOUT_LANGUAGES = frozenset(
    {
        Question.SUBTITLES_MISSING,
        Question.SUBTITLES_UNREVIEWED,
        Question.SUBTITLES_STALE,
        Question.VOICES_UNREVIEWED,
        Question.VOICES_STALE,
        Question.VOICES_LEFT_OUT,
    }
)


def problem_words(code: str) -> str:
    """What keeps a country from being published, and what can be done."""
    words = {
        "nothing_approved": _("No statement of this country is approved. Approve at least one."),
        "changed_since_approval": _("There is another recording than the approved one. Watch and approve it."),
        "not_ready": _("The recording is not prepared for watching. Wait, or try it again."),
        "no_consent": _(
            "The speaker has not agreed to publication. Ask them, or take the approval back to leave it out."
        ),
        "second_look_missing": _("Another person has to look at it and approve it as well."),
        "stale_approval": _("It is not what was approved any more. Look at what changed, and approve it again."),
        "alias_missing": _("The speaker wants to be shown under another name and has not said which. Ask them."),
        "subtitles_tell_name": _(
            "The subtitles say the name of the speaker, who is not shown by it. Correct or remove them."
        ),
    }
    return words[code]


def question_words(question: Question) -> str:
    """What a person says yes to."""
    words = {
        Question.SUBTITLES_MISSING: _("Subtitles are missing. Publish without them."),
        Question.SUBTITLES_UNREVIEWED: _("Subtitles were not approved by a second person. Publish them marked so."),
        Question.SUBTITLES_STALE: _("Subtitles are out of date. Publish them marked so."),
        Question.VOICES_UNREVIEWED: _(
            "Spoken interpretation was not approved by a second person. Publish it marked so."
        ),
        Question.VOICES_STALE: _(
            "Spoken interpretation was made for another part of the recording. Publish it marked so."
        ),
        Question.VOICES_LEFT_OUT: _(
            "Spoken interpretation is still being mixed, or nobody confirmed that it does not say the speaker’s name. "
            "Publish without it."
        ),
        Question.COMMENTS_OPEN: _("Comments are not dealt with yet. Publish all the same."),
        Question.PREVIEW_WRONG: _("The speaker says that the preview is not right. Publish all the same."),
        Question.PAPERS_WAITING: _("Hidden data is still being removed from papers. Publish without them."),
        Question.MISSIONS_ONLY: _("The speaker agreed to show it to missions only. Show it by missions’ links alone."),
        Question.LEFT_OUT: _("Not approved. Leave the place on the panel empty."),
    }
    return words[question]


def question_details(check: PublishCheck, question: Question) -> list[str]:
    """The statements that a question is about, each with its detail."""
    details = next(asked.details for asked in check.asked if asked.question is question)
    return [_detail(question, check.organisation(one), details[one]) for one in details]


def item_words(item: VisibleItem) -> str:
    """What an item is."""
    words = {
        Item.RECORDING: _("Recording"),
        Item.SUBTITLES: _("Subtitles: %(languages)s", languages=_languages(item.detail)),
        Item.SUBTITLES_UNREVIEWED: _("Subtitles, not reviewed: %(languages)s", languages=_languages(item.detail)),
        Item.SUBTITLES_STALE: _("Subtitles, out of date: %(languages)s", languages=_languages(item.detail)),
        Item.VOICES: _("Spoken interpretation: %(languages)s", languages=_languages(item.detail)),
        Item.VOICES_UNREVIEWED: _(
            "Spoken interpretation, not reviewed: %(languages)s", languages=_languages(item.detail)
        ),
        Item.VOICES_STALE: _("Spoken interpretation, out of date: %(languages)s", languages=_languages(item.detail)),
        Item.NAME: _("Name: %(name)s", name=item.detail) if item.detail else _("Name"),
        Item.THEME: _("Theme: %(theme)s", theme=item.detail) if item.detail else _("Theme"),
        Item.TEXT: _("Text and recommendations"),
        Item.PAPER: _("Paper: %(title)s", title=item.detail) if item.detail else _("Paper"),
    }
    return words[item.item]


def visibility_words(visibility: Visibility) -> str:
    """Who will see an item, or why nobody will."""
    words = {
        Visibility.EVERYBODY: _("everybody"),
        Visibility.MISSIONS: _("missions only, not on the public page"),
        Visibility.REFUSED: _("nobody: the speaker said no"),
        Visibility.UNANSWERED: _("nobody: the speaker has not answered"),
        Visibility.TELLS_NAME: _("nobody: it tells a name that is not to be told"),
        Visibility.OWN_WISH: _("nobody: only the organisation is named"),
    }
    return words[visibility]


def visibility_tone(visibility: Visibility) -> str:
    """The name of a badge's colour."""
    return _TONES[visibility]


def _detail(question: Question, organisation: str, detail: str) -> str:
    if question in _ABOUT_LANGUAGES:
        return f"{organisation}: {_languages(detail)}"
    if question is Question.COMMENTS_OPEN:
        comments = ngettext("%(num)d comment", "%(num)d comments", int(detail))
        return f"{organisation}: {comments}"
    return organisation


def _languages(codes: str) -> str:
    return ", ".join(language_name_for_reader(code) for code in codes.split())
