"""What it means that the demonstration failed."""

from pipeline.domain.errors import FinalError


class DemoFailed(FinalError):
    """Something in the demonstration did not hold; the message says what."""
