"""Why a subtitle file is refused: codes with values, so that screens can translate, and the English sentence."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from pipeline.captions.encodings import Reading
from pipeline.domain.errors import InputRefused

LARGEST_FILE_BYTES = 2_000_000
LONGEST_CUE_CHARACTERS = 2000
MOST_CUES = 5000


class SubtitleProblem(StrEnum):
    """The vocabulary of refusals; `SENTENCES` shows which values come with each."""

    TOO_LARGE_FILE = "too_large_file"
    ENCODING = "encoding"
    UNKNOWN_ENCODING = "unknown_encoding"
    WRONG_ENCODING = "wrong_encoding"
    CONTROL_CHARACTER = "control_character"
    DAMAGED_TEXT = "damaged_text"
    NOT_SUBTITLES = "not_subtitles"
    NO_CUES = "no_cues"
    TOO_MANY_CUES = "too_many_cues"
    TEXT_WITHOUT_TIME = "text_without_time"
    BAD_TIMING = "bad_timing"
    BEFORE_START = "before_start"
    BACKWARDS = "backwards"
    BEYOND_VIDEO = "beyond_video"
    TOO_LARGE_CUE = "too_large_cue"
    BAD_XML = "bad_xml"
    UNSAFE_XML = "unsafe_xml"
    BAD_TTML_TIME = "bad_ttml_time"
    COMPLEX_XML = "complex_xml"
    BAD_SUBSTATION_TIME = "bad_substation_time"
    MIXED_ENCODINGS = "mixed_encodings"


SENTENCES: Mapping[SubtitleProblem, str] = {
    SubtitleProblem.TOO_LARGE_FILE: "The file is larger than {limit} bytes, which no subtitle file of a statement is.",
    SubtitleProblem.ENCODING: "Line {line} is not UTF-8 text. Open the file in the program that made it and save it"
    " again with the encoding UTF-8.",
    SubtitleProblem.UNKNOWN_ENCODING: "Line {line} is not UTF-8 text. Save the file again with the encoding UTF-8,"
    " or name the encoding in which the line reads right: {choices}.",
    SubtitleProblem.WRONG_ENCODING: "Line {line} does not read right in the encoding {encoding}. Leave the encoding"
    " out, or choose another one.",
    SubtitleProblem.CONTROL_CHARACTER: "Line {line} holds {character}, which is not text. The file is damaged or has"
    " another encoding; save it again with the encoding UTF-8.",
    SubtitleProblem.DAMAGED_TEXT: "The letters in line {line} were damaged when the file was converted before."
    " Go back to the original and save that with the encoding UTF-8.",
    SubtitleProblem.NOT_SUBTITLES: "This is not a subtitle file that we can read. Save it as WebVTT (.vtt),"
    " SubRip (.srt), TTML (.ttml) or SubStation (.ass).",
    SubtitleProblem.NO_CUES: "The file holds no subtitles.",
    SubtitleProblem.TOO_MANY_CUES: "The file holds more than {limit} subtitles.",
    SubtitleProblem.TEXT_WITHOUT_TIME: "Line {line} is text without a time before it. Give it a time, or remove the"
    " empty line that parts it from its subtitle.",
    SubtitleProblem.BAD_TIMING: "Line {line} is not a time as it should be: 00:01:02.500 --> 00:01:05.000.",
    SubtitleProblem.BEFORE_START: "Subtitle {cue}{place} starts before the recording.",
    SubtitleProblem.BACKWARDS: "Subtitle {cue}{place} does not end after its start.",
    SubtitleProblem.BEYOND_VIDEO: "Subtitle {cue}{place} runs until {seconds:.1f} s, but the recording ends at"
    " {duration:.1f} s. Is it the file of another recording?",
    SubtitleProblem.TOO_LARGE_CUE: "Subtitle {cue}{place} is longer than {limit} characters.",
    SubtitleProblem.BAD_XML: "Line {line} breaks the rules of XML. Save the file again in the program that made it.",
    SubtitleProblem.UNSAFE_XML: "Line {line} declares a document type or an entity, which is not read for safety."
    " Save the file again without it.",
    SubtitleProblem.BAD_TTML_TIME: 'Line {line} has no times as they should be: begin="00:01:02.500"'
    ' end="00:01:05.000".',
    SubtitleProblem.COMPLEX_XML: "Line {line} holds far more than a subtitle has. Save the file again as WebVTT (.vtt)"
    " or SubRip (.srt).",
    SubtitleProblem.BAD_SUBSTATION_TIME: "Line {line} has no times and words as it should:"
    " Dialogue: 0,0:01:02.50,0:01:05.00,Default,,0,0,0,,Words.",
    SubtitleProblem.MIXED_ENCODINGS: "From line {line} on the file has another encoding than before it. Save both"
    " parts again with the encoding UTF-8.",
}
"""`readings` are a file's possible `Reading`s, written out as `choices`. `line` counts from 1, as `cue` does;
`line` is None where a format has no lines worth naming.
"""


class SubtitlesRefused(InputRefused):
    """A subtitle file cannot be taken; `code` and `values` say why, the message says it in English."""

    def __init__(self, code: SubtitleProblem, **values: Any) -> None:
        self.code = code
        self.values = values
        place = f" (line {values['line']})" if values.get("line") else ""
        super().__init__(SENTENCES[code].format(**values, place=place, choices=_choices(values.get("readings", ()))))


def _choices(readings: Iterable[Reading]) -> str:
    return "; ".join(f"{reading.encoding} ({reading.name}): “{reading.sample}”" for reading in readings)
