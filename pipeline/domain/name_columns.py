"""Tables that write a person's name in two columns: joined into one, in the order in which it is said."""

from collections.abc import Iterable, Sequence

from pipeline.domain.delimited_text import TextLine
from pipeline.domain.named_codes import plain

_GIVEN = ("first name", "given name", "forename", "prénom", "prénoms", "nombre de pila")
_FAMILY = ("last name", "family name", "surname", "nom de famille", "apellido", "apellidos")


def join_names(head: TextLine, lines: Iterable[TextLine], *, whole: Sequence[str]) -> tuple[TextLine, list[TextLine]]:
    """The same table with one column for names, where it has several and none that is known to be the `whole` name.

    “Prénom” and “Nom”, “Nombre” and “Apellidos”: beside one part, a header of whole names means the other part.
    """
    headers = [plain(cell) for cell in head.cells]
    given, family, other = (_first(headers, words) for words in (_GIVEN, _FAMILY, whole))
    is_whole = other is not None and (given is None) == (family is None)
    if is_whole or (given is None and family is None):
        return head, list(lines)
    places = [place for place in (given, other, family) if place is not None]
    joined = TextLine(head.number, (whole[0], *_without(head.cells, places)))
    return joined, [_joined(line, places) for line in lines]


def _joined(line: TextLine, places: Sequence[int]) -> TextLine:
    parts = [line.cells[place] for place in places if place < len(line.cells)]
    return TextLine(line.number, (" ".join(filter(None, parts)), *_without(line.cells, places)))


def _without(cells: Sequence[str], places: Sequence[int]) -> list[str]:
    return [cell for place, cell in enumerate(cells) if place not in places]


def _first(headers: Sequence[str], words: Iterable[str]) -> int | None:
    wanted = {plain(word) for word in words}
    return next((place for place, header in enumerate(headers) if header in wanted), None)
