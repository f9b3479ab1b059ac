"""Who may be written to."""

from typing import Protocol

from agent.domain.history import ConsentRecord
from agent.domain.occasion import Channel


class ConsentLedger(Protocol):
    """Who may be written to, and how we know."""

    def refuse(self, customer_id: str, channel: Channel | None, *, source: str) -> None:
        """Record a customer's no (None: every channel, for ever) and stop sending to their addresses at once."""
        ...

    def entries(self, customer_id: str) -> list[ConsentRecord]:
        """Every yes and no of a customer with where it was read, newest first."""
        ...

    def suppressed(self, channel: Channel, recipient: str) -> str | None:
        """Why this address must not be written to, or None."""
        ...

    def suppress(self, channel: Channel, recipient: str, *, reason: str) -> None:
        """Stop an address (bounce, opt-out, block)."""
        ...
