"""The encode as one ffmpeg graph, built with ffmpeg-python: one decode, every rendition, pictures for the poster."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from pipeline.media.ladder import Ladder, Loudness, VideoRung
from pipeline.media.programs import MediaPrograms, available_filters, file_url, guarded_options
from pipeline.media.report import AudioFacts, IntakeReport, VideoFacts
from pipeline.media.sniff import Container

SAMPLE_RATE = 48_000
POSTER_EVERY_SECONDS = 2
POSTER_CANDIDATES = 8

_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
_UNTAGGED = {"", "unknown", "unspecified", "reserved"}
_HD_LINES = 720
_MAX_GAIN_DB = 46.0
_CODEC_OVERSHOOT_DB = 1.0
"""AAC peaks lie up to this above the peaks that went in."""

_FRAGMENTS = "+frag_keyframe+delay_moov+default_base_moof+skip_trailer"


@dataclass(frozen=True)
class EncodePlan:
    """What one encode will make: frames at a constant rate, samples, all of the same length."""

    rate: Fraction
    frames: int
    start_seconds: float

    @property
    def duration_seconds(self) -> float:
        """Length of every rendition."""
        return float(self.frames / self.rate)

    @property
    def samples(self) -> int:
        """Audio samples of that length."""
        return round(self.frames / self.rate * SAMPLE_RATE)

    def keyframe_interval(self, ladder: Ladder) -> int:
        """Frames of a segment; at 29.97 frames a second four seconds are 4.004 s."""
        return round(self.rate * ladder.segment_seconds)


def plan_encode(report: IntakeReport) -> EncodePlan:
    """Length and rate from what intake decoded; the timeline begins with the first picture or sound."""
    assert report.video is not None  # noqa: S101 - an accepted recording has a picture
    rate = report.video.encode_rate
    starts = [report.video.start_seconds] + ([report.audio.start_seconds] if report.audio else [])
    return EncodePlan(rate, max(1, round(Fraction(report.duration_seconds) * rate)), min(starts))


def encode_arguments(
    source: Path,
    report: IntakeReport,
    plan: EncodePlan,
    *,
    ladder: Ladder,
    programs: MediaPrograms,
) -> list[str]:
    """Arguments of the whole encode. In its working folder it leaves `NAME.mp4` for every rendition, in fragments,
    and `poster-N.png` for candidates.
    """
    assert report.video is not None  # noqa: S101
    options = guarded_options(Container(report.container))
    # A picture that changes its size on the way goes through the same filters, which adapt.
    opened = ffmpeg.input(file_url(source), **options, **_threads(programs), reinit_filter=0)
    picture = _house_picture(opened[str(report.video.index)], report.video, plan, ladder, programs)
    outputs = _video_outputs(picture, plan, ladder, programs)
    sound = _silence(plan) if report.audio is None else _house_sound(opened, report.audio, plan, ladder.loudness)
    outputs.append(ffmpeg.output(sound, _target(ladder.audio.name), **_audio_options(ladder)))
    arguments: list[str] = ffmpeg.merge_outputs(*outputs).get_args(overwrite_output=True)
    return ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-progress", "pipe:1", *arguments]


def _house_picture(stream: Any, video: VideoFacts, plan: EncodePlan, ladder: Ladder, programs: MediaPrograms) -> Any:
    """Upright, progressive, square pixels, SDR BT.709 8-bit, a constant rate, on the largest canvas.

    ffmpeg itself turns the picture upright as the container says.
    """
    top = ladder.videos[-1]
    if video.is_interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="all")
    stream = stream.filter("setpts", f"PTS-{plan.start_seconds:.6f}/TB")
    stream = stream.filter("fps", fps=str(plan.rate), start_time=0)
    # Sound may go on after the last picture, which then stays.
    stream = stream.filter("tpad", stop_mode="clone", stop_duration=f"{plan.duration_seconds:.3f}")
    stream = stream.filter("trim", end_frame=plan.frames)
    if video.transfer in _HDR_TRANSFERS and {"zscale", "tonemap"} <= available_filters(programs.ffmpeg):
        stream = _tone_mapped(_fitted(stream, top), video)
    else:
        stream = _fitted(stream, top, **_matrix_options(video)).filter("format", "yuv420p")
    return (
        stream.filter("pad", top.width, top.height, "(ow-iw)/2", "(oh-ih)/2", color="black", eval="frame")
        .filter("setsar", 1)
        .filter("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv")
    )


def _fitted(stream: Any, rung: VideoRung, **options: Any) -> Any:
    """Scaled into the canvas with its shape kept (`dar` counts non-square pixels), sides even."""
    width, height = rung.width, rung.height
    return stream.filter(
        "scale",
        w=f"2*round(min({width},{height}*dar)/2)",
        h=f"2*round(min({height},{width}/dar)/2)",
        eval="frame",
        flags="bicubic",
        **options,
    )


def _matrix_options(video: VideoFacts) -> dict[str, str]:
    """Colours without a mark are BT.601 in small pictures and BT.709 in large ones, as players take them."""
    options = {"out_color_matrix": "bt709", "out_range": "tv"}
    if video.matrix in _UNTAGGED:
        options["in_color_matrix"] = "bt709" if min(video.width, video.height) >= _HD_LINES else "bt601"
    return options


def _tone_mapped(stream: Any, video: VideoFacts) -> Any:
    matrix = "2020_ncl" if video.matrix in _UNTAGGED else video.matrix
    primaries = "2020" if video.primaries in _UNTAGGED else video.primaries
    linear = stream.filter(
        "zscale", tin=video.transfer, min=matrix, pin=primaries, transfer="linear", npl=203, primaries="709"
    )
    mapped = linear.filter("format", "gbrpf32le").filter("tonemap", "hable", desat=0)
    return mapped.filter("zscale", transfer="709", matrix="709", primaries="709", range="tv").filter(
        "format", "yuv420p"
    )


def _video_outputs(picture: Any, plan: EncodePlan, ladder: Ladder, programs: MediaPrograms) -> list[Any]:
    """A cascade: each rung is scaled from the one above; the middle one also gives the poster's candidates."""
    outputs = []
    middle = ladder.videos[len(ladder.videos) // 2]
    for rung in reversed(ladder.videos):
        if rung is not ladder.videos[-1]:
            picture = picture.filter("scale", rung.width, rung.height, flags="bicubic").filter("format", "yuv420p")
        branches = 1 + (rung is not ladder.videos[0]) + (rung is middle)
        split = picture.filter_multi_output("split", branches)
        options = {**_video_options(rung, plan, ladder), **_threads(programs)}
        outputs.append(ffmpeg.output(split[0], _target(rung.name), **options))
        if rung is middle:
            outputs.append(_poster_output(split[branches - 1], plan))
        if rung is not ladder.videos[0]:
            picture = split[1]
    return outputs


def _video_options(rung: VideoRung, plan: EncodePlan, ladder: Ladder) -> Mapping[str, Any]:
    interval = plan.keyframe_interval(ladder)
    return {
        "c:v": "libx264",
        "preset": ladder.preset,
        "profile:v": rung.profile,
        "level:v": rung.level,
        "crf": rung.crf,
        "maxrate": rung.max_rate,
        "bufsize": 2 * rung.max_rate,
        # A key frame at every segment's first picture and nowhere else: the same in all renditions.
        "g": interval,
        "keyint_min": interval,
        "sc_threshold": 0,
        "flags:v": "+cgop+bitexact",
        "fps_mode": "passthrough",
        # Neither the encoder's settings nor closed captions of the source travel inside the pictures.
        "bsf:v": "filter_units=remove_types=6",
        "movflags": _FRAGMENTS,
        **_ANONYMOUS,
    }


def _audio_options(ladder: Ladder) -> Mapping[str, Any]:
    return {
        "c:a": "aac",
        "b:a": ladder.audio.rate,
        "flags:a": "+bitexact",
        "frag_duration": 10_000_000,
        "movflags": "+empty_moov+default_base_moof+skip_trailer",
        **_ANONYMOUS,
    }


_ANONYMOUS: Mapping[str, Any] = {
    "map_metadata": -1,
    "map_chapters": -1,
    "metadata:s": "encoder=",
    "fflags": "+bitexact",
    "f": "mp4",
}


def _poster_output(stream: Any, plan: EncodePlan) -> Any:
    every = max(1, min(round(plan.rate * POSTER_EVERY_SECONDS), plan.frames // 3))
    picked = stream.filter("select", f"eq(mod(n,{every}),{every // 2})")
    return ffmpeg.output(
        picked,
        "file:poster-%d.png",
        **{"frames:v": POSTER_CANDIDATES, "fps_mode": "passthrough", "pix_fmt": "rgb24", "f": "image2"},
    )


def _house_sound(opened: Any, audio: AudioFacts, plan: EncodePlan, loudness: Loudness) -> Any:
    """Stereo at 48 kHz, in step with the picture, brought to the target by one linear gain.

    Late sound gets silence before it; gaps and a drifting clock are corrected once they are 40 ms off, never by
    stretching.
    """
    gain = gain_db(audio, loudness)
    sound = (
        opened[str(audio.index)]
        .filter("asetpts", f"PTS-{plan.start_seconds:.6f}/TB")
        .filter("aresample", SAMPLE_RATE, first_pts=0, min_hard_comp=0.04, **{"async": 1})
        .filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
        .filter("volume", f"{gain:.2f}dB", precision="float")
    )
    highest = loudness.max_true_peak_dbtp - _CODEC_OVERSHOOT_DB
    if audio.true_peak_dbtp is not None and audio.true_peak_dbtp + gain > highest:
        # Four times the rate, so that the limiter also sees the peaks between samples.
        sound = (
            sound.filter("aresample", 4 * SAMPLE_RATE)
            .filter("alimiter", limit=10 ** (highest / 20), attack=5, release=50, level=0)
            .filter("aresample", SAMPLE_RATE)
        )
    return sound.filter("apad").filter("atrim", end_sample=plan.samples)


def gain_db(audio: AudioFacts, loudness: Loudness) -> float:
    """Decibels that bring the sound to the target; nothing for silence, and no more than makes hiss a storm."""
    if audio.loudness_lufs is None:
        return 0.0
    return min(loudness.target_lufs - audio.loudness_lufs, _MAX_GAIN_DB)


def _silence(plan: EncodePlan) -> Any:
    silence = ffmpeg.input(f"anullsrc=r={SAMPLE_RATE}:cl=stereo", f="lavfi")
    return silence.filter("atrim", end_sample=plan.samples)


def _target(name: str) -> str:
    return f"file:{name}.mp4"


def _threads(programs: MediaPrograms) -> dict[str, int]:
    return {"threads": programs.encode_threads} if programs.encode_threads else {}
