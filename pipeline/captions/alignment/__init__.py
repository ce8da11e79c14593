"""When each line of a text is said in a recording, and whether the text belongs to it at all."""

from pipeline.captions.alignment.alignment import align_texts
from pipeline.captions.alignment.hearing import Streams
from pipeline.captions.alignment.result import Alignment, Belonging, Line, Reason, Verdict

__all__ = ["Alignment", "Belonging", "Line", "Reason", "Streams", "Verdict", "align_texts"]
