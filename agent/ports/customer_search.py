"""Which customers go by what somebody typed?"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """matched: what the words were found in, as the record states it."""

    customer_id: str
    matched: str


class CustomerSearch(Protocol):
    """Looks for customers by name, reading, e-mail, telephone, order number or id."""

    def search(self, text: str, *, limit: int) -> list[FoundCustomer]:
        """Customers without repeats, best match first; nothing for blank words."""
        ...
