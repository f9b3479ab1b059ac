"""How are a shop's models fitted, each tested on its own past, and what is said where one cannot be?"""

import logging
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from agent.domain.prediction import Backtest
from customers.features.purchases import Purchases
from customers.features.session import Session, open_session
from customers.ordering.fit import fit_ordering
from customers.ordering.fit_next_order import fit_next_order
from customers.ordering.horizon import own_horizon
from customers.ordering.past import TooFew
from customers.repeat.history import CannotFit
from customers.scoring.models import ShopModels
from customers.scoring.past import Progress, ShopPast, day_number, silent, spend_history
from customers.worth.ltv import Ltv, fit_ltv, past_windows

Fitted = TypeVar("Fitted")

BROKEN: Final = "このお店の記録では計算がうまくいきませんでした。記録（ログ）を添えてお知らせください。"

LTV_DAYS: Final = 365
"""A year ahead: long enough to hold every season once."""


def fit_shop(
    purchases: Purchases,
    *,
    cut: date,
    horizon_days: int | None = None,
    events: pa.Table | None = None,
    progress: Progress = silent,
    session: Session | None = None,
) -> ShopModels:
    """Fit on what came strictly before the cut; later rows are not seen.

    horizon_days: None: the shop's own rhythm (`customers.ordering.horizon`).    Never raises for a small, young or silent shop: what cannot
    be fitted is None with a Japanese reason.
    """
    if session is None:
        with open_session() as own:
            return fit_shop(
                purchases,
                cut=cut,
                horizon_days=horizon_days,
                events=events,
                progress=progress,
                session=own,
            )
    with threadpool_limits(1):  # small matrices: more threads only wait for one another
        return _fitted(
            ShopPast(purchases, cut=cut, session=session, events=events), cut, horizon_days, progress
        )


def _fitted(past: ShopPast, cut: date, horizon_days: int | None, progress: Progress) -> ShopModels:
    horizon = horizon_days or own_horizon(past.accumulated(cut), history_days=(cut - past.first_day).days)
    missing: dict[str, str] = {}
    next_order = None
    progress("注文の見込み", 0, 3)
    ordering = _attempt(
        lambda: fit_ordering(
            past.accumulated, past.bought, cut=cut, horizon_days=horizon, history_from=past.first_day
        ),
        missing,
        "churn",
    )
    progress("次のご注文の時期", 1, 3)
    if ordering is None:
        missing["next_order"] = missing["churn"]
    else:
        next_order = _attempt(
            lambda: fit_next_order(
                past.accumulated, past.bought, cut=cut, history_from=past.first_day, ordering=ordering
            ),
            missing,
            "next_order",
        )
    progress("この先のご購入額", 2, 3)
    ltv = _ltv(past, missing)
    progress("この先のご購入額", 3, 3)
    backtests: tuple[Backtest, ...] = (
        *(ordering.backtests if ordering else ()),
        *(next_order.backtests if next_order else ()),
        *((ltv.backtest,) if ltv and ltv.backtest else ()),
    )
    return ShopModels(
        cut=cut,
        horizon_days=horizon,
        ordering=ordering,
        next_order=next_order,
        ltv=ltv,
        missing=missing,
        notes=(*(ordering.notes if ordering else ()), *(next_order.notes if next_order else ())),
        backtests=backtests,
    )


def _ltv(past: ShopPast, missing: dict[str, str]) -> Ltv | None:
    cut = day_number(past.cut)
    windows = [
        past.window(start, days) for start, days in past_windows(day_number(past.first_day), cut, LTV_DAYS)
    ]
    present = spend_history(past.accumulated(past.cut))
    return _attempt(lambda: fit_ltv(present, cut=cut, horizon_days=LTV_DAYS, windows=windows), missing, "ltv")


def _attempt(fit: Callable[[], Fitted], missing: dict[str, str], name: str) -> Fitted | None:
    """What was fitted, or None with the reason. Numbers nobody foresaw hide one prediction and are logged; they stop nothing."""
    try:
        return fit()
    except (TooFew, CannotFit) as error:
        missing[name] = error.ja
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        logging.getLogger(__name__).exception("%s could not be fitted", name)
        missing[name] = BROKEN
    return None
