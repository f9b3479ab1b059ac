"""What a call costs: the shop's own prices, by task or by model. Without a price nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.settings import ModelPrice

ANSWER_TOKENS = 2_000
"""Tokens set aside for an answer whose prompt sets no limit."""


@dataclass(frozen=True, slots=True)
class Prices:
    """By task name (plan, write …) or model name; a task's own price goes first."""

    by_name: Mapping[str, ModelPrice]

    def of(self, task: str, model: str) -> ModelPrice | None:
        """The price of a call, None when nobody set one."""
        return self.by_name.get(task) or self.by_name.get(model)


def cost_micro_yen(price: ModelPrice, read: int, written: int, *, batch: bool = False) -> int:
    """Millionths of a yen: yen per million tokens times tokens."""
    share = price.batch if batch else 1.0
    return round((price.read * read + price.written * written) * share)


def most_tokens(characters: str) -> int:
    """More tokens than a text can well have, before anybody has counted: 1.5 a Japanese sign, one for three ASCII signs.

    Tokenisers in use give 0.6 to 1.3 a Japanese sign; this is for setting money aside, never for the bill.
    """
    plain = len(characters.encode("ascii", "ignore"))
    return round((len(characters) - plain) * 1.5 + plain / 3) + 8
