"""The measured facts of picture and sound: first from packets and the decoded sound, then from decoded pictures."""

from dataclasses import replace

from pipeline.media.cadence import Cadence
from pipeline.media.completeness import Ending
from pipeline.media.hearing import BOTH_SIDES_LU, Span, heard_side
from pipeline.media.picture import PictureMeasures
from pipeline.media.probe import Stream
from pipeline.media.rates import output_rate
from pipeline.media.report import AudioFacts, VideoFacts
from pipeline.media.sniff import Container
from pipeline.media.sound import SoundMeasures
from pipeline.media.stream_choice import StreamChoice

_USUAL_INTERVAL_SECONDS = 0.04
_LONGEST_LAST_PICTURE_SECONDS = 1.0
_DECODER_STEP_SECONDS = 0.15
_INTERLACED = frozenset({"tt", "bb", "tb", "bt"})


def video_facts(choice: StreamChoice, container: Container, ending: Ending) -> VideoFacts:
    """What headers and packets tell of the picture."""
    stream, packets = choice.video, choice.video_packets
    cadence = packets.cadence
    width, height = stream.upright_size
    last = _last_picture_seconds(packets.last_duration_seconds, cadence)
    return VideoFacts(
        index=stream.index,
        codec=stream.codec,
        width=width,
        height=height,
        frame_rate=round(cadence.frame_rate, 3),
        output_rate=str(output_rate(cadence.frame_rate, is_steady=cadence.is_steady)),
        frames=packets.expected_frames,
        rotation=stream.rotation,
        start_seconds=round(cadence.start_seconds - choice.zero_seconds, 6),
        is_interlaced=stream.field_order in _INTERLACED,
        pixel_format=stream.pixel_format,
        transfer=stream.transfer,
        primaries=stream.primaries,
        matrix=stream.matrix,
        end_seconds=round(cadence.last_seconds + last - choice.zero_seconds, 6),
        last_picture_seconds=round(last, 6),
        expected_frames=packets.expected_frames,
        leading_frames=packets.leading if packets.has_key else 0,
        claimed_seconds=0.0 if ending.is_fragmented else claimed_seconds(choice, container, stream),
        # AVI counts its frames; elsewhere cuts by an editor leave frames that are not to be shown.
        claimed_frames=stream.frames if container is Container.AVI else 0,
    )


def _last_picture_seconds(said: float, cadence: Cadence) -> float:
    """How long the last picture stays: what its packet says, else the average."""
    if 0 < said <= _LONGEST_LAST_PICTURE_SECONDS:
        return said
    return cadence.mean_interval_seconds or _USUAL_INTERVAL_SECONDS


def claimed_seconds(choice: StreamChoice, container: Container, stream: Stream) -> float:
    """The length that the header gives; MP4 gives one for each track. 0 where there is none."""
    own = stream.duration_seconds if container is Container.MOV else None
    return own or choice.header_seconds or 0.0


def audio_facts(choice: StreamChoice, sound: SoundMeasures | None, *, is_bounded: bool) -> AudioFacts | None:
    """What the decoded sound tells; `is_bounded` when it was not decoded to its end."""
    stream = choice.audio
    if stream is None or sound is None or not sound.is_decoded:
        return None
    side = heard_side(sound)
    loudness = sound.loudness_lufs
    if loudness is not None and side:
        loudness += BOTH_SIDES_LU
    return AudioFacts(
        index=stream.index,
        codec=stream.codec,
        channels=stream.channels,
        sample_rate=stream.sample_rate,
        language=stream.language,
        start_seconds=round(sound.start_seconds, 6),
        loudness_lufs=None if loudness is None else round(loudness, 2),
        true_peak_dbtp=None if sound.true_peak_dbtp is None else round(sound.true_peak_dbtp, 2),
        end_seconds=round(_sound_end(choice, sound, is_bounded=is_bounded), 6),
        heard_side=side,
        changes_form=sound.changes_form,
    )


def _sound_end(choice: StreamChoice, sound: SoundMeasures, *, is_bounded: bool) -> float:
    """The packets tell the end to the sample, the decoder only to a tenth of a second."""
    claimed = choice.audio_packets.end_seconds
    if claimed is None:
        return sound.end_seconds
    exact = claimed - choice.zero_seconds
    is_confirmed = is_bounded or not sound.blocks or abs(exact - sound.end_seconds) <= _DECODER_STEP_SECONDS
    return exact if is_confirmed else sound.end_seconds


def with_pictures(video: VideoFacts, picture: PictureMeasures) -> VideoFacts:
    """The facts once every picture was decoded."""
    cadence = picture.cadence
    return replace(
        video,
        frame_rate=round(cadence.frame_rate, 3),
        output_rate=str(output_rate(cadence.frame_rate, is_steady=cadence.is_steady)),
        frames=cadence.frames,
        start_seconds=round(cadence.start_seconds, 6),
        end_seconds=round(cadence.last_seconds + video.last_picture_seconds, 6),
    )


def span_of(video: VideoFacts, audio: AudioFacts | None) -> Span:
    """Start and end of a recording on ffmpeg's timeline: from the first to the last picture or sound."""
    if audio is None:
        return video.start_seconds, video.end_seconds
    return min(video.start_seconds, audio.start_seconds), max(video.end_seconds, audio.end_seconds)
