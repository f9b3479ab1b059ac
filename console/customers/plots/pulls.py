"""Which way does each signal pull a score, and how hard compared with the others?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.domain.prediction import Signal

CENTRE = 100
"""The middle of a bar's field, in units; it is twice as wide."""

STRONG, SOME = 0.7, 0.2
"""Log-odds. 0.7 about doubles (or halves) the odds of staying away; under 0.2 they move by less than a fifth."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A signal with its bar. side: away from the shop, back to it, or neither.    strength: strong, some, slight."""

    signal: Signal
    x: float
    width: float
    side: Literal["away", "back", "none"]
    strength: Literal["strong", "some", "slight"]


def pulls(signals: Sequence[Signal]) -> tuple[Pull, ...]:
    """One bar a signal, in the order given, all on the same scale: the longest reaches the edge."""
    longest = max((abs(signal.contribution) for signal in signals), default=0.0) or 1.0
    return tuple(_pull(signal, longest) for signal in signals)


def _pull(signal: Signal, longest: float) -> Pull:
    amount = signal.contribution
    width = round(abs(amount) / longest * (CENTRE - 2), 1)
    strength: Literal["strong", "some", "slight"] = (
        "strong" if abs(amount) >= STRONG else "some" if abs(amount) >= SOME else "slight"
    )
    if amount == 0:
        return Pull(signal, CENTRE, 0.0, "none", "slight")
    return Pull(
        signal,
        float(CENTRE) if amount > 0 else round(CENTRE - width, 1),
        width,
        "away" if amount > 0 else "back",
        strength,
    )
