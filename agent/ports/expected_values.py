"""What each customer was last expected to bring."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol


class ExpectedValues(Protocol):
    """Kept by the nightly scoring, read by the charts for ranks."""

    def replace(self, values: Iterable[tuple[str, int]], *, as_of: date) -> int:
        """Put these (customer id, yen) in place of all that were kept, in one transaction; how many there are now."""
        ...
