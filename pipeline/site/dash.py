"""The DASH manifest of a stream: the on-demand profile (ISO/IEC 23009-1, 8.3) over the same files as HLS.

One period for each part; players find segments by the index in each file. Subtitles are one WebVTT file a language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.domain.packages import ByteRange, MediaRendition
from pipeline.site.bit_rates import average_rate, peak_rate, target_seconds
from pipeline.site.mark_words import interpretation_words, mark_words
from pipeline.site.stream_parts import StreamPart, spoken_language, voice_languages
from pipeline.site.subtitle_files import SubtitleTrack

DASH_URI = "manifest.mpd"

NAMESPACE = "urn:mpeg:dash:schema:mpd:2011"
PROFILE = "urn:mpeg:dash:profile:isoff-on-demand:2011"
_ROLE = "urn:mpeg:dash:role:2011"
_FIRST_VOICE = 10
_CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"


def write_mpd(parts: Sequence[StreamPart]) -> str:
    """The manifest as XML text; addresses are relative to the stream's folder."""
    media = [one for part in parts for one in (*part.package.renditions, *_voices_of(part))]
    segments = [segment for one in media for segment in one.segments]
    root = Element(
        "MPD",
        xmlns=NAMESPACE,
        profiles=PROFILE,
        type="static",
        mediaPresentationDuration=_duration(sum(part.duration_seconds for part in parts)),
        minBufferTime=_duration(max(segment.duration_seconds for segment in segments)),
    )
    for number, part in enumerate(parts, start=1):
        period = SubElement(root, "Period", id=str(number), duration=_duration(part.duration_seconds))
        period.extend(_adaptation_sets(part, spoken_language(parts), voice_languages(parts)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _voices_of(part: StreamPart) -> list[MediaRendition]:
    return [voice.rendition for voice in part.voices.values()]


def _adaptation_sets(part: StreamPart, language: str, voices: Sequence[str]) -> Iterator[Element]:
    """Sets keep their numbers from period to period, so that players carry a choice over."""
    yield _pictures("1", part.package.videos, part.media_base)
    if part.package.modern_videos:
        yield _pictures("2", part.package.modern_videos, part.media_base)
    yield _sound(part, language)
    for number, each in enumerate(voices, start=_FIRST_VOICE):
        yield _voice(str(number), part, each)
    for each, track in sorted(part.subtitles.items()):
        yield _subtitles(each, track, part.duration_seconds)


def _pictures(number: str, videos: Sequence[MediaRendition], base: str) -> Element:
    found = _media_set(
        number,
        "video",
        par="16:9",
        maxWidth=str(max(video.width for video in videos)),
        maxHeight=str(max(video.height for video in videos)),
        maxFrameRate=_rate(max(video.frame_rate for video in videos)),
    )
    _role(found, "main")
    for video in videos:
        picture = {"width": str(video.width), "height": str(video.height), "sar": "1:1"}
        _representation(found, video, base, **picture, frameRate=_rate(video.frame_rate))
    return found


def _sound(part: StreamPart, language: str) -> Element:
    audio = part.package.audio
    found = _media_set("3", "audio", lang=language)
    _role(found, "main")
    SubElement(found, "AudioChannelConfiguration", schemeIdUri=_CHANNELS, value=str(audio.channels))
    _representation(found, audio, part.media_base)
    return found


def _voice(number: str, part: StreamPart, language: str) -> Element:
    """An interpretation; where a part has none its original, so that the choice lasts."""
    voice = part.voices.get(language)
    media, base = part.sound_in(language)
    found = _media_set(number, "audio", lang=language)
    words = [interpretation_words(language), *([mark_words(voice.mark, language)] if voice and voice.mark else [])]
    SubElement(found, "Label").text = ", ".join(words)
    _role(found, "dub")
    SubElement(found, "AudioChannelConfiguration", schemeIdUri=_CHANNELS, value=str(media.channels))
    _representation(found, replace(media, name=f"voice-{language}"), base)
    return found


def _media_set(number: str, kind: str, **attributes: str) -> Element:
    return Element(
        "AdaptationSet",
        attributes,
        id=number,
        contentType=kind,
        mimeType=f"{kind}/mp4",
        subsegmentAlignment="true",
        subsegmentStartsWithSAP="1",
    )


def _role(found: Element, value: str) -> None:
    SubElement(found, "Role", schemeIdUri=_ROLE, value=value)


def _representation(found: Element, media: MediaRendition, base: str, **attributes: str) -> None:
    stretches = [(segment.size_bytes, segment.duration_seconds) for segment in media.segments]
    rate = peak_rate(stretches, target_seconds([seconds for _, seconds in stretches]))
    one = SubElement(found, "Representation", attributes, id=media.name, bandwidth=str(rate), codecs=media.codecs)
    SubElement(one, "BaseURL").text = base + media.uri
    index = SubElement(one, "SegmentBase", indexRange=_range(media.index), indexRangeExact="true")
    SubElement(index, "Initialization", range=_range(ByteRange(0, media.init_bytes)))


def _subtitles(language: str, track: SubtitleTrack, seconds: float) -> Element:
    found = Element("AdaptationSet", contentType="text", mimeType="text/vtt", lang=language)
    if track.mark is not None:
        SubElement(found, "Label").text = mark_words(track.mark, language)
    _role(found, "subtitle")
    rate = average_rate([(track.whole_bytes, seconds)])
    one = SubElement(found, "Representation", id=f"subtitles-{language}", bandwidth=str(rate))
    SubElement(one, "BaseURL").text = track.whole_uri
    return found


def _range(span: ByteRange) -> str:
    """First and last byte, both included."""
    return f"{span.offset}-{span.end - 1}"


def _rate(frame_rate: float) -> str:
    """Pictures per second as DASH writes them: `25`, `30000/1001`."""
    return str(Fraction(frame_rate).limit_denominator(1001))


def _duration(seconds: float) -> str:
    return f"PT{seconds:.6f}S"
