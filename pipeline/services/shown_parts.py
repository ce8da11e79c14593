"""What beside the recording may be shown of a statement, and to whom: name, theme, text, papers.

A release notes down exactly which of it went out, so that what may no longer be shown is found in older ones.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.fingerprints import digest
from pipeline.domain.naming import says_name
from pipeline.records.tables import Paper, Statement
from pipeline.services.consents import audience_of
from pipeline.services.papers import clean_papers
from pipeline.services.statement_contents import Written, newest_content, spoken_language, written

_FULL_NAME = "full"


@dataclass(frozen=True)
class ShownParts:
    """Exactly what is shown, as ids and codes; `name` is empty where none is.

    `details_id` is the revision that theme and language come from, `text_id` the one of text and recommendations.
    """

    name: str = ""
    details_id: int | None = None
    text_id: int | None = None
    paper_ids: tuple[int, ...] = ()

    def is_within(self, allowed: "ShownParts") -> bool:
        """Whether nothing is shown that the other does not show in the same form."""
        has_text = self.text_id in (None, allowed.text_id)
        return self.name in ("", allowed.name) and has_text and set(self.paper_ids) <= set(allowed.paper_ids)

    def kept_within(self, allowed: "ShownParts") -> "ShownParts":
        """What is left of it where only the other may be shown."""
        return replace(
            self,
            name=self.name if self.name == allowed.name else "",
            text_id=self.text_id if self.text_id == allowed.text_id else None,
            paper_ids=tuple(paper_id for paper_id in self.paper_ids if paper_id in allowed.paper_ids),
        )

    def to_json(self) -> dict[str, Any]:
        """JSON types only, as a release's facts keep it."""
        return {**asdict(self), "paper_ids": list(self.paper_ids)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ShownParts":
        """Read back what `to_json` wrote."""
        return cls(**{**data, "paper_ids": tuple(data["paper_ids"])})


@dataclass(frozen=True)
class ShownWords:
    """What a reader sees beside the recording. `speaker` is None where no name is shown."""

    speaker: str | None
    organisation: str
    theme: str
    language: str
    text: str
    recommendations: tuple[str, ...]
    papers: tuple[Paper, ...]


def may_see(statement: Statement, item: ConsentItem, reader: Audience) -> bool:
    """Whether the speaker agreed to show an item to a reader: the public, or missions."""
    answer = audience_of(statement, item)
    return answer is Audience.PUBLIC or (answer is Audience.MISSIONS and reader is Audience.MISSIONS)


def name_shown(statement: Statement, reader: Audience = Audience.PUBLIC) -> str | None:
    """The name under which the speaker is shown; None where only the organisation is."""
    if not may_see(statement, ConsentItem.NAME, reader):
        return None
    names = {NameForm.FULL: statement.speaker.name, NameForm.ALIAS: statement.alias, NameForm.ORGANISATION: ""}
    return names[statement.name_form] or None


def withholds_name(statement: Statement, reader: Audience = Audience.PUBLIC) -> bool:
    """Whether the speaker's own name is not to be told."""
    return name_shown(statement, reader) != statement.speaker.name


def theme_shown(statement: Statement, own: Written, reader: Audience = Audience.PUBLIC) -> str:
    """The theme; nothing where it would tell a name that is not to be told."""
    theme = own.theme or statement.speaker.theme
    return "" if withholds_name(statement, reader) and says_name(theme, statement.speaker.name) else theme


def text_tells_name(statement: Statement, reader: Audience = Audience.PUBLIC) -> bool:
    """Whether text or recommendations say a name that is not to be told: they are then left out."""
    words = written(newest_content(statement)).all_words
    return withholds_name(statement, reader) and says_name(words, statement.speaker.name)


def paper_tells_name(statement: Statement, paper: Paper, reader: Audience = Audience.PUBLIC) -> bool:
    """Whether a paper or its title says a name that is not to be told: it is then left out."""
    told = paper.says_name or says_name(paper.title, statement.speaker.name)
    return told and withholds_name(statement, reader)


def parts_now(statement: Statement, reader: Audience = Audience.PUBLIC) -> ShownParts:
    """What may be shown of a statement now."""
    content = newest_content(statement)
    return ShownParts(
        name=_name_code(statement, reader),
        details_id=content.id if content else None,
        text_id=content.id if content and _may_see_text(statement, reader) else None,
        paper_ids=tuple(paper.id for paper in _papers(statement, reader)),
    )


def words_now(statement: Statement, reader: Audience = Audience.PUBLIC) -> ShownWords:
    """What may be shown of a statement now, in words: what a preview shows."""
    own = written(newest_content(statement))
    has_text = _may_see_text(statement, reader)
    return ShownWords(
        speaker=name_shown(statement, reader),
        organisation=statement.speaker.organisation,
        theme=theme_shown(statement, own, reader),
        language=spoken_language(statement),
        text=own.text if has_text else "",
        recommendations=own.recommendations if has_text else (),
        papers=tuple(_papers(statement, reader)),
    )


def parts_in(facts: Mapping[str, Any], statement_id: int) -> ShownParts:
    """What a release with these facts shows of a statement; older ones only noted down whether the name does."""
    kept = facts.get("shown", {}).get(str(statement_id))
    if kept is not None:
        return ShownParts.from_json(kept)
    return ShownParts(name=_FULL_NAME if statement_id in facts.get("named", ()) else "")


def _name_code(statement: Statement, reader: Audience) -> str:
    shown = name_shown(statement, reader)
    if shown is None:
        return ""
    return _FULL_NAME if statement.name_form is NameForm.FULL else f"alias-{digest(shown)}"


def _may_see_text(statement: Statement, reader: Audience) -> bool:
    has_words = written(newest_content(statement)).has_words
    return has_words and may_see(statement, ConsentItem.TEXT, reader) and not text_tells_name(statement, reader)


def _papers(statement: Statement, reader: Audience) -> list[Paper]:
    if not may_see(statement, ConsentItem.PAPERS, reader):
        return []
    return [paper for paper in clean_papers(statement) if not paper_tells_name(statement, paper, reader)]
