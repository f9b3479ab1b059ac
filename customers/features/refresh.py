"""Whose accumulators must be computed again tonight? Only theirs whose rows changed."""

import hashlib
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from agent.ports.purchases import KeptFeatures, PurchaseHistory
from customers.features import columns, definition
from customers.features.columns import COLUMNS, EVENT_COLUMNS, NULLABLE, ORDER_COLUMNS
from customers.features.history import read_events, read_purchases
from customers.features.purchases import Purchases
from customers.features.session import Session, accumulate, open_session

AT_A_TIME: Final = 20_000
"""Customers computed and stored in one transaction."""

EVERYBODY_FROM: Final = 20_000
"""With more customers to compute than this, everybody's rows are read at once instead of theirs by id."""

_KINDS: Final = ORDER_COLUMNS | EVENT_COLUMNS


@dataclass(frozen=True, slots=True)
class Refreshed:
    """recomputed: customers whose accumulators were computed.    gone: who have no rows any more.    waiting: who have rows from the
    cut on, and stay marked until those are seen."""

    recomputed: int
    gone: int
    waiting: int


@cache
def definition_name() -> str:
    """A name of how accumulators are computed and packed; stored ones of another name count as missing."""
    return hashlib.sha256((inspect.getsource(definition) + inspect.getsource(columns)).encode()).hexdigest()[
        :40
    ]


def refresh_features(
    history: PurchaseHistory, kept: KeptFeatures, *, before: date, at_a_time: int = AT_A_TIME
) -> Refreshed:
    """Compute the accumulators of marked customers, and of those who have none, as of a cut.

    Runs in steps of `at_a_time` customers; one step stores its results and clears its marks in one transaction, so a run that is
    killed loses nothing and the next goes on where it stopped.
    """
    marked = kept.mark_others(definition_name(), before=before)
    recomputed = gone = waiting = 0
    with open_session() as session:
        source = _Source(history, before, session, everybody=marked > EVERYBODY_FROM)
        after = ""
        while changed := kept.changed(at_most=at_a_time, after=after):
            after = changed[-1].customer_id
            ids = [each.customer_id for each in changed]
            found = source.accumulate(ids)
            here = set(found["customer_id"])
            late = kept.having_rows_from(before, ids)
            left = [customer_id for customer_id in ids if customer_id not in here]
            kept.keep(
                list(packed(found)),
                definition=definition_name(),
                before=before,
                settled=[each for each in changed if each.customer_id not in late],
                gone=left,
            )
            recomputed, gone, waiting = recomputed + len(here), gone + len(left), waiting + len(late)
    return Refreshed(recomputed, gone, waiting)


def kept_features(
    kept: KeptFeatures, *, before: date, customer_ids: Sequence[str] | None = None
) -> pl.DataFrame:
    """Stored accumulators as `session.accumulate` gives them, of those whom nothing happened to since; in no particular order.

    Good at the cut they were computed at and at later ones.
    """
    with kept.read(definition_name(), before=before, customer_ids=customer_ids) as reader:
        parts = [unpacked(batch) for batch in reader]
        return pl.concat(parts) if parts else unpacked(pa.RecordBatch.from_pylist([], schema=reader.schema))


class _Source:
    """Where rows come from: all read at once for many customers, by id for a few."""

    def __init__(self, history: PurchaseHistory, before: date, session: Session, *, everybody: bool) -> None:
        self._history, self._before, self._session = history, before, session
        self._everybody: tuple[Purchases, pa.Table | None] | None = None
        if everybody:
            self._everybody = (read_purchases(history, before=before), read_events(history, before=before))

    def accumulate(self, ids: Sequence[str]) -> pl.DataFrame:
        if self._everybody is None:
            purchases = read_purchases(self._history, before=self._before, customer_ids=ids)
            events = read_events(self._history, before=self._before, customer_ids=ids)
        else:
            everyone, all_events = self._everybody
            purchases = everyone.some(everyone.codes(pl.Series(ids, dtype=pl.String)))
            events = None
            if all_events is not None:
                theirs = pc.is_in(all_events["customer_id"], value_set=pa.array(ids, pa.string()))
                events = all_events.filter(theirs)
        return accumulate(purchases, before=self._before, events=events, session=self._session)


def packed(found: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
    """Accumulators as doubles in the order of the definition's columns, a customer at a time; days as numbers, null as NaN."""
    plain = found.select(
        pl.col(name).to_physical().cast(pl.Float64).fill_null(float("nan")) for name in _KINDS
    )
    table = np.ascontiguousarray(plain.to_numpy(), dtype="<f8")
    width = table.shape[1] * 8
    whole = memoryview(table.tobytes())
    for row, customer_id in enumerate(found["customer_id"]):
        yield customer_id, bytes(whole[row * width : (row + 1) * width])


def unpacked(batch: pa.RecordBatch) -> pl.DataFrame:
    """What `packed` packed; batch: customer_id, packed."""
    width = len(_KINDS)
    joined = b"".join(batch.column("packed").to_pylist())
    table = np.frombuffer(joined, dtype="<f8").reshape(-1, width)
    named = pl.Series("customer_id", batch.column("customer_id").to_pylist(), dtype=pl.String)
    return pl.from_numpy(table, schema=list(_KINDS)).select(named, *_UNPACKING).select(COLUMNS)


_PHYSICAL: Final = {"int64": pl.Int64, "float64": pl.Float64, "date": pl.Int32}
_LOGICAL: Final = {"int64": pl.Int64, "float64": pl.Float64, "date": pl.Date}
_UNPACKING: Final = [
    (pl.col(name).fill_nan(None) if name in NULLABLE else pl.col(name))
    .cast(_PHYSICAL[kind])
    .cast(_LOGICAL[kind])
    for name, kind in _KINDS.items()
]
