"""What staff may write to a mission with its link, in each language of missions' pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.domain.languages import country_name, is_right_to_left
from pipeline.domain.mission_tables import MadeLink
from webapp.wording.days import long_day


@dataclass(frozen=True)
class Letter:
    """A mail as a person sends it from a program of their own; nothing is sent by the portal."""

    language: str
    subject: str
    text: str

    @property
    def direction(self) -> str:
        """Which way it is read."""
        return "rtl" if is_right_to_left(self.language) else "ltr"


def write_letter(link: MadeLink, session_title: str, language: str) -> Letter:
    """The mail for a link that was just made; it names the session, the country and the last day."""
    subject, *paragraphs = _WORDS[language]
    place = f"{country_name(link.country_code, language)} – {session_title}" if link.country_code else session_title
    told = {"what": place, "address": link.address, "until": long_day(link.until, language)}
    return Letter(language, subject.format(**told), "\n\n".join(paragraphs).format(**told))


_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Statements by civil society: {what}",
        "Dear colleagues,",
        "The statements by civil society can be watched here: {what}.",
        "{address}",
        "The page opens in any browser, without an account, with subtitles. The link is meant for your mission and "
        "works until {until}. Please do not pass it on outside your mission: it may show statements that are for "
        "missions only.",
        "Kind regards",
    ),
    "fr": (
        "Déclarations de la société civile\u202f: {what}",
        "Madame, Monsieur,",
        "Les déclarations de la société civile peuvent être visionnées ici\u202f: {what}.",
        "{address}",
        "La page s’ouvre dans tout navigateur, sans compte et avec sous-titres. Ce lien est destiné à votre mission et "
        "fonctionne jusqu’au {until}. Merci de ne pas le transmettre hors de votre mission\u202f: il peut donner "
        "accès à des déclarations réservées aux missions.",
        "Cordialement",
    ),
    "es": (
        "Declaraciones de la sociedad civil: {what}",
        "Estimados colegas y estimadas colegas:",
        "Las declaraciones de la sociedad civil pueden verse aquí: {what}.",
        "{address}",
        "La página se abre en cualquier navegador, sin cuenta y con subtítulos. El enlace es para su misión y funciona "
        "hasta el {until}. Les rogamos que no lo compartan fuera de su misión: puede mostrar declaraciones que son "
        "solo para las misiones.",
        "Atentamente",
    ),
    "ar": (
        "بيانات المجتمع المدني: {what}",
        "السيدات والسادة،",
        "يمكن مشاهدة بيانات المجتمع المدني هنا: {what}.",
        "{address}",
        "تُفتح الصفحة في أي متصفح دون حساب ومع ترجمة مكتوبة. هذا الرابط مخصص لبعثتكم ويعمل حتى {until}. يُرجى عدم "
        "مشاركته خارج بعثتكم، فقد يعرض بيانات مخصصة للبعثات وحدها.",
        "مع خالص التحية",
    ),
    "ru": (
        "Выступления гражданского общества: {what}",
        "Уважаемые коллеги!",
        "Выступления гражданского общества можно посмотреть здесь: {what}.",
        "{address}",
        "Страница открывается в любом браузере, без учётной записи, с субтитрами. Ссылка предназначена для вашего "
        "представительства и действует до {until} включительно. Просим не передавать её за пределы "
        "представительства: по ней могут быть доступны выступления только для представительств.",
        "С уважением",
    ),
    "zh": (
        "民间社会发言：{what}",
        "各位同事：",
        "可在此观看民间社会的发言：{what}。",
        "{address}",
        "该页面可在任何浏览器中打开，无需账户，并带有字幕。此链接供贵代表团使用，有效期至{until}。"
        "请勿转发至代表团以外：其中可能有仅供代表团观看的发言。",
        "此致",
    ),
}
"""A subject, then paragraphs."""
