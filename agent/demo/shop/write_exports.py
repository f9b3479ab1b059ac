"""Write the demo shop's export files, as a shop would hand them over on its first day with us."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Final

from agent.demo.shop.catalogue import products
from agent.demo.shop.events import Doing, play_events
from agent.demo.shop.notes import add_notes
from agent.demo.shop.orders import Order, play_all
from agent.demo.shop.people import Kind, Person, draw_people
from agent.demo.shop.policies import policy_texts
from agent.demo.shop.scenes import Scene, draw_scenes
from agent.demo.shop.shopify import (
    CUSTOMER_COLUMNS,
    ORDER_COLUMNS,
    PRODUCT_COLUMNS,
    customer_id,
    customer_row,
    order_rows,
    product_rows,
)
from agent.demo.shop.stall import StallSale, stall_sales
from agent.domain.occasion import Occasion

STALL_COLUMNS: Final = (
    "顧客名",
    "メール",
    "購入日",
    "商品",
    "個数",
    "金額",
    "メルマガ可否",
    "LINE ID",
    "LINE配信可否",
    "備考",
)
EVENT_COLUMNS: Final = (
    "ID",
    "種類",
    "メールアドレス",
    "LINE ID",
    "日時",
    "商品コード",
    "点数",
    "コメント",
    "配信ID",
)


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What was written. customers, orders, products: Shopify CSV, UTF-8. store_sales: a list kept in Excel, CP932.
    events: what the shop's other tools noted (visits, newsletters, answers), UTF-8.

    moments: e-mail addresses of the people for whom an occasion is due today; all consented and have clean names.
    people: everyone in the files, guests and stall customers included.
    """

    folder: Path
    customers: Path
    orders: Path
    products: Path
    store_sales: Path
    events: Path
    policies: tuple[Path, ...]
    moments: Mapping[Occasion, tuple[str, ...]]
    people: int

    @property
    def imports(self) -> tuple[Path, ...]:
        """The files for `okaeri import`."""
        return (self.customers, self.orders, self.products, self.store_sales, self.events)


def write_exports(folder: Path, *, today: date, seed: int = 7) -> DemoFiles:
    """Write the shop's files into `folder`, which is made when missing; files of the same name are replaced.

    today: the business date in Asia/Tokyo; everything in the files happened before it. The same seed and day give the same
    bytes. Raises OSError when the folder cannot be written.
    """
    scenes = draw_scenes(seed)
    people = draw_people(seed, clean=len(scenes))
    orders = play_all(people, scenes, today, seed)
    people = add_notes(people, orders, seed, dear=_dear(scenes), today=today)
    stall = stall_sales(people, _may_visit(orders, scenes), today, seed)
    folder.mkdir(parents=True, exist_ok=True)
    return DemoFiles(
        folder=folder,
        customers=_write_customers(folder, people, orders),
        orders=_write_orders(folder, orders),
        products=_write_products(folder, today),
        store_sales=_write_stall(folder, stall),
        events=_write_events(folder, play_events(people, orders, stall, today, seed)),
        policies=_write_policies(folder / "policies"),
        moments=_moments(people, scenes),
        people=len(people),
    )


def _dear(scenes: Sequence[Scene]) -> list[int]:
    return [
        number for number, scene in enumerate(scenes) if scene.occasion in {Occasion.VIP, Occasion.WIN_BACK}
    ]


def _may_visit(orders: list[Order], scenes: Sequence[Scene]) -> set[int]:
    """Buyers who have no part in a scene: a visit to the stall would spoil a silence or a first order."""
    return {order.person.number for order in orders if order.person.number >= len(scenes)}


def _moments(people: Sequence[Person], scenes: Sequence[Scene]) -> Mapping[Occasion, tuple[str, ...]]:
    due: dict[Occasion, tuple[str, ...]] = {}
    for person, scene in zip(people, scenes, strict=False):
        if scene.occasion and person.email:
            due[scene.occasion] = (*due.get(scene.occasion, ()), person.email)
    return due


def _csv(
    path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]], encoding: str, end: str
) -> Path:
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _write_customers(folder: Path, people: Sequence[Person], orders: Sequence[Order]) -> Path:
    of: dict[int, list[Order]] = {person.number: [] for person in people}
    for order in orders:
        of[order.person.number].append(order)
    members = sorted((p for p in people if p.kind in {Kind.MEMBER, Kind.NEVER_BOUGHT}), key=customer_id)
    rows = (customer_row(person, of[person.number]) for person in members)
    return _csv(folder / "customers_export.csv", CUSTOMER_COLUMNS, rows, "utf-8", "\n")


def _write_orders(folder: Path, orders: Sequence[Order]) -> Path:
    rows = (row for order in reversed(orders) for row in order_rows(order))
    return _csv(folder / "orders_export.csv", ORDER_COLUMNS, rows, "utf-8", "\n")


def _write_products(folder: Path, today: date) -> Path:
    rows = (row for product in products() for row in product_rows(product, today))
    return _csv(folder / "products_export.csv", PRODUCT_COLUMNS, rows, "utf-8", "\n")


def _stall_row(sale: StallSale) -> dict[str, str]:
    name = f"{sale.person.name.family} {sale.person.name.given}" if sale.person else ""
    day = f"{sale.day.year}/{sale.day.month}/{sale.day.day}"
    goods = (sale.product.line_name(sale.variant), str(sale.quantity), str(sale.yen))
    cells = (name, sale.email, day, *goods, sale.newsletter, sale.line_id, sale.line, sale.remark)
    return dict(zip(STALL_COLUMNS, cells, strict=True))


def _write_stall(folder: Path, sales: Sequence[StallSale]) -> Path:
    rows = (_stall_row(sale) for sale in sales)
    return _csv(folder / "store_sales.csv", STALL_COLUMNS, rows, "cp932", "\r\n")


def _event_row(number: int, doing: Doing) -> dict[str, str]:
    at = doing.at.isoformat(" ", "seconds")
    told = (doing.sku, doing.value, doing.text, doing.message)
    cells = (f"ev-{number:05d}", doing.kind, doing.email, doing.line_id, at, *told)
    return dict(zip(EVENT_COLUMNS, cells, strict=True))


def _write_events(folder: Path, doings: Sequence[Doing]) -> Path:
    rows = (_event_row(number, doing) for number, doing in enumerate(doings, start=1))
    return _csv(folder / "events_export.csv", EVENT_COLUMNS, rows, "utf-8", "\n")


def _write_policies(folder: Path) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in policy_texts().items():
        path = folder / name
        path.write_bytes(text.encode("utf-8"))
        written.append(path)
    return tuple(written)
