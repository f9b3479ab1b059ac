"""What do a customer's own lines of one product add up to? One definition in Ibis, for DuckDB and Spark alike.

Accumulators, as in `customers.features.definition`: they depend on the rows alone and not on how long ago those were. Faded sums stand
as of the LAST day the customer bought the product; at a cut they are `value * 0.5 ** ((cut - last_on) / half_life)`.

Columns (`COLUMNS`), one row a (customer, product) bought before the cut:

customer_id, sku    strings
times               distinct days on which it was bought;    first_on, last_on: the first and the last of them
units               pieces in all;    last_units: pieces on the last of those days
hot_14 ... hot_135  those days, each counting half after so many days, as of last_on (so >= 1)
"""

from datetime import date
from math import log
from typing import Final

import ibis
import ibis.expr.types as ir

HOT: Final = (14, 45, 135)
"""Half-lives in days: this fortnight's basket, this season's habit, this year's."""

COLUMNS: Final = (
    "customer_id",
    "sku",
    "times",
    "first_on",
    "last_on",
    "units",
    "last_units",
    *(f"hot_{half}" for half in HOT),
)


def pair_accumulators(lines: ir.Table, *, before: date) -> ir.Table:
    """One row a customer and product of everything strictly before the start of day `before`. Columns: `COLUMNS`.

    lines: customer_id, ordered_on (date), sku, quantity, net_yen. A line without a product, with a quantity of 0 or less or
    with a negative amount (a return) is no purchase.
    """
    bought = lines.filter(
        lines.ordered_on < before, lines.sku.notnull(), lines.quantity > 0, lines.net_yen >= 0
    )
    daily = bought.group_by("customer_id", "sku", "ordered_on").aggregate(pieces=bought.quantity.sum())
    daily = daily.mutate(day=daily.ordered_on.delta(ibis.date("1970-01-01"), unit="day").cast("int32"))
    pair = ibis.window(group_by=[daily.customer_id, daily.sku])
    aged = daily.mutate(age=daily.day.max().over(pair) - daily.day)
    faded = {f"hot_{half}": (aged.age.cast("float64") * (-log(2) / half)).exp().sum() for half in HOT}
    return aged.group_by("customer_id", "sku").aggregate(
        times=aged.count().cast("int64"),
        first_on=aged.ordered_on.min(),
        last_on=aged.ordered_on.max(),
        units=aged.pieces.sum().cast("int64"),
        last_units=aged.pieces.max(where=aged.age == 0).cast("int64"),
        **faded,
    )
