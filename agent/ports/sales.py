"""What a shop offers and what it sold."""

from collections.abc import Iterator
from typing import Protocol

from agent.domain.history import SoldLine, VariantRecord


class ProductSales(Protocol):
    """What the catalogue offers and what was sold, streamed."""

    def variants(self) -> Iterator[VariantRecord]:
        """Every variant of the catalogue, product by product in its own order."""
        ...

    def sold_lines(self) -> Iterator[SoldLine]:
        """Every product line of every revenue order, those of guests without an address included, order by order."""
        ...
