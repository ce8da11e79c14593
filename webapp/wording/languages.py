"""Languages to choose from, by their names in the reader's language."""

from pipeline.domain.languages import language_name
from webapp.i18n import reader_language, reader_locale

_WITHOUT_SHORT_CODE = (
    "bem",
    "ceb",
    "ckb",
    "fil",
    "gil",
    "haz",
    "hif",
    "luo",
    "mni",
    "nso",
    "pap",
    "quc",
    "sat",
    "srn",
    "tet",
    "tpi",
    "tvl",
    "umb",
)
"""Languages that many speak and that have no code of two letters."""

_NOT_SPOKEN = {"ae", "cu", "eo", "ia", "ie", "io", "la", "pi", "sa", "sh", "vo"}


def language_choices(chosen: str) -> tuple[tuple[str, str], ...]:
    """Codes and names in order of the names; `chosen` is always among them."""
    known = {code for code in map(str, reader_locale().languages) if len(code) == 2} - _NOT_SPOKEN
    codes = known | {*_WITHOUT_SHORT_CODE, chosen} - {""}
    named = [(code, language_name(code, reader_language())) for code in codes]
    return tuple(sorted(named, key=lambda one: one[1].casefold()))
