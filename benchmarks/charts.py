"""How fast are everybody's charts, against one polars RFM pass over the same parquet? And one customer's page from the store?

    python benchmarks/charts.py [--small] [--customers 1000000] [--orders 10000000] [--store-orders 10000000] [--text-ids] [--keep FOLDER]

The table (seeded; gamma-Poisson customers who come at some time and leave at some time, lognormal baskets) is made first, outside all
measures. Every program runs in a process of its own, so that no memory counts for another. Aims: every field of the chart within 6
times the RFM pass and below 2 GB, at most ten times as long for ten times the orders, and a page below 50 ms.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

CUT = "2026-01-01"
FIRST_SECOND = 1_672_498_800
"""2023-01-01 in Tokyo."""
SPAN = 1_095 * 86_400
"""Seconds in the table's three years."""


def write_table(
    path: Path, *, customers: int, orders: int, text_ids: bool = False, seed: int = 20261121
) -> None:
    """Write customer_id, ordered_at, amount_yen, sku, discount_yen, oldest order first; each customer has at least one."""
    rng = np.random.default_rng(seed)
    first = rng.uniform(0, SPAN * 0.95, customers)
    stay = np.minimum(rng.exponential(SPAN * 0.6, customers) + 86_400, SPAN - first)
    rate = rng.gamma(0.8, 1.0, customers) + 1e-3
    counts = 1 + rng.multinomial(orders - customers, rate * stay / (rate * stay).sum())
    who = np.repeat(np.arange(customers), counts)
    at = first[who] + rng.random(orders) * stay[who]
    at[np.concatenate(([0], np.cumsum(counts)[:-1]))] = first
    amount = np.maximum(100, rng.lognormal(8.2, 0.5, customers)[who] * rng.lognormal(0, 0.4, orders))
    taste = rng.integers(0, 500, customers)[who]
    sku = np.where(rng.random(orders) < 0.5, taste, rng.zipf(1.3, orders) % 500)
    frame = pl.DataFrame(
        {
            "customer_id": who + 100_000,
            "ordered_at": ((at + FIRST_SECOND + 9 * 3_600) * 1e6).astype(np.int64),
            "amount_yen": amount.astype(np.int64) // 10 * 10,
            "sku": sku,
            "discount_yen": np.where(rng.random(orders) < 0.15, amount.astype(np.int64) // 10, 0),
        }
    )
    customer = pl.col("customer_id")
    frame.sort("ordered_at").with_columns(
        pl.format("customer-{}", customer) if text_ids else customer,
        pl.col("ordered_at").cast(pl.Datetime("us")),
        pl.format("SKU-{}", pl.col("sku").cast(pl.String).str.zfill(3)).alias("sku"),
    ).write_parquet(path)


_START = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
path, cut, laps, start = Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), {}, time.perf_counter()
def lap(name):
    global start
    now = time.perf_counter()
    laps[name], start = round(now - start, 3), now
"""

_END = """
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"laps": laps, "peak_mb": used.ru_maxrss / 1024, "cpu": round(used.ru_utime + used.ru_stime, 1)}))
"""

RFM = """
import polars as pl
start = time.perf_counter()
rfm = pl.scan_parquet(path).group_by("customer_id").agg(
    recency=pl.col("ordered_at").max(), frequency=pl.len(), monetary=pl.col("amount_yen").sum()
).collect()
rfm = rfm.with_columns(
    (pl.col(name).rank("ordinal") * 5 / (pl.len() + 1)).floor().cast(pl.Int8).alias(name[0])
    for name in ("recency", "frequency", "monetary")
)
lap("rfm")
"""
"""What shops do today: recency, frequency and money of each customer, cut into fifths."""

ACCUMULATE = """
from customers.features.session import accumulate_in_parts, accumulators_sql
from customers.features.transactions import read_transactions
lap("import")
purchases = read_transactions(path).purchases
lap("read")
accumulators_sql(with_events=False)
lap("compile")
people = sum(len(part) for part in accumulate_in_parts(purchases, before=cut))
lap("accumulate")
"""
"""Reading and the sums every prediction rests on."""

CHARTS = """
from customers.features.session import accumulate_in_parts, open_session
from customers.features.transactions import read_transactions
from customers.next_products.fit import fit_next_products
from customers.scoring.everyone import day_before, everyone, judged
from customers.scoring.fit import fit_shop
from customers.scoring.shop_fit import lines_frame
from customers.taste.coded_lines import code_lines
from customers.taste.columns import taste_columns
from customers.taste.shop_taste import measure_shop_taste, purchase_days
from customers.worth.gain import gains
from threadpoolctl import threadpool_limits
import polars as pl
lap("import")
purchases = read_transactions(path).purchases
lap("read")
with open_session() as session:
    models = fit_shop(purchases, cut=cut, horizon_days=None, session=session)
    lap("fit and back-test")
    parts = [everyone([part], models, cut=cut) for part in accumulate_in_parts(purchases, before=cut, session=session)]
