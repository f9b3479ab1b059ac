"""Who asked to be left alone, and the short name their opt-out address goes by."""

import re
from dataclasses import dataclass

from agent.domain.occasion import Channel

TOKEN_CHARACTERS = 24
"""120 bits in base 32: short enough for a LINE message, far too many to guess."""
_SHORT = re.compile(rf"/u/([0-9a-z]{{{TOKEN_CHARACTERS}}})$")


@dataclass(frozen=True, slots=True)
class OptOut:
    """Who asked to be left alone, on which channel, at which address."""

    customer_id: str
    channel: Channel
    recipient: str


def short_token_of(address: str) -> str | None:
    """The token of a short opt-out address; None for the older, long ones, which name their recipient themselves."""
    found = _SHORT.search(address)
    return found[1] if found else None
