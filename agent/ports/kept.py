"""Where the program keeps small values of its own."""

from typing import Protocol


class KeptValues(Protocol):
    """Small values the program keeps for itself."""

    def get(self, name: str) -> dict[str, object] | None:
        """The value, or None."""
        ...

    def put(self, name: str, value: dict[str, object]) -> None:
        """Store or replace a value."""
        ...

    def put_once(self, name: str, value: dict[str, object]) -> dict[str, object]:
        """Store a value unless there is one, and return the one that stands (safe under races)."""
        ...