frame, _ = judged(pl.concat(parts), as_of=day_before(cut), order_values=[])
del parts
lap("everybody's numbers")
with threadpool_limits(1):
    products = fit_next_products(purchases, cut=cut, within_days=models.horizon_days)
lap("fit next products")
rows = sum(len(part) for part in products.predict_all(purchases, cut=cut, k=3))
lap("everybody's next products")
lines = code_lines(lines_frame(purchases), before=cut)
bought_on = purchase_days(lines)
taste = measure_shop_taste(lines, bought_on=bought_on)
lap("fit tastes")
columns = taste_columns(lines, taste, bought_on=bought_on)
worth = gains(frame["p_order"].fill_null(float("nan")).to_numpy(), (frame["paid_yen"] / frame["orders"].clip(1)).to_numpy())
lap("everybody's tastes and gains")
"""
"""Every field of the chart, fitting included. This is what `okaeri score` and `okaeri next-products` do, without writing files."""

LOAD = """
import adbc_driver_sqlite.dbapi as lite
import polars as pl
from agent.settings import Settings
from agent.main import App
from agent.store.tables import Order, OrderLine
from sqlalchemy import text
folder = Path(sys.argv[3])
app = App(Settings(home=folder))
database = app.engine.url.database
app.engine.dispose()
at = pl.col("ordered_at")
frame = pl.scan_parquet(path).with_row_index("n").select(
    order_id=pl.format("shopify:#{}", "n"), customer_id=pl.format("c_{}", "customer_id"),
    ordered_at=(at - pl.duration(hours=9)).dt.strftime("%Y-%m-%d %H:%M:%S%.6f"), ordered_on=at.dt.strftime("%Y-%m-%d"),
    net_yen="amount_yen", discount_yen="discount_yen", sku="sku",
).collect()
with lite.connect(f"file:{database}") as connection, connection.cursor() as cursor:
    cursor.adbc_ingest("made", frame.to_arrow(), mode="create")
    connection.commit()
del frame
with app.engine.begin() as connection:
    for statement in (
        "insert into customers (shop_id, customer_id, platform, email, email_key, family_name, name_damaged, withdrawn, never_contact, "
        "consent_email) select distinct 'default', customer_id, 'shopify', customer_id || '@example.jp', customer_id || '@example.jp', "
        "'佐藤', 0, 0, 0, 1 from made",
        "insert into orders (shop_id, order_id, platform, number, import_id, content_hash, customer_id, buyer_name_damaged, ordered_at, "
        "ordered_on, status, is_revenue, currency, total_yen, refunded_yen, net_yen, discount_yen, source_file, source_row) "
        "select 'default', order_id, 'shopify', order_id, 'i1', '-', customer_id, 0, ordered_at, ordered_on, 'paid', 1, 'JPY', net_yen, 0, "
        "net_yen, discount_yen, 'made.csv', 2 from made",
        "insert into order_lines (shop_id, order_id, line_no, sku, title, quantity, unit_price_yen, discount_yen) "
        "select 'default', order_id, 1, sku, sku, 1, net_yen + discount_yen, discount_yen from made",
        "drop table made",
        "analyze",
    ):
        connection.execute(text(statement))
