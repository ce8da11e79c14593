"""The page that the pointer leads to while a release is written without what may not be out: it says nothing else."""

from html import escape

_WORDS = {
    "en": "This page is being updated. Please come back in a few minutes.",
    "fr": "Cette page est en cours de mise à jour. Revenez dans quelques minutes.",
    "es": "Esta página se está actualizando. Vuelva dentro de unos minutos.",
    "ar": "يجري تحديث هذه الصفحة. يرجى العودة بعد بضع دقائق.",
    "ru": "Эта страница обновляется. Зайдите, пожалуйста, через несколько минут.",
    "zh": "此页面正在更新，请过几分钟再来。",
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="30">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
{paragraphs}
</main>
</body>
</html>
"""


def write_hidden_page() -> bytes:
    """The same for every country, in the languages of missions."""
    paragraphs = "\n".join(
        f'<p lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}">{escape(words)}</p>'
        for code, words in _WORDS.items()
    )
    return _PAGE.format(title="UPR Pre-sessions", paragraphs=paragraphs).encode()
