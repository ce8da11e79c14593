"""A speaker in the demonstration: opens the personal link, answers about consent, hands in a recording."""

from pathlib import Path

from presession.demo.pages import Page
from presession.demo.uploading import send_recording
from presession.demo.visitor import Visitor


def hand_in(
    portal_url: str,
    link: str,
    recording: Path,
    *,
    language: str,
    shows_name: bool,
    is_public: bool = True,
    text: str = "",
    is_interrupted: bool = False,
) -> int:
    """Do all that a speaker does on one visit, who may have a `text` that was read; returns the offset at which an
    interrupted upload went on.
    """
    with Visitor(portal_url, language=language) as visitor:
        page = _open_link(visitor, link)
        _consent(visitor, page, recording="public" if is_public else "missions", shows_name=shows_name)
        if text:
            visitor.send(page.form("/speaker/contents"), text=text)
        endpoint = str(page.block("upload-config")["endpoint"])
        return send_recording(visitor, endpoint, recording, is_interrupted=is_interrupted)


def _open_link(visitor: Visitor, link: str) -> Page:
    """Press the button behind the link."""
    return visitor.send(visitor.open(link).own_form())


def _consent(visitor: Visitor, page: Page, *, recording: str, shows_name: bool) -> None:
    form = page.form("/speaker/consent")
    visitor.send(form, recording=recording, name="public" if shows_name else "nobody")
