"""What a speaker writes beside the recording: how much of it is taken."""

MAX_TEXT_LENGTH = 20_000
"""In characters: several times what can be said in seven minutes."""

MAX_RECOMMENDATIONS = 3
MAX_RECOMMENDATION_LENGTH = 600
MAX_THEME_LENGTH = 300
