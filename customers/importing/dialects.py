"""What each platform means by an order row."""

import polars as pl

from customers.importing.columns import cell
from customers.importing.orders import Dialect
from customers.importing.values import plain, split_name

_STATUS = {
    "1": "新規受付",
    "3": "注文取消し",
    "4": "対応中",
    "5": "発送済み",
    "6": "入金済み",
    "7": "決済処理中",
    "8": "購入処理中",
    "9": "返品",
}
"""EC-CUBE 4's mtb_order_status, for exports that keep only the number."""

_LINE_KINDS = {"1": "商品", "2": "送料", "3": "手数料", "4": "割引", "5": "税", "6": "ポイント"}
"""EC-CUBE 4's mtb_order_item_type."""

_PSEUDO_TITLES = ("送料", "手数料", "割引", "値引き", "ポイント", "税", "消費税", "代引き手数料")


def _shopify(rows: pl.DataFrame) -> pl.DataFrame:
    return rows


def _eccube(rows: pl.DataFrame) -> pl.DataFrame:
    """Status and line kind by name or number; only 商品 lines keep their line cells; variants joined."""
    status = _named(rows, "status", "status_id", _STATUS)
    kind = _named(rows, "line_kind", "line_kind_id", _LINE_KINDS)
    title = cell(rows, "line_title")
    is_product = kind == "商品"
    unsaid = (kind == "") & (title != "") & ~title.str.strip_chars().is_in(_PSEUDO_TITLES)
    keep = is_product | unsaid
    blank = pl.repeat("", len(rows), dtype=pl.String, eager=True)
    first, second = cell(rows, "line_option1").str.strip_chars(), cell(rows, "line_option2").str.strip_chars()
    between = pl.repeat(" / ", len(rows), eager=True).zip_with((first != "") & (second != ""), blank)
    return rows.with_columns(
        status.alias("status"),
        cell(rows, "line_title").zip_with(keep, blank).alias("line_title"),
        cell(rows, "line_quantity").zip_with(keep, blank).alias("line_quantity"),
        (first + between + second).alias("line_variant"),
        cell(rows, "external_id").str.strip_chars().str.strip_prefix("'").alias("external_id"),
        cell(rows, "discount").str.replace("^-", "").alias("discount"),
    )


def _named(rows: pl.DataFrame, name: str, number: str, meaning: dict[str, str]) -> pl.Series:
    said = cell(rows, name).str.strip_chars()
    by_number = (
        cell(rows, number).str.strip_chars().replace_strict(meaning, default="", return_dtype=pl.String)
    )
    return said.zip_with(said != "", by_number)


def _generic(rows: pl.DataFrame) -> pl.DataFrame:
    """姓 and 名 from one cell; a row without a count is one piece; a row without a product has no line."""
    quantity, title = cell(rows, "line_quantity"), cell(rows, "line_title")
    one = pl.repeat("1", len(rows), eager=True)
    blank = pl.repeat("", len(rows), dtype=pl.String, eager=True)
    added = [
        quantity.zip_with(quantity.str.strip_chars() != "", one)
        .zip_with(title.str.strip_chars() != "", blank)
        .alias("line_quantity"),
        title.str.strip_chars().alias("line_title"),
    ]
    if "name" in rows.columns:
        split = [split_name(plain(name)) if name.strip() else ("", None) for name in rows["name"].to_list()]
        family, given = cell(rows, "family"), cell(rows, "given")
        added.append(
            pl.Series("family", [f for f, _ in split], dtype=pl.String).zip_with(family == "", family)
        )
        whole = pl.Series("given", [g or "" for _, g in split], dtype=pl.String)
        added.append(whole.zip_with((family == "") & (given == ""), given))
    return rows.with_columns(added)


SHOPIFY = Dialect(
    "shopify",
    "shopify:",
    frozenset({"paid", "partially_refunded"}),
    frozenset(
        {
            "pending",
            "authorized",
            "partially_paid",
            "paid",
            "partially_refunded",
            "refunded",
            "voided",
            "expired",
        }
    ),
    _shopify,
    splits_variant=True,
)
ECCUBE = Dialect(
    "eccube",
    "eccube:",
    frozenset({"新規受付", "対応中", "入金済み", "発送済み"}),
    frozenset(_STATUS.values()) | {"キャンセル"},
    _eccube,
)
GENERIC = Dialect("generic", "list:", None, frozenset(), _generic)
