"""Read product files: Shopify's two dialects and EC-CUBE's, as products with their variants."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from agent.domain.product_class import infer_product_class
from customers.importing.read_table import Rejected, Table
from customers.importing.values import Unreadable, folded, plain, read_decimal, read_yen

Row = dict[str, Any]

_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/h\d|/tr)\b[^>]*>", re.I)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_TAGS = re.compile(r"<[^>]+>")
_ADDRESS = re.compile(r"https://[!-~]{4,1900}")
_NO_VARIANT = {"default title", "デフォルトタイトル", ""}


@dataclass(slots=True)
class Catalogue:
    """Products and variants of one file: rows of the tables, without shop and import."""

    products: list[Row] = field(default_factory=list)
    variants: list[Row] = field(default_factory=list)
    warnings: list[tuple[str, int, str, str]] = field(default_factory=list)


def read_catalogue(table: Table) -> Catalogue:
    """All products of a file. A product with an unreadable price is refused whole, with its row."""
    groups: dict[str, list[Row]] = {}
    carried = ""
    for frame in table.batches():
        for cells in frame.iter_rows(named=True):
            handle = plain(cells.get("handle") or "") or carried
            if not handle:
                table.rejected.append(
                    Rejected(
                        table.name,
                        cells["_row"],
                        table.kind.label("handle"),
                        "",
                        "商品を見分ける値が空です。",
                    )
                )
                continue
            carried = handle if table.kind.layout.platform == "shopify" else ""
            groups.setdefault(handle, []).append(cells)
    catalogue, taken = Catalogue(), set[str]()
    for handle, rows in groups.items():
        _Product(handle, rows, table, catalogue, taken).read()
    return catalogue


class _Product:
    """One product and the rows of its variants."""

    def __init__(self, handle: str, rows: list[Row], table: Table, into: Catalogue, taken: set[str]) -> None:
        self.handle, self.rows, self.table, self.into, self.taken = handle, rows, table, into, taken
        self.platform = table.kind.layout.platform

    def read(self) -> None:
        title = self._first("title")
        if not title:
            self._reject(self.rows[0], "title", "商品名が空です。")
            return
        variants: list[Row] = []
        for row in self.rows:
            if not self._sells(row):
                continue
            variant = self._variant(row, len(variants) + 1)
            if variant is None:
                return
            variants.append(variant)
        category = self._first("type") or self._first("category")
        tags = [tag.strip() for tag in (self._first("tags") or "").split(",") if tag.strip()]
        description = "\n".join(
            text
            for name in ("description", "short", "extra")
            if (text := plain_text(self._first(name) or ""))
        )
        product = {
            "product_id": self.handle,
            "platform": self.platform,
            "handle": self.handle if self.platform == "shopify" else None,
            "title": title,
            "description": description,
            "vendor": self._first("vendor"),
            "category": category,
            "tags": tags,
            "product_class": infer_product_class(
                title, [self._first("category") or "", category or "", *tags, description[:2000]]
            ),
            "published": self._published(),
            "url": self._address(),
        }
        sealed = json.dumps([product, variants], ensure_ascii=False, sort_keys=True)
        self.into.products.append(
            {**product, "content_hash": hashlib.blake2b(sealed.encode(), digest_size=16).hexdigest()}
        )
        self.into.variants.extend(variants)

    def _address(self) -> str | None:
        """The product's public page as the export names it: whole and encrypted, else none."""
        shown = self._first("url") or ""
        return shown if _ADDRESS.fullmatch(shown) else None

    def _first(self, name: str) -> str | None:
        return next((text for row in self.rows if (text := plain(row.get(name) or ""))), None)

    def _sells(self, row: Row) -> bool:
        """Whether a row is a variant: continuation rows with only an image are not."""
        return any(plain(row.get(name) or "") for name in ("price", "sku", "option1", "variant_id"))

    def _published(self) -> bool:
        published, status = folded(self._first("published") or "true"), folded(self._first("status") or "")
        number = self._first("status_id") or ""
        if self.platform == "eccube":
            return status == "公開" if status else number in ("", "1")
        return published not in {"false", "no", "0"} and status in {"", "active"}

    def _variant(self, row: Row, position: int) -> Row | None:
        prices: dict[str, int | None] = {}
        for name in ("price", "compare_at"):
            shown = plain(row.get(name) or "")
            try:
                prices[name] = read_yen(shown) if shown else None
            except Unreadable as fault:
                self._reject(row, name, str(fault))
                return None
        stock, stock_text = self._stock(row)
        sku = plain(row.get("sku") or "") or None
        options = [
            text for name in ("option1", "option2", "option3")
            if folded(text := plain(row.get(name) or "")) not in _NO_VARIANT
        ]  # fmt: skip
        title = " / ".join(options) or None
        return {
            "variant_id": self._variant_id(row, sku, title, position),
            "product_id": self.handle,
            "position": position,
            "sku": sku,
            "title": title,
            "price_yen": prices["price"],
            "compare_at_yen": prices["compare_at"],
            "stock": stock,
            "stock_text": stock_text,
        }

    def _variant_id(self, row: Row, sku: str | None, title: str | None, position: int) -> str:
        name = sku or f"{self.handle}#{plain(row.get('variant_id') or '') or title or position}"
        if name in self.taken:
            if sku:
                self.into.warnings.append(
                    ("同じ商品コードが二つの商品にあります。", row["_row"], self.table.kind.label("sku"), sku)
                )
            name = f"{self.handle}#{name}#{position}"
        self.taken.add(name)
        return name

    def _stock(self, row: Row) -> tuple[int | None, str | None]:
        if plain(row.get("unlimited") or "") in {"1", "true"}:
            return None, None
        if "tracker" in row and not plain(row["tracker"] or ""):
            return None, None
        shown = plain(row.get("stock") or "")
        if not shown:
            return None, None
        try:
            amount = read_decimal(shown)
        except Unreadable:
            return None, shown
        return (int(amount), None) if abs(amount) < 1_000_000_000 else (None, shown)

    def _reject(self, row: Row, name: str, reason: str) -> None:
        shown = str(row.get(name) or "")[:80]
        self.table.rejected.append(
            Rejected(self.table.name, row["_row"], self.table.kind.label(name), shown, reason)
        )


def plain_text(html: str) -> str:
    """Text of a product page without its markup."""
    text = _TAGS.sub(" ", _BREAKS.sub("\n", _HIDDEN.sub(" ", html)))
    lines = (re.sub(r"[ \t\u00a0]+", " ", unescape(line)).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
