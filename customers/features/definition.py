"""What do a customer's own rows add up to? One definition in Ibis, for DuckDB and Spark alike.

Everything here is an *accumulator*: it depends on the customer's rows and not on how long ago they were, so a nightly run only
recomputes customers with new rows, and the prediction for everybody is a function of (accumulators, cut). Decayed sums stand as of
the customer's LAST such day; at a cut they are `value * 0.5 ** ((cut - last_on) / half_life)`.
The columns are in `customers.features.columns`.
"""

from datetime import date
from math import log

import ibis
import ibis.expr.types as ir

from customers.features.columns import COLUMNS, EVENT_COLUMNS, HOT, NULLABLE, ORDER_COLUMNS, SPEND, VISIT


def accumulators(orders: ir.Table, events: ir.Table | None = None, *, before: date) -> ir.Table:
    """One row a customer of everything strictly before the start of day `before`. Columns: `COLUMNS`.

    orders: customer_id, order_key, ordered_on (date), net_yen, discount_yen, refunded_yen; one row an order or return.
    events: event_id, customer_id, kind, happened_on (date), happened_at, sku, value; None: the shop keeps none.
    """
    bought = _of_orders(orders.filter(orders.ordered_on < before))
    if events is None:
        missing = {
            name: (ibis.null(kind) if name in NULLABLE else ibis.literal(0, kind))
            for name, kind in EVENT_COLUMNS.items()
        }
        return bought.mutate(**missing).select(*COLUMNS)
    done = _of_events(events.filter(events.happened_on < before))
    done = done.rename(event_customer="customer_id")
    both = bought.outer_join(done, bought.customer_id == done.event_customer)
    filled = {
        name: both[name] if name in NULLABLE else ibis.coalesce(both[name], ibis.literal(0, kind))
        for name, kind in (ORDER_COLUMNS | EVENT_COLUMNS).items()
    }
    return both.select(customer_id=ibis.coalesce(both.customer_id, both.event_customer), **filled)


def _of_orders(orders: ir.Table) -> ir.Table:
    """One sort and one grouping: with the row before it, an order knows whether it opens a new day (a gap of 0 does not)."""
    is_order = orders.net_yen >= 0
    slim = orders.select(
        "customer_id",
        "discount_yen",
        "refunded_yen",
        "net_yen",
        "ordered_on",
        is_order=is_order,
        day=_number(orders.ordered_on),
    )
    alike = ibis.window(group_by=[slim.customer_id, slim.is_order], order_by=slim.day)
    rows = slim.mutate(
        gap=slim.day - slim.day.lag().over(alike), age=slim.day.last().over(_whole(alike)) - slim.day
    )
    opens_day = rows.is_order & (rows.gap.isnull() | (rows.gap > 0))
    later_day = rows.is_order & (rows.gap > 0)
    ln_gap = later_day.ifelse(rows.gap, 1).cast("float64").ln()
    gap = later_day.ifelse(rows.gap, 0).cast("float64")
    decay = {f"hot_{half}": opens_day.ifelse(_weight(rows.age, half), 0.0).sum() for half in HOT}
    spent = {
        f"spend_{half}": rows.is_order.ifelse(_weight(rows.age, half) * rows.net_yen, 0.0).sum()
        for half in SPEND
    }
    summed = rows.group_by("customer_id").aggregate(
        orders=_count(rows.is_order),
        days=_count(opens_day),
        first_on=rows.ordered_on.min(where=rows.is_order),
        last_on=rows.ordered_on.max(where=rows.is_order),
        net_yen=_sum(rows.net_yen),
        paid_yen=_sum(rows.is_order.ifelse(rows.net_yen, 0)),
        discount_yen=_sum(rows.is_order.ifelse(rows.discount_yen, 0)),
        discounted_orders=_count(rows.is_order & (rows.discount_yen > 0)),
        refunded_yen=_sum(rows.refunded_yen),
        returns=_count(~rows.is_order),
        gap_log=ln_gap.sum(),
        gap_log_sq=(ln_gap * ln_gap).sum(),
        gap_sq=(gap * gap).sum(),
        last_gap=rows.gap.max(where=later_day & (rows.age == 0)),
        longest_gap=rows.gap.max(where=later_day),
        **decay,
        **spent,
    )
    return _typed(summed, ORDER_COLUMNS)


def _of_events(events: ir.Table) -> ir.Table:
    opened = events.kind.isin(("open", "click"))
    last_open = events.filter(opened).group_by("customer_id").aggregate(opened_at=events.happened_at.max())
    sent = events.filter(events.kind == "send").select("customer_id", "happened_at")
    since = sent.left_join(last_open, "customer_id")
    streak = since.group_by("customer_id").aggregate(
        unopened_streak=(since.opened_at.isnull() | (since.happened_at > since.opened_at)).cast("int64").sum()
    )
    seen = events.filter(events.kind.isin(("visit", "view")))
    daily = seen.select("customer_id", "happened_on", day=_number(seen.happened_on)).distinct()
    each = ibis.window(group_by=daily.customer_id, order_by=daily.day)
    daily = daily.mutate(age=daily.day.last().over(_whole(each)) - daily.day)
    visited = daily.group_by("customer_id").aggregate(
        visits=daily.count(),
        last_visit_on=daily.happened_on.max(),
        **{f"visit_{half}": _weight(daily.age, half).sum() for half in VISIT},
    )

    def count(kind: str) -> ir.FloatingScalar:
        return _count(events.kind == kind)

    counted = events.group_by("customer_id").aggregate(
        sends=count("send"),
        last_send_on=events.happened_on.max(where=events.kind == "send"),
        opens=count("open"),
        clicks=count("click"),
        last_open_on=events.happened_on.max(where=opened),
        carts=count("cart"),
        last_cart_on=events.happened_on.max(where=events.kind == "cart"),
        reviews=count("review"),
        referrals=count("referral"),
        chats=count("chat"),
        store_visits=count("store_visit"),
        nps=events.value.argmax(events.happened_at, where=(events.kind == "nps") & events.value.notnull()),
    )
    joined = counted.left_join(streak, "customer_id").drop("customer_id_right")
    joined = joined.left_join(visited, "customer_id").drop("customer_id_right")
    return _typed(joined, EVENT_COLUMNS)


def _whole(window: ibis.expr.builders.LegacyWindowBuilder) -> ibis.expr.builders.LegacyWindowBuilder:
    """The same rows in the same order, all of them: one sort serves both."""
    return window.between(None, None)


def _typed(table: ir.Table, kinds: dict[str, str]) -> ir.Table:
    """Columns in one type on every engine, nothing added up being 0."""
    made = {
        name: (table[name] if name in NULLABLE else ibis.coalesce(table[name], 0)).cast(kind)
        for name, kind in kinds.items()
    }
    return table.select("customer_id", **made)


def _sum(yen: ir.IntegerValue) -> ir.FloatingScalar:
    """A sum in doubles: exact up to 2 ** 53 yen, and twice as fast as DuckDB's 128-bit sum of integers."""
    return yen.cast("float64").sum()


def _count(held: ir.BooleanValue) -> ir.FloatingScalar:
    return held.ifelse(1.0, 0.0).sum()


def _number(day: ir.DateValue) -> ir.IntegerValue:
    """Days since 1970-01-01."""
    return day.delta(ibis.date("1970-01-01"), unit="day").cast("int32")


def _weight(age: ir.IntegerValue, half_life: int) -> ir.FloatingValue:
    """What a day counts so many days before the last one: 1, and half as much every half-life."""
    return (age.cast("float64") * (-log(2) / half_life)).exp()
