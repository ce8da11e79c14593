"""Writing TTML in the text profile of IMSC 1 (W3C): white words on a dark ground, a region for each place in use."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.captions.clocks import clock_text
from pipeline.captions.cues import Cue, in_order
from pipeline.captions.escapes import escape_xml
from pipeline.captions.places import Place
from pipeline.domain.languages import is_right_to_left

_ROOT = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"'
    ' xmlns:tts="http://www.w3.org/ns/ttml#styling" ttp:timeBase="media" ttp:cellResolution="32 15"'
    ' ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/text" xml:lang="{language}">'
)
_STYLE = (
    '<style xml:id="words" tts:color="white" tts:backgroundColor="#000000cc" tts:fontFamily="proportionalSansSerif"'
    ' tts:fontSize="100%" tts:lineHeight="125%"{direction}/>'
)
_RIGHT_TO_LEFT = ' tts:direction="rtl" tts:unicodeBidi="embed"'
_ROWS = ("after", "center", "before")
_COLUMNS = ("left", "center", "right")


def write_ttml(cues: Iterable[Cue], language: str) -> str:
    """The cues as one document; times count from the start of the recording."""
    ordered = in_order(cues)
    return "\n".join(_lines(ordered, language)) + "\n"


def _lines(cues: Sequence[Cue], language: str) -> Iterator[str]:
    direction = _RIGHT_TO_LEFT if is_right_to_left(language) else ""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield _ROOT.format(language=escape_xml(language))
    yield "<head>"
    yield f"<styling>{_STYLE.format(direction=direction)}</styling>"
    yield "<layout>"
    yield from (_region(place) for place in sorted({cue.place for cue in cues} | {Place.BOTTOM}))
    yield "</layout>"
    yield "</head>"
    yield '<body style="words">'
    yield "<div>"
    yield from (_paragraph(cue) for cue in cues)
    yield "</div>"
    yield "</body>"
    yield "</tt>"


def _region(place: Place) -> str:
    return (
        f'<region xml:id="{_name(place)}" tts:origin="10% 10%" tts:extent="80% 80%" tts:showBackground="whenActive"'
        f' tts:displayAlign="{_ROWS[place.row]}" tts:textAlign="{_COLUMNS[place.column]}"/>'
    )


def _name(place: Place) -> str:
    return place.name.lower().replace("_", "-")


def _paragraph(cue: Cue) -> str:
    begin, end = clock_text(cue.start_seconds), clock_text(cue.end_seconds)
    text = "<br/>".join(escape_xml(line) for line in cue.text.split("\n"))
    return f'<p xml:space="preserve" region="{_name(cue.place)}" begin="{begin}" end="{end}">{text}</p>'
