"""What does a transaction file say, whoever wrote it? Parquet (a file, a folder, a pattern) or CSV into `Purchases`.

Columns: customer_id, ordered_at, amount_yen and, where there are any, sku and discount_yen; others are not read. A row is a product
line or a whole order: an order is a distinct (customer_id, ordered_at), its net the sum of amount_yen; a negative sum is a return.
"""

from codecs import getincrementaldecoder
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from agent.domain.errors import CallerMistake
from customers.features.codes import by_customer_and_moment, coded
from customers.features.purchases import LineRows, OrderRows, Purchases, Small, Whole

NEEDED: Final = ("customer_id", "ordered_at", "amount_yen")
OPTIONAL: Final = ("sku", "discount_yen")

DAY: Final = 86_400_000_000
"""Microseconds."""

_MOMENTS: Final = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M",
)
_OFFSETS: Final = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z", "%Y-%m-%d %H:%M:%S%.f%#z")
_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d")
_EARLIEST, _LATEST = -25_567 * DAY, 47_482 * DAY
"""1900-01-01 and 2100-01-01: a day outside is a slip of the pen, and no day at all."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Rows that were set aside because something in them is missing or cannot be read; a row counts once, under the first."""

    no_customer: int
    no_date: int
    no_amount: int

    @property
    def rows(self) -> int:
        """How many in all."""
        return self.no_customer + self.no_date + self.no_amount

    @property
    def text(self) -> str | None:
        """For staff; None when nothing was set aside."""
        said = [
            f"{words} {count:,}行"
            for words, count in (
                ("お客様番号のない行が", self.no_customer),
                ("日付を読めない行が", self.no_date),
                ("金額を読めない行が", self.no_amount),
            )
            if count
        ]
        return f"{'、'.join(said)}ありました。これらは使っていません。" if said else None


@dataclass(frozen=True, slots=True)
class Transactions:
    """A transaction file, read. rows: all it holds, those set aside included.    has_discounts: whether it has that column."""

    purchases: Purchases
    rows: int
    aside: Aside
    has_discounts: bool


def read_transactions(source: str | Path, *, lines: bool = True) -> Transactions:
    """Read a transaction table.

    source: a parquet or CSV file, a folder of parquet files, or a pattern such as `sales/*.parquet`.    lines: keep the product
    lines as well (as much memory again).
    customer_id: numbers or text.    ordered_at: days, moments of any unit (without a zone: Tokyo), or ISO text.    amount_yen,
    discount_yen: any number, or text such as "1,200"; rounded to whole yen.
    Raises CallerMistake, in Japanese: nothing there, not such a table, columns missing, or no row that can be read.
    """
    scan = _open(source)
    here = _columns(scan, source)
    wanted: list[str] = [name for name in (*NEEDED, *OPTIONAL) if name in here and (lines or name != "sku")]
    frame = _collected(scan, wanted, here, source)
    rows = len(frame)
    frame, aside = _set_aside(frame)
    if frame.is_empty():
        found = aside.text or "行が1つもありません。"
        raise CallerMistake(f"no readable row in {source}", ja=f"{source} に使える行がありません。{found}")
    return Transactions(_sorted(frame), rows, aside, "discount_yen" in wanted)


