"""What other video platforms run for the same recording, with their own settings, in our own words.

Read in their repositories; only options are taken from there.

MediaCMS (github.com/mediacms-io/mediacms): `files/helpers.py` (`VIDEO_CRFS`, `VIDEO_BITRATES`,
`get_base_ffmpeg_command`: x264 CRF 23 with 1.5 times the table's rate as cap and buffer, main profile, a key frame
every 4 s, AAC 128k, Lanczos scaling, one process per profile from the original), `fixtures/encoding_profiles.json`
(active: H.264 in 240, 360, 480, 720 and 1080 lines), `docs/transcoding.md` (preset `medium` unless set otherwise).
Releases before that setting used `faster` from 720 lines up; the bench has both.

PeerTube (github.com/Chocobozzz/PeerTube): `packages/ffmpeg/src/ffmpeg-default-transcoding-profile.ts` (veryfast, x264's
own CRF of 23, `-b_strategy 1 -bf 16`, cap by bits per pixel, buffer twice the cap),
`packages/core-utils/src/videos/bitrate.ts` (bits per pixel), `packages/ffmpeg/src/shared/encoder-options.ts` (key frame
every 2 s), `packages/ffmpeg/src/ffmpeg-vod.ts` (fragmented MP4 in one file, 4 s),
`server/core/lib/transcoding/shared/job-builders/abstract-job-builder.ts` (one job per resolution, each from the
original, nothing copied when only HLS is enabled), `config/default.yaml` (one thread, web videos off).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.clip import HEIGHT, RATE, WIDTH
from pipeline.media.programs import MediaPrograms, file_url

Command = list[str]

MEDIACMS_HEIGHTS = (240, 360, 480, 720, 1080)
"""The H.264 profiles that are active after installing MediaCMS."""

PEERTUBE_HEIGHTS = (240, 360, 480, 720, 1080)
"""Administrators of PeerTube choose; these are its classical ones up to full HD."""

_MEDIACMS_KBPS = {240: 300, 360: 500, 480: 1000, 720: 2500, 1080: 4500}
_MEDIACMS_RATE_FACTOR = 1.5
_MEDIACMS_KEY_SECONDS = 4
_MEDIACMS_BIG = 720

_PEERTUBE_BITS_PER_PIXEL = {240: 0.17, 360: 0.15, 480: 0.12, 720: 0.11, 1080: 0.10}
_PEERTUBE_SOURCE_MARGIN = 1.3
_PEERTUBE_KEY_SECONDS = 2


@dataclass(frozen=True)
class Source:
    """The recording as a peer's probe sees it; `rate` in bits per second, of the whole file."""

    path: Path
    rate: int


def mediacms(
    source: Source, heights: Sequence[int], programs: MediaPrograms, *, big_preset: str = "medium"
) -> list[Command]:
    """One process for each height; `big_preset` from 720 lines up."""
    return [_mediacms_one(source, height, programs, big_preset) for height in heights]


def peertube(source: Source, heights: Sequence[int], programs: MediaPrograms) -> list[Command]:
    """One process for each height, fragmented MP4 and its playlist."""
    return [_peertube_one(source, height, programs) for height in heights]


def mediacms_images(source: Source, programs: MediaPrograms) -> list[Command]:
    """Its sprite, preview and thumbnail, each from a decode of its own (`files/tasks.py`)."""
    opening = [programs.ffmpeg, "-nostdin", "-y"]
    original = ["-i", file_url(source.path)]
    return [
        [*opening, *original, "-vf", "fps=1/10,scale=160:90", "-f", "image2", "file:sprite%03d.jpg"],
        [*opening, "-ss", "3", *original, "-t", "25", "-vf", "scale=344:-1:flags=lanczos,fps=1", "file:preview.gif"],
    ]


def peertube_images(source: Source, seconds: int, programs: MediaPrograms) -> list[Command]:
    """Its thumbnail and storyboard (`packages/ffmpeg/src/ffmpeg-images.ts`)."""
    opening = [programs.ffmpeg, "-nostdin", "-y"]
    original = ["-i", file_url(source.path)]
    storyboard = "setpts=N/round(FRAME_RATE)/TB,select='not(mod(t,1))',scale=192:108,tile=layout=8x8"
    return [
        [*opening, "-ss", str(seconds / 2), *original, "-vf", "thumbnail=50", "-frames:v", "1", "file:thumbnail.jpg"],
        [*opening, *original, "-filter_complex", storyboard, "-frames:v", "1", "-q:v", "2", "file:storyboard.jpg"],
    ]


def mediacms_file(height: int) -> str:
    """Where `mediacms` leaves a rendition."""
    return f"mediacms-{height}.mp4"


def peertube_file(height: int) -> str:
    """Where `peertube` leaves a rendition."""
    return f"peertube-{height}.mp4"


def _mediacms_one(source: Source, height: int, programs: MediaPrograms, big_preset: str) -> Command:
    cap = f"{int(_MEDIACMS_KBPS[height] * _MEDIACMS_RATE_FACTOR)}k"
    width = round(height * 16 / 9)
    fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=lanczos"
    interval = RATE * _MEDIACMS_KEY_SECONDS
    # fmt: off
    return [
        programs.ffmpeg, "-nostdin", "-y", "-i", file_url(source.path),
        "-c:v", "libx264", "-filter:v", f"{fit},fps=fps={RATE}", "-pix_fmt", "yuv420p", "-crf", "23",
        "-c:a", "aac", "-b:a", "128k", "-ac", "2",
        "-maxrate", cap, "-bufsize", cap,
        "-force_key_frames", f"expr:gte(t,n_forced*{_MEDIACMS_KEY_SECONDS})",
        "-x264-params", f"keyint={2 * interval}:keyint_min={interval}",
        "-preset", big_preset if height >= _MEDIACMS_BIG else "medium",
        "-profile:v", "main", "-level", "4.2", "-strict", "-2",
        f"file:{mediacms_file(height)}",
    ]
    # fmt: on


def _peertube_one(source: Source, height: int, programs: MediaPrograms) -> Command:
    cap = peertube_cap(height, source.rate)
    # fmt: off
    return [
        programs.ffmpeg, "-nostdin", "-y", "-i", file_url(source.path), "-threads", "1",
        "-max_muxing_queue_size", "1024", "-map_metadata", "-1", "-pix_fmt", "yuv420p",
        "-c:v", "libx264", "-vf", f"scale=w=-2:h={height}", "-preset", "veryfast",
        "-maxrate:v", str(cap), "-bufsize:v", str(2 * cap), "-b_strategy", "1", "-bf", "16",
        "-r", str(RATE), "-g:v", str(RATE * _PEERTUBE_KEY_SECONDS),
        "-c:a", "aac", "-channel_layout", "stereo",
        "-hls_time", "4", "-hls_list_size", "0", "-hls_playlist_type", "vod",
        "-hls_segment_filename", peertube_file(height), "-hls_segment_type", "fmp4", "-hls_flags", "single_file",
        "-f", "hls", f"peertube-{height}.m3u8",
    ]
    # fmt: on


def peertube_cap(height: int, source_rate: int) -> int:
    """Its cap in bits per second: by pixels, but no more than 1.3 times the original's rate."""
    by_pixels = int(height * (height * WIDTH / HEIGHT) * RATE * _PEERTUBE_BITS_PER_PIXEL[height])
    return min(by_pixels, int(source_rate * _PEERTUBE_SOURCE_MARGIN))
