"""Make a package of what the encode left: verify it, cut it into segments, write its images, describe it."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.domain.packages import MediaRendition, Package
from pipeline.media.codec_strings import codec_string, picture_size
from pipeline.media.encode_plan import SAMPLE_RATE, EncodePlan
from pipeline.media.fragments import FragmentedTrack, read_track
from pipeline.media.graph import POSTER_FILES, STORYBOARD_FILE
from pipeline.media.poster import write_poster
from pipeline.media.segments import cut_points, without_priming, write_rendition
from pipeline.media.storyboard import write_storyboard

POSTER_URI = "poster.jpg"
STORYBOARD_URI = "storyboard.jpg"


def package_encode(plan: EncodePlan, work_dir: Path, out_dir: Path) -> Package:
    """Write the package's files below `out_dir`. Raises `FinalError` where the encode is not what was planned."""
    ladder = plan.ladder
    videos = {rung.name: _track(work_dir, rung.name) for rung in ladder.videos}
    modern = {rung.name: _track(work_dir, rung.name) for rung in (ladder.modern.videos if ladder.modern else ())}
    sound = without_priming(_track(work_dir, ladder.audio.name))
    _verify_pictures([*videos.values(), *modern.values()], plan)
    starts = cut_points(videos[ladder.videos[0].name], ladder.segment_seconds)
    audio = write_rendition(sound, starts, name=ladder.audio.name, out_dir=out_dir, codecs=codec_string(sound))
    _verify_sound(audio, plan, len(starts))
    return Package(
        duration_seconds=plan.duration_seconds,
        videos=_write_pictures(videos, starts, plan, out_dir),
        audio=replace(audio, channels=2),
        poster_uri=_write_poster(work_dir, out_dir),
        storyboard=write_storyboard(work_dir / STORYBOARD_FILE, out_dir / STORYBOARD_URI, plan),
        modern_videos=_write_pictures(modern, starts, plan, out_dir),
    )


def _track(work_dir: Path, name: str) -> FragmentedTrack:
    return read_track(work_dir / f"{name}.mp4")


def _write_pictures(
    tracks: dict[str, FragmentedTrack], starts: list[float], plan: EncodePlan, out_dir: Path
) -> tuple[MediaRendition, ...]:
    return tuple(
        _describe(write_rendition(track, starts, name=name, out_dir=out_dir, codecs=codec_string(track)), track, plan)
        for name, track in tracks.items()
    )


def _describe(rendition: MediaRendition, track: FragmentedTrack, plan: EncodePlan) -> MediaRendition:
    width, height = picture_size(track)
    return replace(rendition, width=width, height=height, frame_rate=round(float(plan.rate), 3))


def _write_poster(work_dir: Path, out_dir: Path) -> str:
    candidates = sorted(work_dir.glob(POSTER_FILES))
    if not candidates:
        raise FinalError("The encode left no picture for a poster.")
    write_poster(candidates, out_dir / POSTER_URI)
    return POSTER_URI


def _verify_pictures(tracks: Iterable[FragmentedTrack], plan: EncodePlan) -> None:
    """Every rendition has every frame, each equally long, and key frames at the same places."""
    keys = {tuple(n for n, sample in enumerate(track.samples) if sample.is_key) for track in tracks}
    if len(keys) != 1:
        raise FinalError("The renditions' key frames do not lie at the same places.")
    for track in tracks:
        if len(track.samples) != plan.frames:
            raise FinalError(f"A rendition has {len(track.samples)} frames where {plan.frames} were expected.")
        whole = Fraction(sum(sample.duration for sample in track.samples), track.timescale)
        if abs(whole - plan.frames / plan.rate) > 1 / plan.rate:
            raise FinalError("A rendition is not as long as its recording.")


def _verify_sound(audio: MediaRendition, plan: EncodePlan, segments: int) -> None:
    allowed = max(float(1 / plan.rate), 2048 / SAMPLE_RATE)
    if abs(audio.duration_seconds - plan.duration_seconds) > allowed:
        raise FinalError("The encoded sound is not as long as the picture.")
    if len(audio.segments) != segments:
        raise FinalError("A segment of the encoded sound is empty.")
