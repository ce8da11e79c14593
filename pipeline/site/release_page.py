"""What the pages of a release show, told from what the release is made of."""

from collections.abc import Mapping, Sequence, Set
from urllib.parse import urlencode

from pipeline.domain.consents import Audience
from pipeline.domain.languages import country_name
from pipeline.site.manifests import MASTER_URI, sound_uri
from pipeline.site.page_values import (
    CountryPage,
    FileForPage,
    MissingStatement,
    PaperForPage,
    StatementForPage,
)
from pipeline.site.programme import Chapter, ProgrammePart, find_chapters
from pipeline.site.recommendation_files import KINDS, CountryRecommendations, SpokenRecommendations
from pipeline.site.release_values import CountryRelease, StatementInRelease
from pipeline.site.storyboards import STORYBOARD_URI
from pipeline.site.stream_sizes import quality_sizes
from pipeline.storage.keys import media_uri


def page_of(release: CountryRelease, folder: str, parts: Sequence[ProgrammePart], written: Set[str]) -> CountryPage:
    """The page of a release whose files, relative to its `folder`, are `written`; `parts` are its programme's."""
    stream = [one for part in parts for one in (part.card, part.statement)]
    return CountryPage(
        country_code=release.country_code,
        session_title=release.session_title,
        release_uri=folder,
        places=_places(release, folder, parts, written),
        programme_uri=f"{folder}programme/{MASTER_URI}" if parts else "",
        storyboard_uri=_storyboard_uri(folder, "programme/", written),
        sound_uri=f"{folder}programme/{sound_uri(stream)}" if parts else "",
        qualities=quality_sizes(stream) if parts else (),
        subtitle_uris=_subtitle_uris(release, folder),
        files=tuple(FileForPage(file.uri, file.size_bytes, file.height) for file in release.films),
        exports=_export_uris(release, folder),
        session_uri="../",
        audience=release.audience,
        uploaded_at=release.made_on,
        address=release.address if release.audience is Audience.PUBLIC else "",
        oembed_uri=_oembed_uri(release),
    )


def paper_uri(statement: StatementInRelease, number: int, folder: str) -> str:
    """A paper's place in the release, by numbers alone: what it was called before is nobody's business."""
    return f"{folder}s/{statement.position}/paper-{number}.{statement.papers[number - 1].kind.value}"


def export_uri(language: str, suffix: str) -> str:
    """The place of the list of recommendations in the release's folder."""
    return f"recommendations-{language}.{suffix}"


def recommendations_of(release: CountryRelease, language: str) -> CountryRecommendations:
    """Everything that is recommended in a release, with the country's name in a language."""
    speakers = [
        SpokenRecommendations(one.position, one.organisation, one.speaker, one.theme, one.recommendations)
        for one in release.statements
        if one.recommendations
    ]
    return CountryRecommendations(country_name(release.country_code, language), release.session_title, speakers)


def _places(
    release: CountryRelease, folder: str, parts: Sequence[ProgrammePart], written: Set[str]
) -> list[StatementForPage | MissingStatement]:
    positions = (statement.position for statement in release.statements)
    found = dict(zip(positions, find_chapters(parts), strict=True))
    return [
        _place(place, folder, found[place.position], written) if isinstance(place, StatementInRelease) else place
        for place in release.places
    ]


def _place(statement: StatementInRelease, folder: str, chapter: Chapter, written: Set[str]) -> StatementForPage:
    own = f"{folder}s/{statement.position}/"
    return StatementForPage(
        position=statement.position,
        organisation=statement.organisation,
        speaker=statement.speaker,
        theme=statement.theme,
        language=statement.language,
        duration_seconds=statement.media.package.duration_seconds,
        subtitle_languages=tuple(sorted(statement.subtitles)),
        subtitle_marks=statement.marks,
        voice_marks={language: voice.mark for language, voice in sorted(statement.voices.items())},
        poster_uri=media_uri(statement.media.name) + statement.media.package.poster_uri,
        manifest_uri=own + MASTER_URI,
        storyboard_uri=_storyboard_uri(folder, f"s/{statement.position}/", written),
        chapter=chapter,
        paragraphs=tuple(text for text in statement.text.split("\n\n") if text.strip()),
        recommendations=statement.recommendations,
        papers=tuple(
            PaperForPage(paper.title, paper_uri(statement, number, folder), paper.kind.value, paper.size_bytes)
            for number, paper in enumerate(statement.papers, start=1)
        ),
        subtitle_uris={code: f"{own}subtitles/{code}.vtt" for code in sorted(statement.subtitles)},
        files=_files(statement, media_uri(statement.media.name)),
    )


def _files(statement: StatementInRelease, base: str) -> tuple[FileForPage, ...]:
    """What plays by itself; of renditions only the sound does, for a picture's file has none."""
    if statement.files:
        return tuple(FileForPage(base + file.uri, file.size_bytes, file.height) for file in statement.files)
    sound = statement.media.package.audio
    return (FileForPage(base + sound.uri, sound.size_bytes),)


def _oembed_uri(release: CountryRelease) -> str:
    if release.audience is not Audience.PUBLIC or not release.oembed_url:
        return ""
    return f"{release.oembed_url}?{urlencode({'url': release.address, 'format': 'json'})}"


def _storyboard_uri(folder: str, stream: str, written: Set[str]) -> str:
    path = stream + STORYBOARD_URI
    return folder + path if path in written else ""


def _subtitle_uris(release: CountryRelease, folder: str) -> Mapping[str, str]:
    languages = sorted({language for statement in release.statements for language in statement.subtitles})
    return {language: f"{folder}programme/{language}.vtt" for language in languages}


def _export_uris(release: CountryRelease, folder: str) -> Mapping[str, str]:
    is_any = any(statement.recommendations for statement in release.statements)
    return {suffix: folder + export_uri("LANGUAGE", suffix) for suffix in KINDS} if is_any else {}
