"""What each statement of a release is made from: of a release as it is written, and of the panel as it is now.

Both are told in the same names, so that the two can be compared input by input.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.fingerprints import StepInputs, digest
from pipeline.domain.sheets import TrackMark
from pipeline.media.cards import CardMaking, CardText
from pipeline.records.tables import Country, Recording, Statement
from pipeline.services.panel_contents import PanelEntry, read_ready
from pipeline.services.publication import ItemInputs, ReleaseInputs
from pipeline.services.release_voices import ReleasedVoice, ShownVoice
from pipeline.services.shown_parts import ShownParts, words_now
from pipeline.services.step_inputs import card_inputs, card_text
from pipeline.services.tracks import current_tracks

CARD = "card."
"""Before the names of a title card's own inputs among those of a release."""


@dataclass(frozen=True)
class ShownStatement:
    """One statement as a release shows it; `tracks` are ids and `marks` what is said beside them, by language; so are
    `voices`: each with its mix and its mark.
    """

    statement_id: int
    position: int
    recording_id: int
    package_prefix: str
    tracks: Mapping[str, int]
    marks: Mapping[str, TrackMark]
    parts: ShownParts
    card: StepInputs
    voices: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def own_digests(self) -> dict[str, str]:
        """Digests of everything that is the statement's own."""
        values = {
            "recording": self.recording_id,
            "place": self.position,
            "package": self.package_prefix,
            "name": self.parts.name,
            "text": self.parts.text_id,
            "papers": list(self.parts.paper_ids),
            **{f"track {language}": self._track(language) for language in self.tracks},
            **{f"voice {language}": list(voice) for language, voice in self.voices.items()},
        }
        card = {CARD + name: short for name, short in self.card.digests.items()}
        return {**{name: digest(value) for name, value in values.items()}, **card}

    def _track(self, language: str) -> Any:
        """A track as it is shown: with its mark where it has one."""
        mark = self.marks.get(language)
        return self.tracks[language] if mark is None else [self.tracks[language], mark]


def inputs_by_statement(shown: Sequence[ShownStatement], player: Mapping[str, bytes]) -> dict[int, dict[str, str]]:
    """Digests of the inputs of each statement by its id; `others` stands for the rest of the panel."""
    own = {one.statement_id: one.own_digests for one in shown}
    page = digest({name: data.hex() for name, data in player.items()})
    return {
        statement_id: {
            **digests,
            "others": digest([other for other in sorted(own.items()) if other[0] != statement_id]),
            "player": page,
        }
        for statement_id, digests in own.items()
    }


def shown_in_release(release: ReleaseInputs, making: CardMaking) -> list[ShownStatement]:
    """The statements of a release that is being written."""
    return [_shown_item(release, item, making) for item in release.items]


def shown_by_panel(db: Session, country: Country, audience: Audience, making: CardMaking) -> list[ShownStatement]:
    """The statements that a release of the country would show to an audience if it were planned now."""
    entries = read_ready(db, country, audience)
    return [_shown_entry(entry, db.get_one(Recording, entry.recording_id), audience, making) for entry in entries]


def text_of_item(release: ReleaseInputs, item: ItemInputs) -> CardText:
    """What a title card of a release says."""
    return card_text(
        country_code=release.country_code,
        session_title=release.session_title,
        speaker=item.speaker,
        organisation=item.organisation,
        theme=item.theme,
        language=item.language,
    )


def text_of_statement(statement: Statement, audience: Audience = Audience.PUBLIC) -> CardText:
    """What a statement's title card would say to an audience now."""
    words, country = words_now(statement, audience), statement.speaker.country
    return card_text(
        country_code=country.code,
        session_title=country.pre_session.title,
        speaker=words.speaker,
        organisation=words.organisation,
        theme=words.theme,
        language=words.language,
    )


def _shown_item(release: ReleaseInputs, item: ItemInputs, making: CardMaking) -> ShownStatement:
    return ShownStatement(
        statement_id=item.statement_id,
        position=item.position,
        recording_id=item.recording_id,
        package_prefix=item.package_prefix,
        tracks=item.track_ids,
        marks=item.marks,
        parts=item.parts,
        card=card_inputs(text_of_item(release, item), item.track_ids, making),
        voices=_named(item.voices),
    )


def _shown_entry(entry: PanelEntry, recording: Recording, audience: Audience, making: CardMaking) -> ShownStatement:
    tracks = {language: track.id for language, track in current_tracks(recording).items()}
    return ShownStatement(
        statement_id=entry.statement_id,
        position=entry.position,
        recording_id=entry.recording_id,
        package_prefix=entry.package_prefix,
        tracks=tracks,
        marks=dict(entry.marks),
        parts=entry.parts,
        card=card_inputs(text_of_statement(recording.statement, audience), tracks, making),
        voices=_named(entry.voices),
    )


def _named(voices: Iterable[ShownVoice | ReleasedVoice]) -> dict[str, Sequence[Any]]:
    return {one.language: [one.voice_id, one.prefix, one.mark] for one in voices}
