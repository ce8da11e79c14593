"""A country's statements as playlists for players of people's own: M3U, which everything reads, and XSPF.

No speaker is named in them: they are kept and passed on by programs that hear of no withdrawal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from pipeline.site.xml_text import printable, write_xml

_XSPF = "http://xspf.org/ns/0/"


@dataclass(frozen=True)
class PlaylistEntry:
    """One statement to play: `address` absolute, or relative to the playlist and percent-encoded; so is `poster`.

    `title` is its theme, empty where it has none.
    """

    position: int
    organisation: str
    title: str
    seconds: float
    address: str
    poster: str = ""

    @property
    def line(self) -> str:
        """What a player shows of it."""
        return f"{self.position}. {' – '.join(part for part in (self.organisation, self.title) if part)}"


def write_m3u(title: str, entries: Iterable[PlaylistEntry], addresses: Sequence[str] = ()) -> bytes:
    """UTF-8, as its second line says; `addresses` replace the entries' own where a file system reads them."""
    found = list(entries)
    lines = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{_line(title)}"]
    for entry, address in zip(found, addresses or [one.address for one in found], strict=True):
        lines += [f"#EXTINF:{round(entry.seconds)},{_line(entry.line)}", address]
    return ("\n".join(lines) + "\n").encode()


def write_xspf(title: str, entries: Iterable[PlaylistEntry]) -> bytes:
    """XSPF 1."""
    playlist = Xml.Element("playlist", {"version": "1", "xmlns": _XSPF})
    _add(playlist, "title", title)
    tracks = Xml.SubElement(playlist, "trackList")
    for entry in entries:
        track = Xml.SubElement(tracks, "track")
        _add(track, "location", entry.address)
        _add(track, "title", entry.title or entry.organisation)
        _add(track, "creator", entry.organisation)
        _add(track, "image", entry.poster)
        _add(track, "trackNum", str(entry.position))
        _add(track, "duration", str(round(entry.seconds * 1000)))
    return write_xml(playlist)


def _add(parent: Xml.Element, name: str, text: str) -> None:
    if text:
        Xml.SubElement(parent, name).text = printable(text)


def _line(text: str) -> str:
    return " ".join(printable(text).split())
