"""A shop of a million customers and a hundred thousand drafts for `bench_console`, written in bulk: the demo shop, grown.

    python -m benchmarks.console_shop HOME [--database-url URL] [--customers 1000000] [--drafts 100000]

The demo is loaded first, so that every page has something real on it: products, policies, letters with findings and sources, rules,
rewards. Then customers with names, readings, addresses and telephones, orders of some of them, copies of the demo's drafts
for the new customers, and as many entries in the audit log. Run it again on a home that is complete and it does nothing.
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import Connection, text

from agent.main import App
from agent.settings import Settings
from agent.store.bulk import insert_frame
from agent.store.tables import Base

ROOT = Path(__file__).parents[1]
AT_A_TIME = 100_000
NAME, PASSWORD = "bench", "matsubokkuri to harukaze 7"
FAMILIES = {
    "佐藤": "サトウ", "鈴木": "スズキ", "高橋": "タカハシ", "田中": "タナカ", "伊藤": "イトウ", "渡辺": "ワタナベ", "山本": "ヤマモト",
    "中村": "ナカムラ", "小林": "コバヤシ", "加藤": "カトウ", "𠮷田": "ヨシダ", "山田": "ヤマダ", "佐々木": "ササキ", "山口": "ヤマグチ",
    "松本": "マツモト", "井上": "イノウエ", "木村": "キムラ", "林": "ハヤシ", "斎藤": "サイトウ", "清水": "シミズ", "山崎": "ヤマザキ",
    "森": "モリ", "池田": "イケダ", "橋本": "ハシモト", "阿部": "アベ", "石川": "イシカワ", "山下": "ヤマシタ", "中島": "ナカジマ",
    "石井": "イシイ", "小川": "オガワ", "前田": "マエダ", "岡田": "オカダ", "長谷川": "ハセガワ", "藤田": "フジタ", "後藤": "ゴトウ",
    "近藤": "コンドウ", "村上": "ムラカミ", "遠藤": "エンドウ", "青木": "アオキ", "坂本": "サカモト",
}  # fmt: skip
GIVENS = {
    "一郎": "イチロウ", "花子": "ハナコ", "美咲": "ミサキ", "翔太": "ショウタ", "陽菜": "ヒナ", "大輔": "ダイスケ", "結衣": "ユイ",
    "健太": "ケンタ", "葵": "アオイ", "蓮": "レン", "凛": "リン", "直樹": "ナオキ", "恵": "メグミ", "智子": "トモコ", "浩": "ヒロシ",
    "由美": "ユミ", "裕子": "ユウコ", "誠": "マコト", "真由美": "マユミ", "隆": "タカシ", "久美子": "クミコ", "聡": "サトシ",
    "明美": "アケミ", "剛": "ツヨシ", "香織": "カオリ", "拓也": "タクヤ", "千尋": "チヒロ", "薫": "カオル", "悠真": "ユウマ",
    "さくら": "サクラ",
}  # fmt: skip


def customer_id(number: int) -> str:
    """The id of a grown customer."""
    return f"c_g{number:07d}"


def demo_home(home: Path, database_url: str | None) -> None:
    """Load the demo shop into a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OKAERI_", "OPENAI_"))}
    ours = {"OKAERI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    if database_url:
        ours["OKAERI_DATABASE_URL"] = database_url
    home.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-c", "from agent.cli import main; main()", "demo", "--no-serve", "--json"],
        cwd=home,
        env=kept | ours,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def open_shop(home: Path, database_url: str | None) -> App:
    """The shop as the program opens it."""
    if database_url is None:
        return App(Settings(home=home))
    return App(Settings(home=home, database_url=database_url))


def grow(app: App, *, customers: int, drafts: int) -> None:
    """Add customers with orders, drafts and audit entries, in one transaction."""
    rng = np.random.default_rng(20261121)
    now = app.clock.now()
    with app.engine.begin() as connection:
        if connection.dialect.name == "sqlite":  # the indexes stay in memory while they grow
            connection.connection.cursor().execute("pragma cache_size = -1000000")
        for start in range(0, customers, AT_A_TIME):
            size = min(AT_A_TIME, customers - start)
            people = _people(rng, start, size)
            _put(connection, "customers", people)
            _put(connection, "identities", _identities(people))
            _buy(connection, rng, people, app)
        _copy_drafts(connection, drafts, customers)
        _audit(connection, rng, drafts, now)
    with app.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))


