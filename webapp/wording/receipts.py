"""Receipts in words: what was taken back, and whether it is gone from where it lay."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from pipeline.domain.consents import ConsentItem
from pipeline.services.receipts import Receipt, Taken, ToldCaches
from webapp.i18n import moment_words


@dataclass(frozen=True)
class ReceiptWords:
    """A receipt as its speaker reads it."""

    number: int
    at: datetime
    heading: str
    lines: tuple[str, ...]


def receipt_words(receipt: Receipt) -> ReceiptWords:
    """The heading and a line for each thing."""
    heading = _("You withdrew everything") if receipt.is_everything else _("You withdrew a part")
    lines = (*_things(receipt), *_caches(receipt.caches), *(_no_longer(item) for item in receipt.consents))
    return ReceiptWords(receipt.number, receipt.at, heading, lines)


def _things(receipt: Receipt) -> list[str]:
    lines = []
    if receipt.published:
        lines.append(_gone(_("The public page"), receipt.published))
    if receipt.recordings:
        count = len(receipt.recordings.ids)
        lines.append(_gone(ngettext("%(num)d recording", "%(num)d recordings", count), receipt.recordings))
    if receipt.papers:
        count = len(receipt.papers.ids)
        lines.append(_gone(ngettext("%(num)d paper", "%(num)d papers", count), receipt.papers))
    if receipt.revisions:
        what = ngettext("%(num)d version of your text", "%(num)d versions of your text", receipt.revisions)
        lines.append(_gone(what, Taken((), receipt.at)))
    if receipt.unfinished_uploads:
        lines.append(_gone(_("What you had begun to send"), Taken((), receipt.at)))
    return lines


def _caches(told: ToldCaches | None) -> list[str]:
    if told is None:
        return []
    if told.told_at is None:
        return [_("Copies on the way to viewers: being removed now.")]
    when = moment_words(told.told_at)
    return [
        _(
            "Copies on the way to viewers: their removal was confirmed on %(when)s (%(answer)s).",
            when=when,
            answer=told.answer,
        )
    ]


def _gone(what: str, taken: Taken) -> str:
    if taken.gone_at is None:
        return _("%(what)s: being removed now. Look here again in some minutes.", what=what)
    return _("%(what)s: removed on %(when)s.", what=what, when=moment_words(taken.gone_at))


def _no_longer(item: ConsentItem) -> str:
    words = {
        ConsentItem.RECORDING: _("Your recording may not be shown to anybody."),
        ConsentItem.TEXT: _("Your text may not be shown to anybody."),
        ConsentItem.PAPERS: _("Your papers may not be shown to anybody."),
        ConsentItem.NAME: _("Your name may not be shown to anybody."),
    }
    return words[item]
