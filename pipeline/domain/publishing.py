"""Words of publishing a country: what is asked before, what becomes of each statement, and who will see which item."""

from enum import StrEnum


class Question(StrEnum):
    """What a person confirms before publishing, because it may have been forgotten."""

    SUBTITLES_MISSING = "subtitles_missing"
    SUBTITLES_UNREVIEWED = "subtitles_unreviewed"
    SUBTITLES_STALE = "subtitles_stale"
    VOICES_UNREVIEWED = "voices_unreviewed"
    VOICES_STALE = "voices_stale"
    VOICES_LEFT_OUT = "voices_left_out"
    COMMENTS_OPEN = "comments_open"
    PREVIEW_WRONG = "preview_wrong"
    PAPERS_WAITING = "papers_waiting"
    MISSIONS_ONLY = "missions_only"
    LEFT_OUT = "left_out"


class ScheduledDeed(StrEnum):
    """What happens to a country at a moment that was set."""

    PUBLISH = "publish"
    EXPIRE = "expire"


class ViewerChange(StrEnum):
    """What is different for viewers between two releases."""

    STATEMENT_ADDED = "statement_added"
    STATEMENT_REMOVED = "statement_removed"
    MOVED = "moved"
    RECORDING_CHANGED = "recording_changed"
    SUBTITLES_ADDED = "subtitles_added"
    SUBTITLES_REMOVED = "subtitles_removed"
    SUBTITLES_CHANGED = "subtitles_changed"
    MARK_CHANGED = "mark_changed"
    VOICE_ADDED = "voice_added"
    VOICE_REMOVED = "voice_removed"
    VOICE_CHANGED = "voice_changed"
    NAME_CHANGED = "name_changed"
    WORDS_CHANGED = "words_changed"
    TEXT_CHANGED = "text_changed"
    PAPERS_CHANGED = "papers_changed"


class Fate(StrEnum):
    """What becomes of a statement when its country is published."""

    SHOWN = "shown"
    SHOWN_TO_MISSIONS = "shown_to_missions"
    LEFT_OUT = "left_out"
    IN_THE_WAY = "in_the_way"


class Item(StrEnum):
    """What there can be of a statement."""

    RECORDING = "recording"
    SUBTITLES = "subtitles"
    SUBTITLES_UNREVIEWED = "subtitles_unreviewed"
    SUBTITLES_STALE = "subtitles_stale"
    VOICES = "voices"
    VOICES_UNREVIEWED = "voices_unreviewed"
    VOICES_STALE = "voices_stale"
    NAME = "name"
    THEME = "theme"
    TEXT = "text"
    PAPER = "paper"


class Visibility(StrEnum):
    """Who will see an item, or why nobody will."""

    EVERYBODY = "everybody"
    MISSIONS = "missions"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    TELLS_NAME = "tells_name"
    OWN_WISH = "own_wish"
