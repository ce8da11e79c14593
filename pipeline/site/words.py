"""The sentences of the published pages, in each language that they speak: `wording/LANGUAGE.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.languages import SITE_LANGUAGES

_FOLDER = Path(__file__).parent / "wording"


@dataclass(frozen=True)
class Words:
    """One language's wording; a new sentence is a new field, so that no language can lack it."""

    skip_to_video: str
    page_language: str
    video: str
    not_official: str
    missions_only: str
    statements: str
    watch_from_here: str
    watch_alone: str
    whole_programme: str
    now_playing: str
    playing_alone: str
    length: str
    spoken_in: str
    subtitles_in: str
    no_subtitles: str
    voices_in: str
    written_statement: str
    recommendations: str
    papers: str
    paper: str
    megabytes: str
    missing: str
    nothing_published: str
    needs_script: str
    cannot_play: str
    line_dropped: str
    taken_down: str
    newer: str
    reload: str
    try_again: str
    licences: str
    quality: str
    automatic: str
    sound_only: str
    transcript: str
    transcript_language: str
    search_transcript: str
    lines_found: str
    follow: str
    no_transcript: str
    transcript_begins: str
    transcript_pages: str
    watch_video: str
    colon: str
    comma: str
    copy_moment: str
    copied: str
    copy_this: str
    copy_list: str
    filter_recommendations: str
    download_as: str
    plain_text: str
    files: str
    programme_files: str
    film: str
    sound: str
    keyboard: str
    key_play: str
    key_seek: str
    key_volume: str
    key_mute: str
    key_subtitles: str
    key_screen: str
    key_speed: str
    key_speaker: str
    key_tenths: str
    key_ends: str
    key_help: str
    key_lines: str
    keys_where: str
    countries: str
    all_countries: str
    not_yet: str
    speaker: str
    organisation: str
    theme: str
    country: str
    session: str
    recommendation: str
    whole_page: str
    number: str
    link_ended: str
    other_programs: str
    made_on: str
    published_now: str
    read_open: str
    read_players: str
    read_sums: str


def _read(language: str) -> Words:
    return Words(**tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8")))


WORDS: Mapping[str, Words] = {language: _read(language) for language in SITE_LANGUAGES}
