"""Will they order within H days? The fitted answer for one shop."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from scipy.special import expit

from agent.domain.prediction import Backtest
from customers.backtest.document import as_document, from_document
from customers.ordering.candidates import Candidates, history_of
from customers.ordering.inputs import Floats, Inputs, read_inputs
from customers.ordering.logistic import Calibration, numbers_of

VERSION: Final = 1
"""Of the document; another version is refused rather than misread."""

CHUNK: Final = 100_000
"""Customers predicted at a time: some 70 numbers each, 60 MB."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of customers, each of shape (customers,), agreeing with each other: p_order <= p_alive, expected_orders.

    p_order: P(at least one order within the horizon).    p_alive: P(still a customer); never the churn score, it says nothing of
    when.    expected_orders: expected days with an order within the horizon.
    """

    p_order: Floats
    p_alive: Floats
    expected_orders: Floats


@dataclass(frozen=True, slots=True)
class OrderingModel:
    """Fitted at one cut, used from then on until refitted.

    chosen: the candidate.    reference: inputs of the shop's middle current customer at the fit.    people: customers fitted on.
    notes: Japanese sentences on what limits the prediction.
    backtests: every candidate on the last horizon_days before the cut, none where the history was too short.
    """

    fitted_at: date
    horizon_days: int
    candidates: Candidates
    chosen: str
    calibration: Calibration
    reference: tuple[tuple[str, float], ...]
    people: int
    notes: tuple[str, ...]
    backtests: tuple[Backtest, ...] = ()

    @property
    def passed(self) -> bool | None:
        """Whether the chosen candidate held on the shop's past; None: it could not be tested."""
        return next((each.passed for each in self.backtests if each.chosen), None)

    def p_order(self, accumulated: pl.DataFrame, cut: date) -> Floats:
        """P(at least one order in [cut, cut + horizon_days)) of each row, shape (rows,); 0 for somebody who never ordered before."""
        return np.asarray(
            _in_chunks(accumulated, cut, lambda inputs: expit(self.log_odds(inputs))[np.newaxis])[0]
        )

    def outlook(self, accumulated: pl.DataFrame, cut: date) -> "Outlook":
        """All that is expected of each row; 0 for somebody who never ordered before."""
        return Outlook(
            *_in_chunks(
                accumulated,
                cut,
                lambda inputs: np.stack(_three(self.outlook_of(inputs))),
                answers=3,
            )
        )

    def outlook_of(self, inputs: Inputs) -> "Outlook":
        """The same where the inputs were read already.

        The chance of any order is the chosen model's, calibrated. How many orders come if any come is the repeat-buying model's
        own (expected / P(any), at least one), so that fewer orders than chances of one are never said. Who orders is a customer
        still: P(alive) is at least P(order).
        """
        history, repeat = history_of(inputs), self.candidates.repeat
        p = np.asarray(expit(self.log_odds(inputs)))
        any_at_all = repeat.p_any(history, float(self.horizon_days))
        orders = repeat.expected_orders(history, float(self.horizon_days))
        with np.errstate(divide="ignore", invalid="ignore"):
            if_any = np.nan_to_num(orders / any_at_all, nan=1.0, posinf=1.0)
        alive = np.nan_to_num(repeat.p_alive(history), nan=0.0)
        return Outlook(p, np.maximum(alive, p), p * np.maximum(if_any, 1.0))

    def log_odds(self, inputs: Inputs) -> Floats:
        """Calibrated log-odds of an order within the horizon, shape (customers,)."""
        return self.calibration.apply(self.candidates.log_odds(self.chosen, inputs))

    def to_json(self) -> str:
        """All that predicting needs, with the back-tests: a model that failed must not come back as one untried."""
        return json.dumps(
            {
                "ordering": VERSION,
                "fitted_at": self.fitted_at.isoformat(),
                "candidates": self.candidates.document(),
                "chosen": self.chosen,
                "calibration": [self.calibration.slope, self.calibration.centre, self.calibration.shift],
                "reference": dict(self.reference),
                "people": self.people,
                "notes": self.notes,
                "backtests": [as_document(each) for each in self.backtests],
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, document: str, *, backtests: tuple[Backtest, ...] | None = None) -> "OrderingModel":
        """Raises KeyError, TypeError or ValueError for anything but a document of this version. backtests: instead of the kept ones."""
        read: dict[str, Any] = json.loads(document)
        if read["ordering"] != VERSION:
            raise ValueError(f"ordering document of version {read['ordering']}, not {VERSION}")
        candidates = Candidates.of_document(read["candidates"])
        if read["chosen"] not in candidates.names():
            raise ValueError(f"no candidate {read['chosen']}")
        slope, centre, shift = numbers_of(read["calibration"])
        return cls(
            fitted_at=date.fromisoformat(read["fitted_at"]),
            horizon_days=candidates.horizon_days,
            candidates=candidates,
            chosen=str(read["chosen"]),
            calibration=Calibration(slope, centre, shift),
            reference=tuple(zip(read["reference"], numbers_of(read["reference"].values()), strict=True)),
            people=int(read["people"]),
            notes=tuple(str(note) for note in read["notes"]),
            backtests=tuple(from_document(each) for each in read["backtests"])
            if backtests is None
            else backtests,
        )


def _three(found: Outlook) -> tuple[Floats, Floats, Floats]:
    return found.p_order, found.p_alive, found.expected_orders


def _in_chunks(
    accumulated: pl.DataFrame, cut: date, answer: Callable[[Inputs], Floats], *, answers: int = 1
) -> Floats:
    """Shape (answers, rows). Zero for rows without an order before the cut: nothing is expected of somebody who has not bought yet.

    answer: an array of shape (answers, customers) for the inputs of some.
    """
    result = np.zeros((answers, len(accumulated)))
    for start, part in _chunks(accumulated):
        known = ((part["days"] > 0) & (part["last_on"] < cut)).fill_null(False).to_numpy()
        if known.any():
            found = np.clip(answer(read_inputs(part.filter(pl.Series(known)), cut)), 0.0, None)
            place = start + np.flatnonzero(known)
            result[:, place] = np.nan_to_num(found, nan=0.0, posinf=0.0)
    return result


def _chunks(accumulated: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    for start in range(0, len(accumulated), CHUNK):
        yield start, accumulated.slice(start, CHUNK)
