"""How fast is an import of Shopify orders, against merely reading the file? Prints lines/s, the ratio and peak memory.

    python benchmarks/import_orders.py [--lines 1000000] [--keep FOLDER]

The file (65 columns, seeded) is made first. Reading (`pl.read_csv` of all columns) and the import each run in a process of
their own, so that neither's memory counts for the other. Aim: within 6 times the reading, below 500 MB at any length.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

HEADERS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
    "Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,"
    "Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,"
    "Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,"
    "Tax 1 Value,Phone,Receipt Number,Payment References"
)
WIDTH = HEADERS.count(",") + 1
FIRST_DAY = datetime(2024, 1, 1, 9, 0)  # noqa: DTZ001 - written with its own offset


def write_file(path: Path, lines: int, *, seed: int = 20261121) -> int:
    """Write a Shopify orders export; returns how many orders it has. Customers grow with the file, a tenth of its lines."""
    dice = random.Random(seed)
    titles = [
        (f"商品{n:03d} - {size}", f"SKU-{n:03d}-{size}", 500 + 10 * n)
        for n in range(150)
        for size in ("S", "L")
    ]
    people = max(10, lines // 10)
    done = orders = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADERS + "\n")
        while done < lines:
            orders += 1
            count = min(lines - done, dice.choices((1, 2, 3, 4, 6), (40, 25, 18, 12, 5))[0])
            chosen = [dice.choice(titles) for _ in range(count)]
            quantities = [dice.choice((1, 1, 1, 2, 3)) for _ in chosen]
            total = sum(price * quantity for (_, _, price), quantity in zip(chosen, quantities, strict=True))
            person = int(people * dice.random() ** 2)
            at = FIRST_DAY + timedelta(minutes=orders * 2)
            for number, ((title, sku, price), quantity) in enumerate(zip(chosen, quantities, strict=True)):
                file.write(_line(orders, person, at, total, title, sku, price, quantity, first=number == 0))
            done += count
    return orders


def _line(
    order: int,
    person: int,
    at: datetime,
    total: int,
    title: str,
    sku: str,
    price: int,
    quantity: int,
    *,
    first: bool,
) -> str:
    name, email = f"#{1000 + order}", f"customer{person}@example.jp"
    moment = f"{at:%Y-%m-%d %H:%M:%S} +0900"
    item = f"{quantity},{title},{price},,{sku},true,true,fulfilled"
    if not first:
        return f"{name},{email},,,,,,,,,,,,,,,{item}" + "," * (WIDTH - 25) + ",\n"
    place = f"山田 太郎,本町{person},本町{person},,,大阪市,'5410053,JP-27,JP,'090{person:08d}"
    agreed = "yes" if person % 3 else "no"
    return (
        f"{name},{email},paid,{moment},fulfilled,{moment},{agreed},JPY,{total},0,0,{total},,0,宅配便,{moment},{item},"
        f"{place},{place},,,,Shopify Payments,c{order}.1,0,店,0,,,,{5_000_000_000 + order},,Low,web,0,税 10%,{total // 11},,,\n"
    )


READ = """
import json, resource, sys, time
import polars as pl
start = time.perf_counter()
rows = len(pl.read_csv(sys.argv[1], infer_schema=False))
print(json.dumps({"seconds": time.perf_counter() - start, "rows": rows, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""

IMPORT = """
import json, resource, sys, time
from pathlib import Path
from agent.clock import SystemClock
from agent.store.engine import migrate, open_engine
from agent.store.ledger import SqlImportLedger
from customers.importing.run import import_files
engine = open_engine("sqlite:///" + sys.argv[2])
migrate(engine)
start = time.perf_counter()
report = import_files([Path(sys.argv[1])], platform="auto", dry_run=False, ledger=SqlImportLedger(engine, shop_id="default"),
                      clock=SystemClock())
print(json.dumps({"seconds": time.perf_counter() - start, "lines": report.order_lines, "orders": report.orders,
                  "customers": report.customers, "rejected": len(report.rejected),
                  "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


def measured(program: str, *arguments: str) -> dict[str, float]:
    """Run a program in a process of its own and read the figures it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Make the file, read it, import it, print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lines", type=int, default=1_000_000)
    arguments.add_argument(
        "--keep", type=Path, help="keep file and database here instead of a temporary folder"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path, database = folder / f"orders-{chosen.lines}.csv", folder / "okaeri.sqlite"
        if not path.exists():
            start = time.perf_counter()
            orders = write_file(path, chosen.lines)
            print(
                f"file: {orders:,} orders, {path.stat().st_size / 1e6:.0f} MB, made in {time.perf_counter() - start:.1f} s"
            )
        for left in folder.glob("okaeri.sqlite*"):
            left.unlink()
        reads = min((measured(READ, str(path)) for _ in range(3)), key=lambda run: run["seconds"])
        taken = measured(IMPORT, str(path), str(database))
    seconds = taken["seconds"]
    print(
        f"read:   {reads['seconds']:6.2f} s   peak {reads['peak'] / 1024:.0f} MB   (pl.read_csv, all columns, best of 3)"
    )
    print(
        f"import: {seconds:6.2f} s   peak {taken['peak'] / 1024:.0f} MB   {taken['lines'] / seconds:,.0f} lines/s"
    )
    print(
        f"        {taken['orders']:,.0f} orders, {taken['customers']:,.0f} customers, {taken['rejected']:.0f} rejected"
    )
    print(f"ratio:  {seconds / reads['seconds']:.1f} (aim: at most 6)")


if __name__ == "__main__":
    main()