lap("load")
"""

PAGE = """
from datetime import timedelta
import polars as pl
from agent.settings import Settings
from agent.main import App
from agent.store.features import SqlKeptFeatures
from agent.store.purchases import SqlPurchaseHistory
from customers.features.refresh import refresh_features
app = App(Settings(home=Path(sys.argv[3])))
as_of = cut - timedelta(days=1)
everyone = pl.scan_parquet(path).filter(pl.col("ordered_at") < cut).select("customer_id").unique().collect()["customer_id"].sort()
chosen = [f"c_{customer}" for customer in everyone.gather_every(max(1, len(everyone) // 60)).head(60)]
lap("import")
app.charts.chart(chosen[0], as_of=as_of)
lap("first chart, shop measured")
app.insight.page(chosen[0], as_of=as_of)
lap("first page, models fitted")
def timed(name, show):
    for _ in range(2):
        wall, busy = [], []
        for customer in chosen:
            begun, worked = time.perf_counter(), time.process_time()
            show(customer)
            wall.append((time.perf_counter() - begun) * 1_000)
            busy.append((time.process_time() - worked) * 1_000)
    for kind, found in (("", wall), (" CPU", busy)):
        found.sort()
        laps[f"{name}{kind} median ms"], laps[f"{name}{kind} slowest of 60 ms"] = round(found[30], 1), round(found[-1], 1)
timed("chart", lambda customer: app.charts.chart(customer, as_of=as_of))
timed("page, nothing kept", lambda customer: app.insight.page(customer, as_of=as_of))
start = time.perf_counter()
refresh_features(SqlPurchaseHistory(app.engine, shop_id="default"), SqlKeptFeatures(app.engine, shop_id="default"), before=cut)
lap("sums kept overnight")
timed("page", lambda customer: app.insight.page(customer, as_of=as_of))
"""
"""A chart is the records of one customer; a page has all expectations, reasons and the timeline as well: with everybody's sums worked
out on the spot, as in the hour after an import, and with those of the nightly run."""


def measured(program: str, *arguments: object) -> dict[str, Any]:
    """Run a program in a process of its own and read the figures it prints."""
    done = subprocess.run(
        [sys.executable, "-c", _START + program + _END, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3_000:])
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _seconds(figures: dict[str, Any], *, fitting: bool = True) -> float:
    """All laps but the import of libraries. fitting: with fitting and back-testing the models, which a shop keeps for a week."""
    laps = figures["laps"].items()
    return float(
        sum(value for name, value in laps if name != "import" and (fitting or not name.startswith("fit")))
    )


def _told(name: str, figures: dict[str, Any], base: float) -> None:
    seconds = _seconds(figures)
    cpu = f"CPU {figures['cpu']:6.1f} s" if "cpu" in figures else ""
    print(
        f"{name:26}{seconds:8.2f} s {seconds / base:6.1f} x RFM   peak {figures['peak_mb']:6.0f} MB   {cpu}"
    )
    print(f"{'':26}{figures['laps']}", flush=True)


def main() -> None:
    """Make the tables, measure, print."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--customers", type=int, default=1_000_000)
    arguments.add_argument("--orders", type=int, default=10_000_000)
    arguments.add_argument("--store-orders", type=int, default=10_000_000, help="0: leave the store out")
    arguments.add_argument("--small", action="store_true", help="a fiftieth of everything")
    arguments.add_argument("--text-ids", action="store_true", help="customer_id as text instead of numbers")
    arguments.add_argument("--sums-only", action="store_true", help="leave fitting and predicting out")
    arguments.add_argument(
        "--keep", type=Path, help="keep tables and database here instead of a temporary folder"
    )
    chosen = arguments.parse_args()
    share = 50 if chosen.small else 1
    customers, orders = chosen.customers // share, chosen.orders // share
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        tables = {}
        for part in (10, 1):
            name = f"orders-{orders // part}{'-text' if chosen.text_ids else ''}.parquet"
            tables[part] = folder / name
            if not tables[part].exists():
                write_table(
                    tables[part], customers=customers // part, orders=orders // part, text_ids=chosen.text_ids
                )
        print(f"{customers:,} customers, {orders:,} orders; and a tenth of both. Cut: {CUT}")
        base = min(_seconds(measured(RFM, tables[1], CUT)) for _ in range(3))
        pass_ = measured(RFM, tables[1], CUT)
        _told("RFM in polars (best of 4)", pass_ | {"laps": {"rfm": min(base, _seconds(pass_))}}, base)
        _told("sums of everybody", measured(ACCUMULATE, tables[1], CUT), base)
        if not chosen.sums_only:
            whole = measured(CHARTS, tables[1], CUT)
            _told("every field of the chart", whole, base)
            tenth = measured(CHARTS, tables[10], CUT)
            _told("... a tenth of both", tenth, base)
            print(f"growth from a tenth: {_seconds(whole) / _seconds(tenth):.1f} times (aim: at most 10)")
            kept = _seconds(whole, fitting=False) / base
            print(
                f"ratio to RFM: {_seconds(whole) / base:.1f}; with models that were fitted before: {kept:.1f} (aim: at most 6)"
            )
        if chosen.store_orders:
            _store(folder, chosen.store_orders // share, chosen.customers // share)


def _store(folder: Path, orders: int, customers: int) -> None:
    table, home = folder / f"store-{orders}.parquet", folder / f"home-{orders}"
    if not table.exists():
        write_table(table, customers=max(1, min(customers, orders // 10)), orders=orders)
    if not (home / "loaded").exists():
        home.mkdir(exist_ok=True)
        measured(LOAD, table, CUT, home)
        (home / "loaded").touch()
    figures = measured(PAGE, table, CUT, home)
    print(
        f"store with {orders:,} orders: {figures['laps']}   peak {figures['peak_mb']:.0f} MB (aim: a page below 50 ms)"
    )


if __name__ == "__main__":
    main()
