"""What a mission reads whose link opens nothing, or nothing more: in all languages of its pages at once."""

from collections.abc import Mapping

REFUSAL: Mapping[str, tuple[str, str]] = {
    "en": (
        "This link opens nothing here",
        "It may be incomplete, or have ended, or was withdrawn. Please ask the organiser for a new one.",
    ),
    "fr": (
        "Ce lien n’ouvre rien ici",
        "Il est peut-être incomplet, expiré ou retiré. Veuillez en demander un nouveau à l’organisateur.",
    ),
    "es": (
        "Este enlace no abre nada aquí",
        "Puede estar incompleto, haber caducado o haber sido retirado. Pida uno nuevo al organizador.",
    ),
    "ar": (
        "هذا الرابط لا يفتح شيئًا هنا",
        "قد يكون ناقصًا أو منتهي الصلاحية أو قد سُحب. يُرجى طلب رابط جديد من الجهة المنظِّمة.",
    ),
    "ru": (
        "Эта ссылка ничего здесь не открывает",
        "Возможно, она неполная, истекла или отозвана. Попросите у организатора новую.",
    ),
    "zh": ("此链接在这里无法打开任何内容", "它可能不完整、已过期或已被撤回。请向主办方索取新的链接。"),
}
"""A heading and a sentence by language."""
