"""What was measured of a recording in words, for staff: picture, sound, silences, a trim that suggests itself."""

from flask_babel import gettext as _

from pipeline.domain.limits import format_clock
from pipeline.media.report import AudioFacts, IntakeReport, VideoFacts
from webapp.wording.measured import decimal, length_words

Fact = tuple[str, str]

_LONGEST_LIST = 8


def measured_facts(report: IntakeReport) -> list[Fact]:
    """Name and value of each measure, in the order in which people ask."""
    facts = [(_("Picture"), _picture(report.video))] if report.video else []
    if report.audio:
        facts += [(_("Sound"), _sound(report.audio)), (_("Loudness"), _loudness(report.audio))]
    checked = _("every picture") if report.pictures_checked else _("sound only; the pictures follow")
    return [*facts, (_("Checked"), checked)]


def sound_words(report: IntakeReport) -> str:
    """The picture of the sound in words: how loud, where it is silent, what could be cut off."""
    sentences = [_loudness_sentence(report.audio)] if report.audio else []
    sentences.append(_silence_sentence(report))
    if report.trim is not None:
        start, end = report.trim
        words = {"start": format_clock(start), "end": format_clock(end)}
        sentences.append(_("Outside of %(start)s–%(end)s nothing is heard: it could be cut to that.", **words))
    return " ".join(sentences)


def _picture(video: VideoFacts) -> str:
    values = {
        "size": f"{video.width} × {video.height}",
        "rate": decimal(video.frame_rate),
        "codec": video.codec,
    }
    return str(_("%(size)s, %(rate)s pictures per second, %(codec)s", **values))


def _sound(audio: AudioFacts) -> str:
    values = {"channels": audio.channels, "rate": decimal(audio.sample_rate / 1000), "codec": audio.codec}
    if audio.channels == 1:
        return str(_("1 channel, %(rate)s kHz, %(codec)s", **values))
    return str(_("%(channels)d channels, %(rate)s kHz, %(codec)s", **values))


def _loudness(audio: AudioFacts) -> str:
    if audio.loudness_lufs is None:
        return str(_("nothing heard"))
    loudness = _("%(loudness)s LUFS", loudness=decimal(audio.loudness_lufs))
    if audio.true_peak_dbtp is None:
        return str(loudness)
    peak = _("true peak %(peak)s dBTP", peak=decimal(audio.true_peak_dbtp))
    return f"{loudness}, {peak}"


def _loudness_sentence(audio: AudioFacts) -> str:
    if audio.loudness_lufs is None:
        return str(_("Nothing is heard."))
    return str(_("On the whole it has %(loudness)s LUFS.", loudness=decimal(audio.loudness_lufs)))


def _silence_sentence(report: IntakeReport) -> str:
    if not report.silences:
        return str(_("There is no longer silence."))
    longest = sorted(report.silences, key=lambda span: span[0] - span[1])[:_LONGEST_LIST]
    spans = "; ".join(_span_words(start, end) for start, end in sorted(longest))
    if len(report.silences) > _LONGEST_LIST:
        return str(_("The longest silences: %(spans)s.", spans=spans))
    return str(_("Silent: %(spans)s.", spans=spans))


def _span_words(start: float, end: float) -> str:
    return f"{format_clock(start)}–{format_clock(end)} ({length_words(end - start)})"
