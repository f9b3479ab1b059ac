"""Where it is written who did what."""

from typing import Protocol

from agent.domain.audit import AuditEntry, AuditFilter


class AuditLog(Protocol):
    """Who did what, hash-chained; rows are only ever added."""

    def record(
        self, *, actor: str, action: str, object_kind: str, object_id: str, detail: dict[str, object]
    ) -> None:
        """Append one entry in the current transaction."""
        ...

    def page(
        self, wanted: AuditFilter, *, before: int | None = None, after: int | None = None, limit: int
    ) -> list[AuditEntry]:
        """Entries, newest first: those under the sequence `before`, or the ones just above `after`."""
        ...

    def following(self, sequence: int, *, limit: int, wanted: AuditFilter | None = None) -> list[AuditEntry]:
        """Entries above a sequence, oldest first: for reading everything in parts."""
        ...

    def sealed_right(self, entry: AuditEntry) -> bool:
        """True when the entry's hash is that of its content."""
        ...

    def verify(self) -> int | None:
        """The sequence of the first altered row, or None when the chain holds."""
        ...
