"""Where short opt-out addresses are looked up."""

from typing import Protocol

from agent.domain.opt_out import OptOut


class OptOutLinks(Protocol):
    """Whom a short opt-out address names. Kept with the draft that carries it, in the same transaction."""

    def keep(self, token: str, named: OptOut) -> None:
        """Remember whom a token names; told again, nothing changes."""
        ...

    def find(self, token: str) -> OptOut | None:
        """Whom a token names, by its key; None when it was never kept."""
        ...
