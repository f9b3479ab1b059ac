"""What do repeat-buying models need to know of each customer?"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from agent.domain.errors import OkaeriError

Numbers = npt.NDArray[np.float64]

MOST_ROWS = 100_000
"""Models are fitted on at most this many different rows; beyond it standard errors are far below what a shop could notice."""


class CannotFit(OkaeriError):
    """The records do not say enough for a model. `ja`: the reason for staff."""

    def __init__(self, reason_ja: str) -> None:
        super().__init__("the purchase records cannot support a repeat-buying model", ja=reason_ja)


@dataclass(frozen=True, slots=True)
class RepeatHistory:
    """Purchases of many customers, one element of each array a customer; any time unit, the same throughout.

    x: purchases after the first, >= 0.    t_x: from the first purchase to the last, 0 where x is 0.    T: from the first
    purchase to the end of the observation, >= t_x.    weight: customers a row stands for.    log_gaps: sum of the natural
    logarithms of the gaps between purchases; None if unknown, and then only k = 1 can be judged (see `mbg_nbd`).
    Raises ValueError when shapes differ or numbers break these bounds.
    """

    x: Numbers
    t_x: Numbers
    T: Numbers
    weight: Numbers
    log_gaps: Numbers | None = None

    def __post_init__(self) -> None:
        columns = [self.x, self.t_x, self.T, self.weight] + ([] if self.log_gaps is None else [self.log_gaps])
        if any(column.shape != self.x.shape or column.ndim != 1 for column in columns):
            raise ValueError("columns of different lengths")
        if not all(np.isfinite(column).all() for column in columns):
            raise ValueError("a column holds a number that is not finite")
        if (self.x < 0).any() or (self.t_x < 0).any() or (self.t_x > self.T).any() or (self.weight < 0).any():
            raise ValueError("a row breaks x >= 0, 0 <= t_x <= T, weight >= 0")

    @classmethod
    def of(
        cls,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        weight: npt.ArrayLike | None = None,
        log_gaps: npt.ArrayLike | None = None,
    ) -> Self:
        """From anything array-like; weights default to 1. t_x is taken as 0 where x is 0."""
        count = np.atleast_1d(np.asarray(x, dtype=np.float64))
        last = np.where(count == 0, 0.0, np.atleast_1d(np.asarray(t_x, dtype=np.float64)))
        return cls(
            x=count,
            t_x=last,
            T=np.atleast_1d(np.asarray(T, dtype=np.float64)),
            weight=np.ones_like(count) if weight is None else np.asarray(weight, dtype=np.float64),
            log_gaps=None if log_gaps is None else np.atleast_1d(np.asarray(log_gaps, dtype=np.float64)),
        )

    @classmethod
    def of_days(
        cls,
        days: npt.ArrayLike,
        first_day: npt.ArrayLike,
        last_day: npt.ArrayLike,
        *,
        cut: int,
        log_gaps: npt.ArrayLike | None = None,
    ) -> Self:
        """From purchase days (as day numbers): days, how many of them, >= 1; first and last, both before `cut`.

        T runs to the last day seen, cut - 1, as CDNOW's published T does; the horizon (T, T + H] is then [cut, cut + H).
        """
        first = np.asarray(first_day, dtype=np.float64)
        return cls.of(
            np.asarray(days, dtype=np.float64) - 1,
            np.asarray(last_day, dtype=np.float64) - first,
            cut - 1 - first,
            log_gaps=log_gaps,
        )

    def __len__(self) -> int:
        return int(self.x.size)

    def only(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp] | slice) -> Self:
        """The rows asked for, by mask, index or slice."""
        return replace(
            self,
            x=self.x[which],
            t_x=self.t_x[which],
            T=self.T[which],
            weight=self.weight[which],
            log_gaps=None if self.log_gaps is None else self.log_gaps[which],
        )

    def condensed(self, most: int = MOST_ROWS, *, seed: int = 0) -> Self:
        """Equal rows as one with their weights summed (log_gaps averaged), after a seeded sample if rows are many.

        The sample, drawn without replacement, holds at most `most` rows and keeps the total weight.
        """
        kept = self
        if len(self) > most:
            chosen = np.sort(np.random.default_rng(seed).choice(len(self), size=most, replace=False))
            kept = self.only(chosen)
            kept = replace(kept, weight=kept.weight * (self.weight.sum() / max(kept.weight.sum(), 1e-300)))
        rows, place = np.unique(np.column_stack([kept.x, kept.t_x, kept.T]), axis=0, return_inverse=True)
        place = place.reshape(-1)
        weight: Numbers = np.asarray(np.bincount(place, weights=kept.weight, minlength=len(rows)), np.float64)
        gaps: Numbers | None = None
        if kept.log_gaps is not None:
            sums = np.bincount(place, weights=kept.weight * kept.log_gaps, minlength=len(rows))
            gaps = np.asarray(sums / np.where(weight > 0, weight, 1.0), dtype=np.float64)
        return replace(kept, x=rows[:, 0], t_x=rows[:, 1], T=rows[:, 2], weight=weight, log_gaps=gaps)


def require_repeaters(history: RepeatHistory) -> None:
    """Raise CannotFit when nobody bought, nobody came back, or no time has passed."""
    if not len(history) or history.weight.sum() <= 0:
        raise CannotFit("購入の記録がまだありません。")
    if not ((history.x > 0) & (history.weight > 0)).any():
        raise CannotFit("2回以上お買い上げの方がまだいないため、買う間隔を学べません。")
    if not ((history.t_x > 0) & (history.weight > 0)).any():
        raise CannotFit("購入がすべて同じ日のため、買う間隔を学べません。")
