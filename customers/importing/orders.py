"""Put order rows together: which rows are one order, who bought, what counts as revenue, and what must be refused."""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from customers.importing.columns import Faults, addresses, answers, cell, moments, names, numbers, texts
from customers.importing.order_columns import (
    anchors,
    bare_counts,
    counted_within,
    currency,
    foreign_keys,
    split_variants,
)
from customers.importing.read_table import Rejected
from customers.importing.recognise import Recognised
from customers.importing.seal import sealed
from customers.importing.values import looks_like_formula, whole_count, whole_yen

ORDER_CELLS = ("status", "total", "ordered")
"""A row that fills one of these states the order itself; Shopify leaves them empty on further lines."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a platform means by its order rows.

    prefix: of order ids.    revenue: statuses that count, None for all.    known: statuses we know.
    anchor: `member` when a member number leads, `line` when a LINE id may stand in for an address.
    prepare: brings rows into our columns (splits names, keeps product lines only).
    """

    platform: str
    prefix: str
    revenue: frozenset[str] | None
    known: frozenset[str]
    prepare: Callable[[pl.DataFrame], pl.DataFrame]
    splits_variant: bool = False


@dataclass(slots=True)
class Assembled:
    """Orders and lines ready for the store, what was refused (by order key), and cells worth a warning."""

    orders: pl.DataFrame
    lines: pl.DataFrame
    refused: dict[str, list[Rejected]] = field(default_factory=dict)
    headless: set[str] = field(default_factory=set)
    warnings: list[tuple[str, int, str, str]] = field(default_factory=list)


def assemble(rows: pl.DataFrame, kind: Recognised, dialect: Dialect, *, file: str) -> Assembled:
    """Orders from rows with our column names. Rows of one order stand together; `key` is filled on every row.

    An order with a single unreadable cell is refused whole: never half an order.
    """
    return _Assembly(dialect.prepare(rows), kind, dialect, file).result()


