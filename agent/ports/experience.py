"""What customers went through with the shop, read for a message."""

from datetime import date
from typing import Protocol

from agent.domain.experience import Experience


class Experiences(Protocol):
    """Read without a lock; one customer at a time."""

    def of(self, customer_id: str, *, since: date, until: date) -> Experience:
        """What happened from `since` to `until`, both days in Asia/Tokyo and included; empty for an unknown customer."""
        ...
