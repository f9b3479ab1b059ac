"""A whole shop written into the store at once: people who come and go, what they bought, at what reduction, and what else they did."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Engine, insert

from agent.clock import TOKYO
from agent.main import App
from agent.settings import Settings
from agent.store.changed import mark_customers
from agent.store.engine import migrate, open_engine
from agent.store.tables import Base, Customer, Event, Import, Order, OrderLine, Product, Variant

TODAY: Final = date(2026, 11, 21)
DAYS: Final = 720
"""How long the shop has been open."""

FAMILY_NAMES: Final = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村")
GIVEN_NAMES: Final = ("花子", "太郎", "美咲", "健", "葵")

GOODS: Final = tuple(
    (f"{letter}-{size}", f"{title} {size}番", category, yen + 100 * size)
    for letter, title, category, yen in (
        ("TEA", "ほうじ茶", "お茶", 900),
        ("SOAP", "はちみつ石けん", "石けん", 500),
        ("CUP", "白磁の湯のみ", "うつわ", 2400),
    )
    for size in range(1, 5)
)
"""SKU, title, category, price."""

Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Lively:
    """How lively: customers with at least one order, and how many who never ordered come on top."""

    people: int = 120
    silent: int = 2
    seed: int = 1
    events: bool = True


def fill(engine: Engine, lively: Lively | None = None, *, until: date = TODAY) -> list[str]:
    """Write a shop in one transaction; the ids of its customers, `c000` on. Their last orders lie on or before `until`.

    Every tenth gave no consent, every thirteenth has withdrawn, every seventeenth must never be contacted (c000 may be
    written to). Now and then an order is refunded, in part or whole.
    """
    lively = lively or Lively()
    rng = np.random.default_rng(lively.seed)
    rows: Rows = {
        Customer: [],
        Product: [],
        Variant: [],
        Order: [],
        OrderLine: [],
        Event: [],
        Import: [imported(1)],
    }
    for sku, title, category, yen in GOODS:
        rows[Product].append(_product(sku, title, category))
        rows[Variant].append(_variant(sku, yen))
    ids = [f"c{number:03d}" for number in range(lively.people + lively.silent)]
    for number, who in enumerate(ids):
        rows[Customer].append(_customer(number, who))
        if number < lively.people:
            _life(rng, who, number % 3, rows, until=until, events=lively.events)
    write(engine, rows)
    return ids


def file_shop(folder: Path, lively: Lively | None = None) -> Engine:
    """A shop in a file of its own, for tests that only read it and share it."""
    engine = open_engine(f"sqlite:///{folder / 'okaeri.sqlite'}")
    migrate(engine)
    fill(engine, lively)
    return engine


def write(engine: Engine, rows: Rows) -> None:
    """All rows in one transaction, and whom they are about marked as changed, as an import does."""
    with engine.begin() as connection:
        for table, some in rows.items():
            if some:
                connection.execute(insert(table), some)
        touched = {row["customer_id"] for table in (Order, Event) for row in rows.get(table, ())}
        mark_customers(connection, "default", touched)


def shop_app(engine: Engine, home: Path, **settings: Any) -> App:
    """The shop, opened anew as another process would open it, on 21 November 2026 at ten."""
    known: dict[str, Any] = {"now": "2026-11-21T10:00:00+09:00", "home": home}
    url = engine.url.render_as_string(hide_password=False)
    return App(Settings(**(known | settings), database_url=url))


def order(
    number: int,
    who: str,
    on: date,
    *,
    net_yen: int = 1_000,
    discount_yen: int = 0,
    refunded_yen: int = 0,
) -> dict[str, Any]:
    """A row of a revenue order."""
    return {
        "shop_id": "default",
        "order_id": f"shopify:#{number}",
        "platform": "shopify",
        "number": f"#{number}",
        "import_id": "i1",
        "content_hash": "-",
        "customer_id": who,
        "buyer_name_damaged": False,
        "ordered_at": datetime.combine(on, time(9 + number % 9), TOKYO).astimezone(UTC),
        "ordered_on": on,
        "status": "paid",
        "is_revenue": True,
        "currency": "JPY",
        "total_yen": net_yen + refunded_yen,
        "refunded_yen": refunded_yen,
        "net_yen": net_yen,
        "discount_yen": discount_yen,
        "source_file": "orders.csv",
        "source_row": number,
    }


def event(event_id: str, who: str, kind: str, on: date, **fields: Any) -> dict[str, Any]:
    """A row of something they did besides."""
    return {
        "shop_id": "default",
        "event_id": event_id,
        "customer_id": who,
        "kind": kind,
        "happened_at": datetime.combine(on, time(20), TOKYO).astimezone(UTC),
        "happened_on": on,
        "sku": None,
        "value": None,
        "text": None,
        "source": "api",
        "content_hash": "-",
        **fields,
    }


def _life(rng: np.random.Generator, who: str, liking: int, rows: Rows, *, until: date, events: bool) -> None:
    """Orders at a pace of their own until they stay away, and visits and mails beside them."""
    pace = 40 * float(rng.lognormal(0, 0.6))
    day = float(rng.uniform(0, 0.8 * DAYS))
    opened = until - timedelta(days=DAYS)
    while day <= DAYS:
        on = opened + timedelta(days=int(day))
        _purchase(rng, who, liking, on, rows)
        if events:
            rows[Event].append(_event(rows, who, "visit", on))
        if rng.random() < 0.1:
            break
        day += max(1.0, float(rng.gamma(2, pace / 2)))
    for back in range(0, 90, 15) if events else ():
        on = until - timedelta(days=back)
        rows[Event].append(_event(rows, who, "send", on))
        if rng.random() < 0.3:
            rows[Event].append(_event(rows, who, "open", on))


def _purchase(rng: np.random.Generator, who: str, liking: int, on: date, rows: Rows) -> None:
    number = 1000 + len(rows[Order])
    own = range(4 * liking, 4 * liking + 4)
    bought = [GOODS[int(rng.choice(own))] for _ in range(int(rng.integers(1, 3)))]
    worth = sum(yen for *_, yen in bought)
    reduced = worth // 10 if rng.random() < 0.2 else 0
    chance = rng.random()
    back = worth - reduced if chance < 0.04 else worth // 2 if chance < 0.08 else 0
    rows[Order].append(
        order(number, who, on, net_yen=worth - reduced - back, discount_yen=reduced, refunded_yen=back)
    )
    rows[OrderLine] += [
        {
            "shop_id": "default",
            "order_id": f"shopify:#{number}",
            "line_no": place,
            "sku": sku,
            "product_id": f"product:{sku}",
            "title": title,
            "quantity": 1,
            "unit_price_yen": yen,
            "discount_yen": 0,
        }
        for place, (sku, title, _, yen) in enumerate(bought, start=1)
    ]


def _event(rows: Rows, who: str, kind: str, on: date) -> dict[str, Any]:
    return event(f"e{len(rows[Event])}", who, kind, on)


def _customer(number: int, who: str) -> dict[str, Any]:
    return {
        "shop_id": "default",
        "customer_id": who,
        "platform": "shopify",
        "email": f"{who}@example.com",
        "email_key": f"{who}@example.com",
        "family_name": FAMILY_NAMES[number % len(FAMILY_NAMES)],
        "given_name": GIVEN_NAMES[number % len(GIVEN_NAMES)],
        "name_damaged": False,
        "withdrawn": number % 13 == 12,
        "never_contact": number % 17 == 16,
        "consent_email": None if number % 10 == 9 else True,
    }


def _product(sku: str, title: str, category: str) -> dict[str, Any]:
    return {
        "shop_id": "default",
        "product_id": f"product:{sku}",
        "platform": "shopify",
        "import_id": "i1",
        "content_hash": "-",
        "title": title,
        "description": "",
        "category": category,
        "tags": [],
        "product_class": "other",
        "published": True,
    }


def _variant(sku: str, yen: int) -> dict[str, Any]:
    return {
        "shop_id": "default",
        "variant_id": sku,
        "product_id": f"product:{sku}",
        "position": 0,
        "sku": sku,
        "title": None,
        "price_yen": yen,
        "stock": 7,
    }


def imported(sequence: int) -> dict[str, Any]:
    """A row of a finished import."""
    moment = datetime(2026, 1, sequence, tzinfo=UTC)
    return {
        "shop_id": "default",
        "import_id": f"i{sequence}",
        "sequence": sequence,
        "platform": "shopify",
        "files": [],
        "report": {},
        "state": "done",
        "rests_on": [],
        "started_at": moment,
        "finished_at": moment,
    }