class _Assembly:
    def __init__(self, rows: pl.DataFrame, kind: Recognised, dialect: Dialect, file: str) -> None:
        self.rows, self.kind, self.dialect, self.file = rows, kind, dialect, file
        self.refused: dict[str, list[Rejected]] = {}
        self.warnings: list[tuple[str, int, str, str]] = []

    def result(self) -> Assembled:
        stated = [name for name in ORDER_CELLS if name in self.rows.columns]
        is_head = self.rows.select(pl.any_horizontal(pl.col(stated) != "")).to_series()
        heads = self.rows.filter(is_head)
        keys = self.rows["key"].unique()
        headless = set(keys.filter(~keys.is_in(heads["key"].implode())).to_list()) if len(keys) else set()
        first = heads.filter(heads["key"].is_first_distinct())
        if len(first) < len(heads):
            self._refuse_two_totals(heads)
            if len(heads) < len(self.rows) or self.dialect.platform == "shopify":
                self._drop_repeats(is_head)
        orders = self._orders(first)
        lines = self._lines(set(headless))
        if self.refused:
            gone = list(self.refused)
            orders = orders.filter(~pl.col("key").is_in(gone))
            lines = lines.filter(~pl.col("key").is_in(gone))
        return Assembled(*sealed(orders, lines), self.refused, headless, self.warnings)

    # -- refusing

    def _refuse(self, key: str, row: int, ours: str, value: str, reason: str) -> None:
        label = self.kind.label(ours)
        self.refused.setdefault(key, []).append(Rejected(self.file, row, label, value[:80], reason))

    def _faults(self, frame: pl.DataFrame, ours: str, faults: Faults, *, only_warn: bool = False) -> None:
        cells = cell(frame, ours)
        for at, reason in faults.items():
            row = int(frame["_row"][at])
            if only_warn:
                self.warnings.append((reason, row, self.kind.label(ours), cells[at][:80]))
            else:
                self._refuse(frame["key"][at], row, ours, cells[at], reason)

    def _refuse_two_totals(self, heads: pl.DataFrame) -> None:
        repeated = heads.filter(heads["key"].is_duplicated() & (heads["total"] != ""))
        if repeated.is_empty():
            return
        totals, faults = numbers(
            repeated["total"], whole_yen, blank=0, exact=pl.repeat(False, len(repeated), eager=True)
        )
        self._faults(repeated, "total", faults)
        seen: dict[str, int | None] = {}
        for key, total, row, shown in zip(
            repeated["key"], totals, repeated["_row"], repeated["total"], strict=True
        ):
            if seen.setdefault(key, total) != total:
                self._refuse(
                    key,
                    row,
                    "total",
                    shown,
                    "同じ注文に違う合計があります。どちらが正しいか確かめてください。",
                )

    def _drop_repeats(self, is_head: pl.Series) -> None:
        """The same order row written twice (a file pasted twice) is one row."""
        cells = [name for name in self.rows.columns if name != "_row"]
        self.rows = self.rows.filter(
            ~is_head | self.rows.select(pl.struct(cells).is_first_distinct()).to_series()
        )

    # -- the order itself

    def _orders(self, heads: pl.DataFrame) -> pl.DataFrame:
        money = currency(cell(heads, "currency"))
        yen = money == "JPY"
        amounts = {}
        for ours in ("total", "refunded", "discount"):
            amounts[ours], faults = numbers(
                cell(heads, ours), whole_yen, blank=None if ours == "total" else 0, exact=yen
            )
            self._faults(heads, ours, faults)
        for at in (amounts["total"].is_null() & (cell(heads, "total").str.strip_chars() == "")).arg_true():
            self._refuse(heads["key"][at], heads["_row"][at], "total", "", "合計が空です。")
        for at in (amounts["refunded"] > amounts["total"]).arg_true():
            self._refuse(
                heads["key"][at],
                heads["_row"][at],
                "refunded",
                heads["refunded"][at],
                "返金額が合計を超えています。",
            )
        times = {}
        for ours in ("ordered", "fulfilled", "cancelled"):
            times[ours], faults = moments(cell(heads, ours))
            self._faults(heads, ours, faults)
        for at in (times["ordered"].is_null() & (cell(heads, "ordered").str.strip_chars() == "")).arg_true():
            self._refuse(
                heads["key"][at],
                heads["_row"][at],
                "ordered",
                "",
                "注文日が空のため、いつの注文か分かりません。",
            )
        email, key_of_email, faults = addresses(cell(heads, "email"))
        self._faults(heads, "email", faults, only_warn=True)
        accepts, said = {}, {}
        for ours in ("accepts_email", "accepts_line"):
            accepts[ours], faults = answers(cell(heads, ours))
            said[ours] = texts(cell(heads, ours))
            self._faults(heads, ours, faults, only_warn=True)
        family, family_bad = names(cell(heads, "family"))
        given, given_bad = names(cell(heads, "given"))
        status = texts(cell(heads, "status")).fill_null("")
        revenue = (
            status.is_in(list(self.dialect.revenue)) if self.dialect.revenue is not None else status == status
        )
        revenue = revenue & times["cancelled"].is_null() & (cell(heads, "cancelled") == "")
        if self.dialect.revenue is None:
            revenue = revenue & ~status.str.contains("キャンセル|取消|取り消し|返品")
        external = texts(cell(heads, "external_id"))
        line = texts(cell(heads, "line"))
        zero = pl.repeat(0, len(heads), dtype=pl.Int64, eager=True)
        total = amounts["total"].zip_with(yen, zero)
        refunded = amounts["refunded"].zip_with(yen, zero)
        self._warn_of_formulas(heads, "family", family)
        self._warn_of_formulas(heads, "email", email)
        return pl.DataFrame(
            {
                "key": heads["key"],
                "order_id": self.dialect.prefix + heads["key"],
                "platform": pl.repeat(self.dialect.platform, len(heads), eager=True),
                "number": texts(cell(heads, "number")).fill_null(heads["key"]),
                "customer_id": anchors(external, key_of_email, line),
                "buyer_external_id": external,
                "buyer_email": email,
                "buyer_email_key": key_of_email,
                "buyer_line_user_id": line,
                "buyer_family_name": family,
                "buyer_given_name": given,
                "buyer_name_damaged": family_bad | given_bad,
                "buyer_phone": texts(cell(heads, "phone")),
                "accepts_email": accepts["accepts_email"],
                "accepts_line": accepts["accepts_line"],
                "consent_words": self._words(accepts, said),
                "ordered_at": times["ordered"],
                "ordered_on": times["ordered"].dt.convert_time_zone("Asia/Tokyo").dt.date(),
                "status": status,
                "is_revenue": revenue,
                "currency": money,
                "stated_total": texts(cell(heads, "total")).zip_with(~yen, pl.repeat(None, len(heads), dtype=pl.String, eager=True)),
                "total_yen": total,
                "refunded_yen": refunded,
                "net_yen": (total - refunded).zip_with(revenue, zero),
                "discount_yen": amounts["discount"].zip_with(yen, zero),
                "discount_code": texts(cell(heads, "discount_code")),
                "fulfilled_at": times["fulfilled"],
                "cancelled_at": times["cancelled"],
                "note": texts(cell(heads, "note")),
                "source_file": pl.repeat(self.file, len(heads), eager=True),
                "source_row": heads["_row"],
            }
        )  # fmt: skip

    def _words(self, accepts: dict[str, pl.Series], said: dict[str, pl.Series]) -> pl.Series:
        """Where a yes or no was read: `column<tab>cell` for e-mail, then for LINE, parted by a line feed."""
        if accepts["accepts_email"].null_count() == len(accepts["accepts_email"]) and accepts[
            "accepts_line"
        ].null_count() == len(accepts["accepts_line"]):
            return pl.repeat(None, len(accepts["accepts_email"]), dtype=pl.String, eager=True)
        parts = []
        for ours in ("accepts_email", "accepts_line"):
            label = self.kind.label(ours).replace("\n", " ") if ours in self.kind.positions else ""
            word = label + "\t" + said[ours].fill_null("")
            parts.append(word.zip_with(accepts[ours].is_not_null(), pl.repeat("", len(word), eager=True)))
        return (parts[0] + "\n" + parts[1]).alias("consent_words")

    def _warn_of_formulas(self, heads: pl.DataFrame, ours: str, shown: pl.Series) -> None:
        for at in shown.fill_null("").str.contains(r"^[=+@-]").arg_true():
            if looks_like_formula(shown[at]):
                self.warnings.append(
                    (
                        "数式のように見えるセルです。計算はせず文字として保存し、宛名には使いません。心当たりがなければ元の表を直してください。",
                        heads["_row"][at],
                        self.kind.label(ours),
                        shown[at][:80],
                    )
                )

    # -- its lines

    def _lines(self, without: set[str]) -> pl.DataFrame:
        rows = self.rows.filter((self.rows["line_title"] != "") | (self.rows["line_quantity"] != ""))
        if without:
            rows = rows.filter(~pl.col("key").is_in(list(without)))
        if "line_id" in rows.columns:
            rows = rows.filter(
                (rows["line_id"] == "")
                | rows.select(pl.struct("key", "line_id").is_first_distinct()).to_series()
            )
        quantity, faults = numbers(bare_counts(rows["line_quantity"]), whole_count, blank=None)
        self._faults(rows, "line_quantity", faults)
        for at in (quantity.is_null() & (rows["line_quantity"].str.strip_chars() == "")).arg_true():
            self._refuse(rows["key"][at], rows["_row"][at], "line_quantity", "", "個数が空です。")
        title = texts(rows["line_title"])
        for at in title.is_null().arg_true():
            self._refuse(rows["key"][at], rows["_row"][at], "line_title", "", "商品名が空です。")
        self._warn_of_formulas(rows, "line_title", title)
        self._warn_of_formulas(rows, "line_sku", texts(cell(rows, "line_sku")))
        foreign = foreign_keys(self.rows)
        exact = ~rows["key"].is_in(foreign) if foreign else pl.repeat(True, len(rows), eager=True)
        price, faults = numbers(cell(rows, "line_price"), whole_yen, blank=None, exact=exact)
        self._faults(rows, "line_price", faults)
        discount, faults = numbers(cell(rows, "line_discount"), whole_yen, blank=0, exact=exact)
        self._faults(rows, "line_discount", faults)
        if foreign:
            price = price.zip_with(exact, pl.repeat(None, len(rows), dtype=pl.Int64, eager=True))
            discount = discount.zip_with(exact, pl.repeat(0, len(rows), dtype=pl.Int64, eager=True))
        variant = cell(rows, "line_variant")
        if self.dialect.splits_variant:
            title, variant = split_variants(title)
        return pl.DataFrame(
            {
                "key": rows["key"],
                "order_id": self.dialect.prefix + rows["key"],
                "line_no": counted_within(rows["key"]),
                "sku": texts(cell(rows, "line_sku")),
                "product_id": texts(cell(rows, "line_product_id")),
                "title": title,
                "variant": texts(variant.fill_null("")),
                "quantity": quantity,
                "unit_price_yen": price,
                "discount_yen": discount,
            }
        )
