"""What is expected of a customer, read off the frame of everybody: numbers without their reasons."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from scipy.special import expit

from agent.domain.prediction import Churn, Expectations, NextOrder, YenInterval
from customers.scoring.everyone import NO_ORDER
from customers.scoring.expect import NOT_NOW
from customers.scoring.fit import LTV_DAYS
from customers.scoring.shop_fit import ShopFit
from customers.worth.ltv_model import shown_coverage

NOT_IN_LIST: Final = (
    "長い一覧では省いています。okaeri customers --top 200 まで、または okaeri chart でご覧になれます。"
)
HIDDEN: Final = "過去の実績で確かめたところ: "


def reference_churn(fit: ShopFit) -> float | None:
    """The churn score of the shop's reference customer, None without a prediction."""
    if fit.orders.ordering is None:
        return None
    middle = {name: np.array([value]) for name, value in fit.orders.ordering.reference}
    return float(1 - expit(fit.orders.ordering.log_odds(middle))[0])


def in_numbers(row: Mapping[str, Any] | None, fit: ShopFit, *, reference: float | None) -> Expectations:
    """row: of `Standings.at`, None for somebody who never did anything.    reference: `reference_churn`, the same for all."""
    models = fit.orders
    unknown: dict[str, str] = dict.fromkeys(
        ("churn.reasons", "next_products", "gain", "uplift", "group", "taste", "sale_affinity"), NOT_IN_LIST
    )

    def known(name: str, column: str) -> bool:
        if why := models.hidden(name):
            unknown[name] = f"{HIDDEN}{why}。"
            return False
        if row is None or row[column] is None:
            unknown[name] = models.missing.get(name) or (NOT_NOW if row and row["orders"] > 0 else NO_ORDER)
            return False
        return True

    churn = ltv = next_order = None
    if known("churn", "churn") and row is not None and models.ordering is not None and reference is not None:
        churn = Churn(
            score=row["churn"],
            horizon_days=models.horizon_days,
            reference=reference,
            model=models.ordering.chosen,
            signals=(),
        )
    else:
        unknown |= dict.fromkeys(("p_alive", "expected_orders"), unknown.get("churn", NO_ORDER))
    if known("ltv", "ltv_yen") and row is not None:
        ltv = YenInterval(
            row["ltv_yen"],
            row["ltv_low"],
            row["ltv_high"],
            LTV_DAYS,
            shown_coverage(row["ltv_coverage"]),
            row["ltv_p_nothing"],
        )
    if known("next_order", "next_on") and row is not None:
        next_order = NextOrder(row["next_first"], row["next_last"], row["next_on"], row["next_probability"])
    return Expectations(
        churn=churn,
        p_alive=row["p_alive"] if churn and row else None,
        expected_orders=row["expected_orders"] if churn and row else None,
        ltv=ltv,
        next_order=next_order,
        next_products=(),
        gain=None,
        uplift=None,
        group=None,
        taste=None,
        sale_affinity=None,
        unknown=tuple(unknown.items()),
    )