def _open(source: str | Path) -> pl.LazyFrame:
    text = str(source)
    path = Path(text)
    if any(sign in text for sign in "*?[") and not path.exists():
        base = Path(path.anchor or ".")
        files = sorted(base.glob(str(path.relative_to(path.anchor)) if path.anchor else text))
        found: list[Path] = [file for file in files if file.is_file()]
    elif path.is_dir():
        found = sorted(file for file in path.rglob("*.parquet") if file.is_file())
    else:
        found = [path] if path.is_file() else []
    if not found:
        raise CallerMistake(
            f"no transaction file at {source}",
            ja=f"取引データが見つかりません: {source}（parquet か CSV のファイル、または parquet の入ったフォルダーを指定してください）",
        )
    try:
        if all(file.suffix.lower() in {".csv", ".txt"} for file in found):
            return _csv(found)
        return pl.scan_parquet(
            found, missing_columns="insert", extra_columns="ignore", hive_partitioning=False
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(source, error) from error


def _csv(files: list[Path]) -> pl.LazyFrame:
    """Every column as text. UTF-8 is streamed; Shift_JIS as Excel writes it in Japan (CP932) is read whole."""
    if all(_holds(file, "utf-8") for file in files):
        return pl.scan_csv(files, infer_schema=False)
    for file in files:
        if not (_holds(file, "utf-8") or _holds(file, "cp932")):
            raise CallerMistake(
                f"{file} is neither UTF-8 nor CP932",
                ja=f"{file} の文字コードを読めません。UTF-8 か Shift_JIS（Excel の「CSV」）で保存し直してください。",
            )
    parts = [
        pl.read_csv(file, infer_schema=False, encoding="utf8" if _holds(file, "utf-8") else "cp932")
        for file in files
    ]
    return pl.concat(parts, how="diagonal").lazy()


def _holds(file: Path, encoding: str) -> bool:
    """Whether the whole file is text in this encoding."""
    decoder = getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as read:
            while part := read.read(1 << 20):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _columns(scan: pl.LazyFrame, source: str | Path) -> dict[str, pl.DataType]:
    try:
        here = dict(scan.collect_schema())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(source, error) from error
    if missing := [name for name in NEEDED if name not in here]:
        raise CallerMistake(
            f"{source} lacks the columns {missing}; it has {list(here)}",
            ja=f"{source} に列 {'、'.join(missing)} がありません。ある列: {'、'.join(here) or 'なし'}。"
            "必要な列は customer_id、ordered_at、amount_yen です（sku、discount_yen はあれば使います）。",
        )
    return here


def _unreadable(source: str | Path, error: Exception) -> CallerMistake:
    return CallerMistake(
        f"{source} is no readable table: {error}",
        ja=f"{source} を表として読めません。parquet か CSV のファイルを指定してください。（{str(error).splitlines()[0][:120]}）",
    )


def _collected(
    scan: pl.LazyFrame, wanted: list[str], here: dict[str, pl.DataType], source: str | Path
) -> pl.DataFrame:
    """The wanted columns: customer_id as it is (empty text: null), moment as Tokyo microseconds, amounts as whole yen."""
    made = [_customer(here["customer_id"], source), _moment(here["ordered_at"], source).alias("at")]
    for name in ("amount_yen", "discount_yen"):
        if name in wanted:
            made.append(_yen(name, here[name], source))
    if "sku" in wanted:
        made.append(pl.col("sku").cast(pl.String).str.strip_chars().replace("", None).cast(pl.Categorical))
    try:
        return scan.select(made).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(source, error) from error


def _customer(kind: pl.DataType, source: str | Path) -> pl.Expr:
    column = pl.col("customer_id")
    if kind.is_integer():
        return column
    if kind.is_float():  # whole numbers that met a null on the way, as pandas writes them
        return column.fill_nan(None).cast(pl.Int64, strict=False)
    if kind in (pl.String, pl.Categorical, pl.Enum):
        text = column.cast(pl.String)
        return pl.when(text.str.strip_chars() != "").then(text)
    raise _wrong_kind("customer_id", kind, source)


def _moment(kind: pl.DataType, source: str | Path) -> pl.Expr:
    column = pl.col("ordered_at")
    if isinstance(kind, pl.Datetime):
        if kind.time_zone is not None:
            column = column.dt.convert_time_zone("Asia/Tokyo").dt.replace_time_zone(None)
        return column.dt.cast_time_unit("us").to_physical()
    if kind == pl.Date:
        return column.to_physical().cast(pl.Int64) * DAY
    if kind in (pl.String, pl.Categorical):
        text = column.cast(pl.String).str.strip_chars().str.replace(r"Z$", "+00:00")
        aware = [
            text.str.to_datetime(form, time_unit="us", strict=False)
            .dt.convert_time_zone("Asia/Tokyo")
            .dt.replace_time_zone(None)
            for form in _OFFSETS
        ]
        naive = [text.str.to_datetime(form, time_unit="us", strict=False) for form in _MOMENTS]
        days = [text.str.to_date(form, strict=False).cast(pl.Datetime("us")) for form in _DAYS]
        return pl.coalesce(*naive, *days, *aware).to_physical()
    if kind == pl.Null:
        return pl.lit(None, dtype=pl.Int64)
    raise _wrong_kind("ordered_at", kind, source)


def _yen(name: str, kind: pl.DataType, source: str | Path) -> pl.Expr:
    column = pl.col(name)
    if kind.is_integer():
        return column.cast(pl.Int64, strict=False)
    if kind in (pl.String, pl.Categorical):
        column = column.cast(pl.String).str.replace_all(r"[,¥￥円\s]", "").cast(pl.Float64, strict=False)
    elif not (kind.is_numeric() or kind == pl.Null):
        raise _wrong_kind(name, kind, source)
    whole = column.cast(pl.Float64, strict=False).round()
    return pl.when(whole.abs() < 2**53).then(whole).cast(pl.Int64, strict=False).alias(name)


def _wrong_kind(name: str, kind: pl.DataType, source: str | Path) -> CallerMistake:
    return CallerMistake(
        f"{source}: column {name} holds {kind}",
        ja=f"{source} の列 {name} の種類（{kind}）は読めません。"
        "customer_id は番号か文字、ordered_at は日付か日時、amount_yen は数にしてください。",
    )


def _set_aside(frame: pl.DataFrame) -> tuple[pl.DataFrame, Aside]:
    at = pl.col("at")
    frame = frame.with_columns(at=pl.when(at.is_between(_EARLIEST, _LATEST)).then(at))
    if not any(frame[name].null_count() for name in ("customer_id", "at", "amount_yen")):
        return frame, Aside(0, 0, 0)
    whom, when, much = (frame[name].is_null() for name in ("customer_id", "at", "amount_yen"))
    aside = Aside(int(whom.sum()), int((when & ~whom).sum()), int((much & ~when & ~whom).sum()))
    return frame.filter(~(whom | when | much)), aside


def _sorted(frame: pl.DataFrame) -> Purchases:
    """Rows by customer, then moment; rows of one customer at one moment become one order."""
    ids, customer = coded(frame["customer_id"])
    at = frame["at"].to_numpy()
    order = by_customer_and_moment(customer, at)
    customer, at = customer[order], at[order]
    net: Whole = frame["amount_yen"].to_numpy()[order]
    if "discount_yen" in frame.columns:
        discount: Whole = frame["discount_yen"].fill_null(0).to_numpy()[order]
    else:
        discount = np.zeros(len(net), dtype=np.int64)
    day: Small = np.floor_divide(at, DAY).astype(np.int32)
    lines = None
    if "sku" in frame.columns:
        skus, sku = coded(frame["sku"])
        lines = LineRows(customer, day, sku[order], net, discount, skus)
    del order
    opens = np.empty(len(at), dtype=bool)
    opens[0] = True
    np.not_equal(at[1:], at[:-1], out=opens[1:])
    opens[1:] |= customer[1:] != customer[:-1]
    if opens.all():
        return Purchases(ids, OrderRows(customer, day, net, discount), lines)
    starts = np.flatnonzero(opens)
    orders = OrderRows(
        customer[starts], day[starts], np.add.reduceat(net, starts), np.add.reduceat(discount, starts)
    )
    return Purchases(ids, orders, lines)
