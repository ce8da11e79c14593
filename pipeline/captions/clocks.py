"""A moment as files of subtitles write it."""

from pipeline.captions.cues import milliseconds


def clock_text(seconds: float, mark: str = ".") -> str:
    """Hours, minutes, seconds and thousandths: `00:01:02.500`; `mark` stands before the thousandths."""
    whole_seconds, fraction = divmod(milliseconds(seconds), 1000)
    minutes, second = divmod(whole_seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}{mark}{fraction:03d}"
