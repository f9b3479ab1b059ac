"""What time it is for the business."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The business clock."""

    def now(self) -> datetime:
        """The moment in UTC."""
        ...
