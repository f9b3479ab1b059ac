"""Customer charts."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from agent.domain.chart import Chart, Segment


class Charts(Protocol):
    """Customer charts, computed from records."""

    def find(self, reference: str) -> str:
        """The customer id for an id, e-mail address, LINE id or the shop's own number. Raises NotFound."""
        ...

    def chart(self, reference: str, *, as_of: date) -> Chart:
        """One customer's chart at the end of a day in Asia/Tokyo. Raises NotFound."""
        ...

    def charts(
        self, *, as_of: date, segment: Segment | None = None, top: int | None = None, by: str | None = None
    ) -> Iterator[Chart]:
        """Many charts; `by` orders them (ltv, precious, churn)."""
        ...