def _put(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    insert_frame(connection, table, frame, constants={"shop_id": "default"})


def _people(rng: np.random.Generator, start: int, size: int) -> pl.DataFrame:
    families, givens = list(FAMILIES), list(GIVENS)
    family, given = rng.integers(0, len(families), size), rng.integers(0, len(givens), size)
    number = pl.Series("n", np.arange(start, start + size))
    phone = [f"0{70 + 10 * (n % 3)}-{n // 10_000:04d}-{n % 10_000:04d}" for n in rng.integers(0, 10**8, size)]
    return pl.DataFrame(
        {
            "customer_id": [customer_id(n) for n in number],
            "platform": ["shopify"] * size,
            "email": [f"guest{n:07d}@mail{n % 50}.example" for n in number],
            "email_key": [f"guest{n:07d}@mail{n % 50}.example" for n in number],
            "family_name": [families[at] for at in family],
            "given_name": [givens[at] for at in given],
            "family_kana": [FAMILIES[families[at]] for at in family],
            "given_kana": [GIVENS[givens[at]] for at in given],
            "phone": phone,
            "name_damaged": [False] * size,
            "withdrawn": [False] * size,
            "never_contact": [False] * size,
            "consent_email": rng.random(size) < 0.7,
        }
    )


def _identities(people: pl.DataFrame) -> pl.DataFrame:
    return people.select(pl.lit("email").alias("kind"), pl.col("email_key").alias("value"), "customer_id")


def _buy(connection: Connection, rng: np.random.Generator, people: pl.DataFrame, app: App) -> None:
    """Some 1.2 orders each, in the two years before today; two of five never bought."""
    ids = people["customer_id"].to_numpy()
    who = np.repeat(ids, np.where(rng.random(len(ids)) < 0.6, 1 + rng.poisson(1.0, len(ids)), 0))
    skus = connection.execute(
        text("select sku, max(title) from order_lines where sku is not null group by sku")
    )
    shelf = [(str(sku), str(title)) for sku, title in skus]
    size = len(who)
    ago = rng.uniform(0, 730 * 86_400, size)
    today = app.clock.now()
    placed = [today - timedelta(seconds=float(seconds)) for seconds in ago]
    yen = (rng.lognormal(8.2, 0.5, size) // 10 * 10).astype(np.int64)
    chosen = rng.integers(0, len(shelf), size)
    first = int(ids[0].removeprefix("c_g")) * 10 + 10_000
    order_id = [f"shopify:#{first + n}" for n in range(size)]
    at = pl.Series(placed).dt.replace_time_zone(None)
    _put(
        connection,
        "orders",
        pl.DataFrame(
            {
                "order_id": order_id,
                "platform": ["shopify"] * size,
                "number": [one.partition(":")[2] for one in order_id],
                "import_id": ["i_grown"] * size,
                "content_hash": ["-"] * size,
                "customer_id": who,
                "buyer_name_damaged": [False] * size,
                "ordered_at": at,
                "ordered_on": (at + timedelta(hours=9)).dt.date(),
                "status": ["paid"] * size,
                "is_revenue": [True] * size,
                "currency": ["JPY"] * size,
                "total_yen": yen,
                "refunded_yen": [0] * size,
                "net_yen": yen,
                "discount_yen": [0] * size,
                "source_file": ["grown.csv"] * size,
                "source_row": [2] * size,
            }
        ),
    )
    _put(
        connection,
        "order_lines",
        pl.DataFrame(
            {
                "order_id": order_id,
                "line_no": [1] * size,
                "sku": [shelf[at][0] for at in chosen],
                "title": [shelf[at][1] for at in chosen],
                "quantity": [1] * size,
                "unit_price_yen": yen,
                "discount_yen": [0] * size,
            }
        ),
    )


_STATE = "case when n.n % 10 < 6 then 'waiting' when n.n % 10 < 8 then 'rejected' else 'delivered' end"


def _copy_drafts(connection: Connection, drafts: int, customers: int) -> None:
    """Copies of the demo's waiting drafts with their texts, findings and steps, for as many customers; six of ten wait."""
    connection.execute(text("create temporary table originals (place integer primary key, draft_id text)"))
    connection.execute(
        text(
            "insert into originals select row_number() over (order by draft_id) - 1, draft_id from drafts where state = 'waiting'"
        )
    )
    found = connection.execute(text("select count(*) from originals")).scalar_one()
    connection.execute(text("create temporary table numbers (n integer primary key)"))
    connection.execute(
        text(
            "insert into numbers with recursive up(n) as (select 0 union all select n + 1 from up where n + 1 < :most) select n from up"
        ),
        {"most": drafts},
    )
    joined = (
        f"from numbers n join originals o on o.place = n.n % {found} join {{0}} t on t.draft_id = o.draft_id"
    )
    place = f"(n.n * 7 % {customers})"
    padded = f"substr('0000000' || {place}, -7)"
    earlier = "datetime(t.created_at, '-' || (n.n * 25) || ' seconds')"
    if connection.dialect.name == "postgresql":
        padded = f"lpad(({place})::text, 7, '0')"
        earlier = "t.created_at - n.n * interval '25 seconds'"
    changed = {
        "draft_id": "t.draft_id || '-' || n.n",
        "customer_id": f"'c_g' || {padded}",
        "occasion_id": "null",
        "state": _STATE,
        "created_at": earlier,
        "decision_id": "t.decision_id || '-' || n.n",
    }
    for table in ("drafts", "draft_versions", "findings", "draft_steps"):
        names = [column.name for column in Base.metadata.tables[table].columns]
        changes = changed if table == "drafts" else {"draft_id": changed["draft_id"]}
        values = ", ".join(changes.get(name, f"t.{name}") for name in names)
        connection.execute(
            text(f"insert into {table} ({', '.join(names)}) select {values} {joined.format(table)}")
        )
    connection.execute(text("drop table originals"))
    connection.execute(text("drop table numbers"))


def _audit(connection: Connection, rng: np.random.Generator, entries: int, now: Any) -> None:
    newest = connection.execute(text("select max(sequence) from audit")).scalar() or 0
    actions = np.array(["draft.approve", "draft.reject", "draft.edit", "draft.later"])
    at = pl.Series([now - timedelta(seconds=30 * (entries - n)) for n in range(entries)])
    frame = pl.DataFrame(
        {
            "sequence": np.arange(newest + 1, newest + 1 + entries),
            "at": at.dt.replace_time_zone(None),
            "actor": np.array(["oono", "mori", "kaki"])[rng.integers(0, 3, entries)],
            "action": actions[rng.integers(0, 4, entries)],
            "object_kind": ["draft"] * entries,
            "object_id": [f"d_{n}" for n in range(entries)],
            "detail": ["{}"] * entries,
            "previous_hash": ["0" * 64] * entries,
            "hash": [f"{n:064x}" for n in range(entries)],
        }
    )
    _put(connection, "audit", frame)


def make_shop(home: Path, database_url: str | None, *, customers: int, drafts: int) -> float:
    """The grown shop in a home, unless it is there already. Returns the seconds the growing took."""
    done = home / f"grown-{customers}-{drafts}"
    if done.exists():
        return 0.0
    demo_home(home, database_url)
    app = open_shop(home, database_url)
    begun = time.perf_counter()
    grow(app, customers=customers, drafts=drafts)
    app.put_user(NAME, "owner", PASSWORD)
    app.engine.dispose()
    done.touch()
    return time.perf_counter() - begun


def main() -> None:
    """Make the shop."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--database-url")
    arguments.add_argument("--customers", type=int, default=1_000_000)
    arguments.add_argument("--drafts", type=int, default=100_000)
    chosen = arguments.parse_args()
    seconds = make_shop(chosen.home, chosen.database_url, customers=chosen.customers, drafts=chosen.drafts)
    print(f"{chosen.customers:,} customers, {chosen.drafts:,} drafts: {seconds:.1f} s")


if __name__ == "__main__":
    main()
