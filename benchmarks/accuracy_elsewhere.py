"""Does it hold on shops nobody tuned it on? CD sales, a small apparel shop, an online grocer of a few hundred households.

Run: python -m benchmarks.accuracy_elsewhere

Each shop goes through `okaeri score`'s own function as of a day, and what came after is the truth. The habit is the RFM sum (ranking
only) and "everybody the shop's average" (Brier). CDNOW: the 23,570 customers of the master file in the package `lifetimes`. The
grocer: 600 households of the Complete Journey, drawn by a fixed seed. The apparel shop is SIMULATED (seasons, visits in waves, most
people leave): its figures say that nothing breaks on such a shop, not how well a real one is predicted.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import metadata
from math import cos, pi
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.accuracy_orders import complete_journey
from customers.backtest.metrics import auc, brier, ece
from customers.features.purchases import Purchases
from customers.features.transactions import read_transactions
from customers.scoring.score_file import score_purchases


@dataclass(frozen=True)
class Elsewhere:
    """A shop, the day it is looked at from, and how far ahead. rows: customer_id, ordered_at, amount_yen."""

    name: str
    rows: pl.DataFrame
    cut: date
    horizon_days: int


def shops() -> list[Elsewhere]:
    """The three shops."""
    return [
        Elsewhere("CDNOW, CD sales, 23,570 customers", cdnow(), date(1997, 10, 1), 90),
        Elsewhere("apparel, 600 customers, SIMULATED", apparel(), date(2026, 6, 1), 90),
        Elsewhere("online grocer, 600 households of the Complete Journey", grocer(), date(2017, 10, 1), 30),
    ]


def cdnow() -> pl.DataFrame:
    """Transactions of the master file: customer, day, CDs, dollars (kept in cents)."""
    found = [file for file in metadata.files("lifetimes") or () if file.name == "CDNOW_master.txt"]
    text = Path(str(found[0].locate())).read_text(encoding="ascii")
    rows = [line.split() for line in text.splitlines()[1:] if line.strip()]
    return pl.DataFrame(
        {
            "customer_id": [row[0] for row in rows],
            "ordered_at": pl.Series([row[1] for row in rows]).str.to_date("%Y%m%d"),
            "amount_yen": [round(100 * float(row[3])) for row in rows],
        }
    )


def apparel(people: int = 600, seed: int = 7) -> pl.DataFrame:
    """A small shop over two years: gamma-Poisson buying with a winter season; after each order some leave for good."""
    rng = np.random.default_rng(seed)
    opened, rows = date(2024, 11, 1), []
    for who in range(people):
        rate, leaves = rng.gamma(0.8, 1 / 110), rng.beta(1, 4)
        day = int(rng.integers(0, 600))
        while day < 730:
            on = opened + timedelta(days=day)
            rows.append((f"A{who:03d}", datetime.combine(on, time(12)), int(rng.lognormal(8.6, 0.5))))
            if rng.random() < leaves:
                break
            season = 1 + 0.5 * cos((on.timetuple().tm_yday - 330) / 365 * 2 * pi)
            day += int(np.ceil(rng.exponential(1 / (rate * season))))
    return pl.DataFrame(rows, schema=["customer_id", "ordered_at", "amount_yen"], orient="row")


def grocer(households: int = 600, seed: int = 3) -> pl.DataFrame:
    """Baskets of some households of the Complete Journey."""
    orders = complete_journey().orders
    everybody = orders["customer_id"].unique().sort()
    chosen = everybody.sample(households, seed=seed)
    some = orders.filter(pl.col("customer_id").is_in(chosen.implode()))
    return some.select("customer_id", ordered_at="ordered_on", amount_yen="net_yen")


def report(say: Callable[[str], None] = print) -> None:
    """A block of lines a shop."""
    for shop in shops():
        end = shop.cut + timedelta(shop.horizon_days - 1)
        say(f"\norder within {shop.horizon_days} days: {shop.name}; seen before {shop.cut}, truth to {end}")
        frame, models = score_purchases(_read(shop.rows), cut=shop.cut, horizon_days=shop.horizon_days)
        day = pl.col("ordered_at").cast(pl.Date)
        came = shop.rows.filter((day >= shop.cut) & (day <= end))["customer_id"].unique()
        known = frame.drop_nulls("p_order")
        happened = known["customer_id"].is_in(came.implode()).to_numpy().astype(np.float64)
        p = known["p_order"].to_numpy()
        habit = (known["r"] + known["f"] + known["m"]).to_numpy().astype(np.float64)
        ranked, sorted_by_rfm, off = auc(happened, p), auc(happened, habit), brier(happened, p)
        constant = brier(happened, np.full(len(p), happened.mean()))
        if ranked is None or sorted_by_rfm is None or off is None or constant is None:
            say("    too few did, or did not, to judge")
            continue
        chosen = models.ordering.chosen if models.ordering else "none"
        say(
            f"    chosen {chosen}; {len(p):,} customers, {happened.mean():.3f} of them came, {p.mean():.3f} expected"
        )
        say(
            f"    AUC {ranked.value:.3f} ({ranked.low:.3f} to {ranked.high:.3f}); RFM sum {sorted_by_rfm.value:.3f}"
        )
        say(
            f"    Brier {off.value:.4f} ({off.low:.4f} to {off.high:.4f}); the average said of all {constant.value:.4f}"
        )
        say(f"    ECE {ece(happened, p) or 0.0:.3f}")


def _read(rows: pl.DataFrame) -> Purchases:
    """Through a file, as a shop's table would come."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.parquet"
        rows.write_parquet(path)
        return read_transactions(path, lines=False).purchases


if __name__ == "__main__":
    report()
