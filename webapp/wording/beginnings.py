"""How subtitles can begin, in words: what became of a text, what to do next, why a document cannot be taken."""

from flask_babel import gettext as _

from pipeline.captions.drafts.paragraphs import ParagraphsDiffer, paragraphs_of
from webapp.i18n import language_name_for_reader

_SHOWN_SIGNS = 60


def alignment_advice(reason: str) -> str:
    """What to do about a text that was refused or fits in part only; empty where nothing is to be done."""
    another = _("Ask the speaker for the text that was read, or paste it below.")
    words = {
        "no_text": another,
        "wrong_text": another,
        "wrong_language": _(
            "If the speaker speaks another language than the one on record, correct that first; else paste the text in "
            "the language spoken below."
        ),
        "half_text": _("Paste the whole text below, with what is missing in it."),
        "half_recording": _("Paste what is really said below, without the rest."),
        "other_order": _("Paste the text below in the order in which it is spoken."),
        "no_speech": _("Listen to the recording. If somebody speaks in it, write the subtitles from nothing."),
        "too_long": _("Write the subtitles from nothing, or upload a file of subtitles."),
        "weak_match": _("Open the editor and go from one doubtful line to the next."),
        "voice_approximate": _("Open the editor and go from one doubtful line to the next."),
    }
    return words.get(reason, "")


def paragraphs_differ_words(differ: ParagraphsDiffer, said: str, translation: str) -> str:
    """Which paragraph of a translation has no counterpart, with the first words of both."""
    return _(
        "The text spoken has %(source)d paragraphs, the translation has %(target)d. They go apart at paragraph "
        "%(source_at)d of the text (“%(said)s”) and paragraph %(target_at)d of the translation (“%(written)s”). Part "
        "them alike with empty lines, and send it again.",
        source=differ.source,
        target=differ.target,
        source_at=differ.source_at,
        target_at=differ.target_at,
        said=_begin_of(said, differ.source_at),
        written=_begin_of(translation, differ.target_at),
    )


def engine_words(engine: str) -> str:
    """What translates, for whoever decides whether a statement may be given to it."""
    words = {
        "ctranslate2": _("CTranslate2, on the machine of this service"),
        "libretranslate": _("LibreTranslate, on a server of whoever runs this service"),
        "faster-whisper": _("faster-whisper, on the machine of this service"),
    }
    return words.get(engine, engine)


def no_model_words() -> str:
    """Why no draft can be asked for, although something translates here."""
    return _("There is no model for these two languages.")


def route_words(route: list[str] | tuple[str, ...]) -> str:
    """The languages that a translation goes through: “French → English → Spanish”."""
    return " → ".join(language_name_for_reader(language) for language in route)


def _begin_of(text: str, number: int) -> str:
    paragraphs = paragraphs_of(text)
    begin = " ".join(paragraphs[number - 1].split()) if number <= len(paragraphs) else "–"
    return begin if len(begin) <= _SHOWN_SIGNS else f"{begin[:_SHOWN_SIGNS].rstrip()} …"
