"""What can be measured. A new row goes into a section; a new section is a module here and a line in `SECTIONS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.rows import SectionResult
from bench.sections import (
    alignment,
    board,
    disturbed_publishing,
    editor,
    engine,
    growth,
    links,
    modern,
    peers,
    publishing,
    quality,
    rules,
    session,
    statement,
    uploads,
    watching,
)
from bench.stage import Stage


@dataclass(frozen=True)
class Section:
    """A title for the table, and what measures it."""

    title: str
    measure: Callable[[Stage], SectionResult]


SECTIONS: Mapping[str, Section] = {
    "statement": Section("A whole statement against bare ffmpeg", statement.measure_statement),
    "peers": Section("Processor time against other platforms", peers.measure_peers),
    "quality": Section("Bits at equal quality against other platforms", quality.measure_quality),
    "modern": Section("AV1 beside H.264", modern.measure_modern),
    "engine": Section("Background work and what more workers bring", engine.measure_engine),
    "board": Section("The board of 84 statements with history", board.measure_board),
    "links": Section("How soon a revoked link opens nothing", links.measure_links),
    "growth": Section("Memory and time as recordings grow longer", growth.measure_growth),
    "alignment": Section("When each line of a read text is said", alignment.measure_alignment),
    "rules": Section("Rules for subtitles: splitting, numbers and names", rules.measure_rules),
    "editor": Section("Writing subtitles: 150 of them in a real browser", editor.measure_editor),
    "publishing": Section("Publishing, correcting and taking down", publishing.measure_publishing),
    "session": Section("A session of 84 published at once", session.measure_session),
    "disturbed": Section(
        "Publishing that is killed or overtaken at each of its steps", disturbed_publishing.measure_disturbed_publishing
    ),
    "uploads": Section("The speaker's side: uploads and pages", uploads.measure_uploads),
    "watching": Section("The mission's side: the published page on a thin line", watching.measure_watching),
}
