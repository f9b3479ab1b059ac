"""What carries a message to its reader."""

from typing import Protocol

from agent.domain.delivery import OutgoingMessage, SendResult


class MessageChannel(Protocol):
    """Carries one message. Never raises for what the peer says: every answer is a SendResult."""

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Try once."""
        ...
