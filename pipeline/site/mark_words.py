"""What menus and pages say beside subtitles and voices: what they are, published without a review, or out of date."""

from collections.abc import Mapping

from pipeline.domain.sheets import TrackMark

_WORDS: Mapping[TrackMark, Mapping[str, str]] = {
    TrackMark.UNREVIEWED: {
        "en": "not reviewed",
        "fr": "non révisé",
        "es": "sin revisar",
        "ar": "غير مُراجَع",
        "ru": "не проверено",
        "pt": "não revisto",
        "zh": "未经审校",
    },
    TrackMark.STALE: {
        "en": "out of date",
        "fr": "plus à jour",
        "es": "desactualizado",
        "ar": "غير محدَّث",
        "ru": "устарело",
        "pt": "desatualizado",
        "zh": "已过时",
    },
}


_INTERPRETATION: Mapping[str, str] = {
    "en": "interpretation",
    "fr": "interprétation",
    "es": "interpretación",
    "ar": "ترجمة شفوية",
    "ru": "перевод",
    "pt": "interpretação",
    "zh": "口译",
}


def interpretation_words(language: str) -> str:
    """What a voice in a language is called beside its name, in that language; in English where we have no word."""
    return _INTERPRETATION.get(language.partition("-")[0], _INTERPRETATION["en"])


def mark_words(mark: TrackMark, language: str) -> str:
    """The words in a language; in English where we have none in it."""
    words = _WORDS[mark]
    return words.get(language.partition("-")[0], words["en"])
