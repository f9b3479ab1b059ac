"""Take one order file in, batch by batch, without ever storing half an order."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import polars as pl

from customers.importing.ahead import made_ahead
from customers.importing.dialects import ECCUBE, GENERIC, SHOPIFY
from customers.importing.generic_list import keyed
from customers.importing.orders import ORDER_CELLS, Assembled, Dialect, assemble
from customers.importing.ports import ImportTransaction
from customers.importing.read_table import Rejected, Table
from customers.importing.report import Warnings

DIALECTS = {dialect.platform: dialect for dialect in (SHOPIFY, ECCUBE, GENERIC)}


def take_orders(table: Table, ledger: ImportTransaction, warnings: Warnings, tick: Callable[[], None]) -> int:
    """Read a file's orders into the ledger. Returns how many rows it has. tick: called after each batch."""
    return _OrderFile(table, ledger, warnings, tick).take()


class _OrderFile:
    """The rows of an order usually stand together; those that do not are read again, together, at the end."""

    def __init__(
        self, table: Table, ledger: ImportTransaction, warnings: Warnings, tick: Callable[[], None]
    ) -> None:
        self.table, self.ledger, self.warnings, self.tick = table, ledger, warnings, tick
        self.dialect: Dialect = DIALECTS[table.kind.layout.platform]
        self.scattered: set[str] = set()
        self.refused: dict[str, list[Rejected]] = {}
        self.rows = 0
        self.last_key = ""
        self.foreign: Counter[str] = Counter()
        self.strange: Counter[str] = Counter()

    def take(self) -> int:
        if self.dialect is GENERIC:
            self._take_list()
        else:
            self._take_stream()
            if self.scattered:
                self._take_scattered()
            self._drop_spoiled()
        for key, found in self.refused.items():
            named = "" if self.dialect is GENERIC else f"注文 {key} は取り込みませんでした。"
            self.table.rejected += [
                Rejected(r.file, r.row, r.column, r.value, r.reason + named) for r in found
            ]
        self._warn_of_orders()
        return self.rows

    def _take_list(self) -> None:
        frames = list(self.table.batches())
        self.tick()
        if frames and (rows := pl.concat(frames)).height:
            self.rows = rows.height
            self._store(self._assemble(keyed(rows)))

    def _take_stream(self) -> None:
        again: set[str] = set()
        with closing(made_ahead(self._bodies())) as bodies:
            for assembled in bodies:
                again.update(self._store(assembled))
                self.tick()
        self.scattered |= again

    def _bodies(self) -> Iterator[Assembled]:
        """Orders batch by batch, each with all its rows as far as they stand together. Runs ahead of what is stored."""
        pending: pl.DataFrame | None = None
        for frame in self._keyed_batches():
            self.rows += frame.height
            joined = frame if pending is None else pl.concat([pending, frame])
            if joined.is_empty():
                continue
            self.last_key = joined["key"][-1]
            others = (joined["key"] != self.last_key).arg_true()
            body = joined.head(int(others[-1]) + 1) if len(others) else joined.clear()
            pending = joined.slice(body.height)
            yield from self._body(body)
        if pending is not None:
            yield from self._body(pending)

    def _body(self, body: pl.DataFrame) -> Iterator[Assembled]:
        """Orders whose rows stand together in this batch; the others wait."""
        if body.is_empty():
            return
        starts = body.filter((body["key"] != body["key"].shift(1)).fill_null(True))["key"]
        again = starts.filter(starts.is_duplicated())
        self.scattered.update(again.unique().to_list())
        self.scattered.update(self.refused.keys() & set(starts.to_list()) if self.refused else ())
        if self.scattered:
            body = body.filter(~pl.col("key").is_in(list(self.scattered)))
        if not body.is_empty():
            yield self._assemble(body)

    def _assemble(self, rows: pl.DataFrame) -> Assembled:
        assembled = assemble(rows, self.table.kind, self.dialect, file=self.table.name)
        self.refused.update(assembled.refused)
        self.scattered |= assembled.headless - assembled.refused.keys()
        return assembled

    def _store(self, assembled: Assembled) -> list[str]:
        """Hand orders to the ledger. Returns keys it took from this file before: their rows lie apart."""
        self.warnings.cells(self.table.name, assembled.warnings)
        again = self.ledger.add_orders(assembled.orders, assembled.lines)
        self._tally(assembled.orders.filter(~pl.col("order_id").is_in(again)) if again else assembled.orders)
        return [order_id.removeprefix(self.dialect.prefix) for order_id in again]

    def _take_scattered(self) -> None:
        """Read the file once more for orders whose rows lie apart."""
        keys = sorted(self.scattered)
        self.ledger.take_back_orders([self.dialect.prefix + key for key in keys])
        for key in keys:
            self.refused.pop(key, None)
        kept = list(self.table.rejected), set(self.table.spoiled)
        found = [frame.filter(pl.col("key").is_in(keys)) for frame in self._keyed_batches()]
        self.table.rejected[:], self.table.spoiled = kept[0], kept[1]
        rows = pl.concat(found).sort("key", maintain_order=True)
        assembled = assemble(rows, self.table.kind, self.dialect, file=self.table.name)
        for key in sorted(assembled.headless - assembled.refused.keys()):
            row = int(rows.filter(pl.col("key") == key)["_row"][0])
            reason = "注文日や合計のある行が見つかりません。注文のすべての行を含めて書き出してください。"
            assembled.refused[key] = [
                Rejected(self.table.name, row, self.table.kind.label("key"), key, reason)
            ]
        self.refused.update(assembled.refused)
        self.warnings.cells(self.table.name, assembled.warnings)
        self.ledger.add_orders(assembled.orders, assembled.lines)

    def _drop_spoiled(self) -> None:
        """An order with a row that could not be read is not taken in."""
        cut = self.table.cut_key
        if cut is not None and self.last_key.startswith(cut):
            self.table.spoiled.add(self.last_key)
        if self.table.spoiled:
            self.ledger.take_back_orders([self.dialect.prefix + key for key in sorted(self.table.spoiled)])

    def _keyed_batches(self) -> Iterator[pl.DataFrame]:
        """Batches whose rows all name their order; a further line without a name belongs to the order above."""
        above = ""
        for frame in self.table.batches():
            keys = frame["key"].str.strip_chars(" \t\u3000'")
            frame = frame.with_columns(keys.alias("key"))
            if (keys == "").any():
                frame = self._named(frame, above)
            if frame.height:
                above = frame["key"][-1]
            yield frame

    def _named(self, frame: pl.DataFrame, above: str) -> pl.DataFrame:
        stated = [name for name in ORDER_CELLS if name in frame.columns]
        states = frame.select(pl.any_horizontal(pl.col(stated) != "")).to_series()
        nameless = (frame["key"] == "") & (states | (self.dialect is not SHOPIFY))
        for row in frame.filter(nameless)["_row"]:
            label = self.table.kind.label("key")
            self.table.rejected.append(
                Rejected(self.table.name, row, label, "", "注文を見分ける値が空です。")
            )
        kept = frame.filter(~nameless)
        filled = kept["key"].replace("", None).fill_null(strategy="forward").fill_null(above)
        return kept.with_columns(filled.alias("key")).filter(filled != "")

    # -- what to tell

    def _tally(self, orders: pl.DataFrame) -> None:
        if (orders["currency"] != "JPY").any():
            self.foreign.update(orders.filter(pl.col("currency") != "JPY")["currency"].to_list())
        if self.dialect.known:
            unknown = orders.filter(~pl.col("status").is_in(list(self.dialect.known)))
            self.strange.update(unknown["status"].to_list())

    def _warn_of_orders(self) -> None:
        name, kind = self.table.name, self.table.kind
        for currency, times in sorted(self.foreign.items()):
            self.warnings.say(
                f"{name}: 日本円でない注文が {times} 件あります（{currency}）。保存しますが、円の合計には含めません。"
            )
        for status, times in sorted(self.strange.items()):
            shown = status or "（空）"
            self.warnings.say(
                f"{name}: 知らない状態「{shown}」の注文が {times} 件あります。売上には数えません（列「{kind.label('status')}」）。"
            )
        if "email" not in kind.positions and not {"external_id", "line"} & kind.positions.keys():
            self.warnings.say(
                f"{name}: 「{kind.layout.label('email')}」の列がないため、どのお客さまの注文か分かりません。"
            )
        if self.dialect is SHOPIFY and "refunded" not in kind.positions:
            self.warnings.say(f"{name}: 「Refunded Amount」の列がないため、返金を差し引けません。")
