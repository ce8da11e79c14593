"""Why a subtitle file was refused, and in which formats subtitles go out, in words."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from pipeline.captions.formats import CaptionFormat
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused
from webapp.wording.measured import Values, length_of


def refusal_words(refused: SubtitlesRefused) -> str:
    """What is wrong in the file, where, and what to do."""
    return _WORDS[refused.code](refused.values)


def format_words(form: CaptionFormat) -> str:
    """What a format is for, with its name where it has one."""
    words = {
        CaptionFormat.VTT: "WebVTT (.vtt)",
        CaptionFormat.SRT: "SubRip (.srt)",
        CaptionFormat.TTML: "TTML, IMSC 1 (.ttml)",
        CaptionFormat.ASS: "SubStation (.ass)",
        CaptionFormat.TRANSCRIPT: _("Text in paragraphs (.txt)"),
        CaptionFormat.TIMED_TRANSCRIPT: _("Text with times (.txt)"),
        CaptionFormat.BILINGUAL: _("Both languages side by side (.docx)"),
    }
    return words[form]


def _line(values: Values) -> str:
    """The number of a line, where the format has lines worth naming."""
    return str(values.get("line") or "?")


def _cue(values: Values) -> str:
    if values.get("line"):
        return _("Subtitle %(cue)d (line %(line)d)", cue=values["cue"], line=values["line"])
    return _("Subtitle %(cue)d", cue=values["cue"])


_WORDS: Mapping[SubtitleProblem, Callable[[Values], str]] = {
    SubtitleProblem.TOO_LARGE_FILE: lambda values: _(
        "The file is far larger than the subtitles of a statement can be. Is it the right file?"
    ),
    SubtitleProblem.ENCODING: lambda values: _(
        "Line %(line)s is not UTF-8 text. Open the file in the program that made it and save it again with the "
        "encoding UTF-8.",
        line=_line(values),
    ),
    SubtitleProblem.UNKNOWN_ENCODING: lambda values: _(
        "Line %(line)s is not UTF-8 text. Choose below how it reads right, then give the file once more.",
        line=_line(values),
    ),
    SubtitleProblem.WRONG_ENCODING: lambda values: _(
        "Line %(line)s does not read right in the encoding that was chosen. Give the file once more without a choice.",
        line=_line(values),
    ),
    SubtitleProblem.CONTROL_CHARACTER: lambda values: _(
        "Line %(line)s holds a character that is not text. Save the file again with the encoding UTF-8.",
        line=_line(values),
    ),
    SubtitleProblem.DAMAGED_TEXT: lambda values: _(
        "The letters in line %(line)s were damaged when the file was converted before. Go back to the original and "
        "save that with the encoding UTF-8.",
        line=_line(values),
    ),
    SubtitleProblem.NOT_SUBTITLES: lambda values: _(
        "This is not a subtitle file that we can read. Save it as WebVTT (.vtt), SubRip (.srt), TTML (.ttml) or "
        "SubStation (.ass)."
    ),
    SubtitleProblem.NO_CUES: lambda values: _("The file holds no subtitles."),
    SubtitleProblem.TOO_MANY_CUES: lambda values: _(
        "The file holds more than %(limit)d subtitles.", limit=values["limit"]
    ),
    SubtitleProblem.TEXT_WITHOUT_TIME: lambda values: _(
        "Line %(line)s is text without a time before it. Give it a time, or remove the empty line that parts it from "
        "its subtitle.",
        line=_line(values),
    ),
    SubtitleProblem.BAD_TIMING: lambda values: _(
        "Line %(line)s is not a time as it should be: 00:01:02.500 --> 00:01:05.000.", line=_line(values)
    ),
    SubtitleProblem.BEFORE_START: lambda values: _("%(subtitle)s starts before the recording.", subtitle=_cue(values)),
    SubtitleProblem.BACKWARDS: lambda values: _("%(subtitle)s does not end after its start.", subtitle=_cue(values)),
    SubtitleProblem.BEYOND_VIDEO: lambda values: _(
        "%(subtitle)s runs until %(seconds)s, but the recording ends at %(duration)s. Is it the file of another "
        "recording?",
        subtitle=_cue(values),
        seconds=length_of(values, "seconds"),
        duration=length_of(values, "duration"),
    ),
    SubtitleProblem.BAD_XML: lambda values: _(
        "Line %(line)s breaks the rules of XML. Save the file again in the program that made it.", line=_line(values)
    ),
    SubtitleProblem.UNSAFE_XML: lambda values: _(
        "Line %(line)s declares a document type or an entity, which is not read for safety. Save the file again "
        "without it.",
        line=_line(values),
    ),
    SubtitleProblem.BAD_TTML_TIME: lambda values: _(
        'Line %(line)s has no times as they should be: begin="00:01:02.500" end="00:01:05.000".',
        line=_line(values),
    ),
    SubtitleProblem.COMPLEX_XML: lambda values: _(
        "Line %(line)s holds far more than a subtitle has. Save the file again as WebVTT (.vtt) or SubRip (.srt).",
        line=_line(values),
    ),
    SubtitleProblem.BAD_SUBSTATION_TIME: lambda values: _(
        "Line %(line)s has no times and words as it should: %(example)s",
        line=_line(values),
        example="Dialogue: 0,0:01:02.50,0:01:05.00,Default,,0,0,0,,…",
    ),
    SubtitleProblem.MIXED_ENCODINGS: lambda values: _(
        "From line %(line)s on the file has another encoding than before it. Save both parts again with the encoding "
        "UTF-8.",
        line=_line(values),
    ),
    SubtitleProblem.TOO_LARGE_CUE: lambda values: _(
        "%(subtitle)s is longer than %(limit)d characters.", subtitle=_cue(values), limit=values["limit"]
    ),
}
