"""Where it is written who did what."""

from typing import Protocol


class AuditLog(Protocol):
    """Who did what, hash-chained."""

    def record(
        self, *, actor: str, action: str, object_kind: str, object_id: str, detail: dict[str, object]
    ) -> None:
        """Append one entry in the current transaction."""
        ...

    def verify(self) -> int | None:
        """The sequence of the first altered row, or None when the chain holds."""
        ...
