"""What people's decisions say about the drafts, and who switched what to automatic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.domain.autonomy import Switch
from agent.domain.label import Label
from agent.domain.message import MessageContext, WrittenMessage
from agent.domain.occasion import Occasion


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A decided draft with the text the machine wrote first and the text a person let go (None: none left)."""

    label: Label
    context: MessageContext
    first: WrittenMessage
    approved: WrittenMessage | None


class LabelStore(Protocol):
    """Labels, read from what people decided; nothing is booked twice."""

    def labels(self, *, since: datetime | None = None, limit: int = 2_000) -> Sequence[Label]:
        """Decided drafts, newest decision first. Drafts approved without a person are none: nobody looked."""
        ...

    def texts(self, *, since: datetime | None = None, limit: int = 2_000) -> Sequence[LabelledText]:
        """The same with their texts and contexts, for the shop's own evaluation set."""
        ...


class AutonomyStore(Protocol):
    """Switches, appended and never overwritten."""

    def newest(self) -> dict[Occasion | None, Switch]:
        """The newest word on every occasion; under None the kill switch's."""
        ...

    def all(self, *, limit: int = 50) -> Sequence[Switch]:
        """Newest first."""
        ...

    def turn(self, switch: Switch) -> None:
        """Append a word."""
        ...

    def lock(self) -> None:
        """Make other transactions that would turn a switch or approve alone wait until this one ends."""
        ...
