"""A shop's import desk for tests: write export files, import them, look at what the store holds."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from agent.clock import FixedClock
from agent.settings import DEFAULT_SHOP
from agent.store.ledger import SqlImportLedger
from agent.store.tables import Base
from customers.importing.report import ImportReport
from customers.importing.run import Platform, import_files
from customers.importing.undo import UndoReport, undo_import

_SHOPIFY_ORDER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
    "Lineitem compare at price,Lineitem sku,Notes,Cancelled at,Refunded Amount,Id,Lineitem discount"
)
SHOPIFY_ORDER = _SHOPIFY_ORDER.split(",")
_SHOPIFY_CUSTOMER = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Zip,Phone,Total Spent,Total Orders,"
    "Note,Tags"
)
SHOPIFY_CUSTOMER = _SHOPIFY_CUSTOMER.split(",")
_ECCUBE_ORDER = (
    "注文ID,注文番号,会員ID,お名前(姓),お名前(名),メールアドレス,TEL,ショップ用メモ欄,小計,値引き,送料,税金,合計,"
    "支払合計,対応状況(ID),対応状況(名称),支払方法(名称),受注日,入金日,注文詳細ID,商品ID,商品規格ID,商品名,商品コード,"
    "規格名1,規格分類名1,価格,個数,明細区分(ID),明細区分(名称),出荷ID,送料,発送日"
)
ECCUBE_ORDER = _ECCUBE_ORDER.split(",")
_ECCUBE_MEMBER = (
    "会員ID,お名前(姓),お名前(名),お名前(セイ),お名前(メイ),郵便番号,都道府県(名称),住所1,メールアドレス,TEL,誕生日,"
    "ショップ用メモ欄,会員ステータス(ID),会員ステータス(名称),登録日,更新日"
)
ECCUBE_MEMBER = _ECCUBE_MEMBER.split(",")
_LIST = "顧客名,メール,購入日,商品,個数,金額,メルマガ可否,LINE ID,備考"
LIST = _LIST.split(",")


def table(headers: Sequence[str], rows: Iterable[Mapping[str, Any] | Sequence[Any]]) -> str:
    """CSV text. Rows are cells in order, or by header (of two equal headers the first)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headers)
    for row in rows:
        if isinstance(row, Mapping):
            assert set(row) <= set(headers), set(row) - set(headers)
            first = {name: headers.index(name) for name in row}
            cells: list[object] = [""] * len(headers)
            for name, value in row.items():
                cells[first[name]] = value
            writer.writerow(cells)
        else:
            writer.writerow(row)
    return out.getvalue()


def shopify_order(name: str, email: str = "", **cells: object) -> dict[str, object]:
    """The first row of a paid Shopify order of 3,000 yen; cells by header with `_` for a blank."""
    given = {key.replace("_", " "): value for key, value in cells.items()}
    return {
        "Name": name,
        "Email": email,
        "Financial Status": "paid",
        "Currency": "JPY",
        "Total": "3000",
        "Created at": "2026-10-07 09:50:26 +0900",
        "Lineitem quantity": "1",
        "Lineitem name": "お茶 - 100g",
        "Lineitem price": "3000",
        "Lineitem sku": "T-1",
        "Refunded Amount": "0",
        **given,
    }


def shopify_line(name: str, email: str, title: str, quantity: object, price: object) -> dict[str, object]:
    """A further line of a Shopify order: order cells are empty."""
    return {
        "Name": name,
        "Email": email,
        "Lineitem quantity": quantity,
        "Lineitem name": title,
        "Lineitem price": price,
    }


@dataclass
class Desk:
    """One shop's import desk."""

    engine: Engine
    folder: Path
    clock: FixedClock

    @property
    def ledger(self) -> SqlImportLedger:
        return SqlImportLedger(self.engine, shop_id=DEFAULT_SHOP)

    def write(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def take(self, *paths: Path, platform: Platform = "auto", dry_run: bool = False) -> ImportReport:
        return import_files(paths, platform=platform, dry_run=dry_run, ledger=self.ledger, clock=self.clock)

    def undo(self, import_id: str | None) -> UndoReport:
        assert import_id is not None
        return undo_import(import_id, ledger=self.ledger, clock=self.clock)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(sql)).mappings()]

    def one(self, sql: str) -> dict[str, Any]:
        (row,) = self.rows(sql)
        return row

    def run(self, sql: str) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(sql))
            connection.commit()

    def dump(
        self, *, without: frozenset[str] = frozenset({"imports", "shops", "changed_customers"})
    ) -> dict[str, list[str]]:
        """Every row of every table, as sorted text."""
        return {
            name: sorted(repr(sorted(row.items())) for row in self.rows(f"select * from {name}"))
            for name in Base.metadata.tables
            if name not in without
        }

    def meaning(self) -> dict[str, list[str]]:
        """What the store says, without which import said it."""
        hidden = {"import_id", "source_file", "source_row", "source", "recorded_at", "consent_id"}
        return {
            name: sorted(
                repr(sorted((k, v) for k, v in row.items() if k not in hidden))
                for row in self.rows(f"select * from {name}")
            )
            for name in (
                "customers",
                "identities",
                "orders",
                "order_lines",
                "products",
                "variants",
                "facts",
                "consents",
                "customer_records",
            )
        }
