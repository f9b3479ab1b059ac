"""What is computed of customers is kept, and computed again for those alone whose rows changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import Engine, text

from agent.clock import FixedClock
from agent.domain.event import CustomerNamed, Event, EventKind
from agent.ports.purchases import KeptModel
from agent.store.features import SqlKeptFeatures
from agent.store.purchases import SqlPurchaseHistory
from agent.store.shop_models import SqlKeptModels
from agent.store.unit_of_work import SqlUnitOfWork
from customers.features.history import read_events, read_purchases
from customers.features.refresh import Refreshed, kept_features, refresh_features
from customers.features.session import accumulate
from tests.support.import_desk import SHOPIFY_ORDER, Desk, shopify_order, table
from tests.support.shop_rows import ShopRows

CUT = date(2026, 6, 1)
DAY = timedelta(days=1)


@pytest.fixture
def rows(engine: Engine) -> ShopRows:
    return ShopRows(engine)


@pytest.fixture
def kept(engine: Engine) -> SqlKeptFeatures:
    return SqlKeptFeatures(engine, shop_id="default")


@pytest.fixture
def history(engine: Engine) -> SqlPurchaseHistory:
    return SqlPurchaseHistory(engine, shop_id="default")


def _anew(history: SqlPurchaseHistory, before: date = CUT) -> pl.DataFrame:
    events = read_events(history, before=before)
    return accumulate(read_purchases(history, before=before), before=before, events=events).sort(
        "customer_id"
    )


def _kept(kept: SqlKeptFeatures, before: date = CUT) -> pl.DataFrame:
    return kept_features(kept, before=before).sort("customer_id")


def _visit(engine: Engine, customer_id: str, on: date) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into events (shop_id, event_id, customer_id, kind, happened_at, happened_on, source, content_hash) "
                "values ('default', :id, :who, 'visit', :at, :on, 'api', '-')"
            ),
            {"id": f"v-{customer_id}-{on}", "who": customer_id, "at": f"{on} 03:00:00", "on": on.isoformat()},
        )


def test_of_a_thousand_customers_only_the_one_who_bought_is_computed_again(
    rows: ShopRows, kept: SqlKeptFeatures, history: SqlPurchaseHistory, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into customers (shop_id, customer_id, platform, name_damaged, withdrawn, never_contact) "
                "select 'default', 'c' || n, 'shopify', false, false, false from (with recursive r (n) as "
                "(select 1 union all select n + 1 from r where n < 1000) select n from r) as made"
            )
        )
        connection.execute(
            text(
                "insert into orders (shop_id, order_id, platform, number, import_id, content_hash, customer_id, buyer_name_damaged, "
                "ordered_at, ordered_on, status, is_revenue, currency, total_yen, refunded_yen, net_yen, discount_yen, source_file, "
                "source_row) select shop_id, 'o' || customer_id, 'shopify', '1', 'i1', '-', customer_id, false, "
                "'2026-05-01 03:00:00', '2026-05-01', 'paid', true, 'JPY', 900, 0, 900, 0, 'a.csv', 2 from customers"
            )
        )
    assert refresh_features(history, kept, before=CUT) == Refreshed(recomputed=1_000, gone=0, waiting=0)
    rows.order("c7", date(2026, 5, 9), net_yen=5_000)
    kept.mark(["c7"])
    assert len(_kept(kept)) == 999
    assert refresh_features(history, kept, before=CUT) == Refreshed(recomputed=1, gone=0, waiting=0)
    assert_frame_equal(_kept(kept), _anew(history), check_exact=True)


def test_what_is_kept_equals_what_is_computed_anew_nulls_and_events_included(
    rows: ShopRows, kept: SqlKeptFeatures, history: SqlPurchaseHistory, engine: Engine
) -> None:
    for customer in ("a", "b", "c", "d"):
        rows.customer(customer)
    rows.order("a", date(2026, 5, 1), net_yen=900, discount_yen=100)
    rows.order("a", date(2026, 5, 20), net_yen=1_900)
    rows.order("b", date(2026, 5, 1), net_yen=-900)
    _visit(engine, "c", date(2026, 5, 3))
    assert refresh_features(history, kept, before=CUT, at_a_time=2) == Refreshed(3, 1, 0)
    assert_frame_equal(_kept(kept), _anew(history), check_exact=True)
    assert kept.changed(at_most=9) == []


def test_a_refresh_with_nothing_to_do_computes_nothing(
    rows: ShopRows, kept: SqlKeptFeatures, history: SqlPurchaseHistory
) -> None:
    rows.customer("a")
    rows.order("a", date(2026, 5, 1))
    refresh_features(history, kept, before=CUT)
    assert refresh_features(history, kept, before=CUT + 30 * DAY) == Refreshed(0, 0, 0)
    assert _kept(kept, CUT + 30 * DAY)["orders"].to_list() == [1]


def test_an_order_of_tomorrow_is_seen_when_its_day_has_come(
    rows: ShopRows, kept: SqlKeptFeatures, history: SqlPurchaseHistory
) -> None:
    rows.customer("a")
    rows.order("a", date(2026, 5, 1))
    rows.order("a", CUT)
    assert refresh_features(history, kept, before=CUT).waiting == 1
    assert refresh_features(history, kept, before=CUT + DAY) == Refreshed(1, 0, 0)
    assert _kept(kept, CUT + DAY)["orders"].to_list() == [2]
    assert _kept(kept, CUT).is_empty()  # computed later than that cut: they may know too much


class _Killed(SqlKeptFeatures):
    """Dies before its second step is stored."""

    steps = 0

    def keep(self, packed: Sequence[tuple[str, bytes]], **rest: Any) -> None:
        self.steps += 1
        if self.steps == 2:
            raise KeyboardInterrupt
        super().keep(packed, **rest)


def test_a_refresh_killed_between_two_steps_loses_nothing(
    rows: ShopRows, kept: SqlKeptFeatures, history: SqlPurchaseHistory, engine: Engine
) -> None:
    for number in range(6):
        rows.customer(f"c{number}")
        rows.order(f"c{number}", date(2026, 5, 1))
    with pytest.raises(KeyboardInterrupt):
        refresh_features(history, _Killed(engine, shop_id="default"), before=CUT, at_a_time=2)
    assert [each.customer_id for each in kept.changed(at_most=9)] == ["c2", "c3", "c4", "c5"]
    assert refresh_features(history, kept, before=CUT, at_a_time=2).recomputed == 4
    assert_frame_equal(_kept(kept), _anew(history), check_exact=True)


def test_a_change_made_while_computing_is_not_lost(kept: SqlKeptFeatures) -> None:
    kept.mark(["a"])
    seen = kept.changed(at_most=9)
    kept.mark(["a"])  # an import commits while the refresh computes
    kept.keep([("a", b"")], definition="d", before=CUT, settled=seen, gone=[])
    assert [each.customer_id for each in kept.changed(at_most=9)] == ["a"]
    kept.keep([], definition="d", before=CUT, settled=kept.changed(at_most=9), gone=[])
    assert kept.changed(at_most=9) == []


def test_accumulators_of_another_definition_are_computed_again(
    rows: ShopRows, kept: SqlKeptFeatures, history: SqlPurchaseHistory
) -> None:
    rows.customer("a")
    rows.order("a", date(2026, 5, 1))
    kept.keep([("a", b"old")], definition="of last year", before=CUT, settled=[], gone=[])
    assert refresh_features(history, kept, before=CUT).recomputed == 1
    assert _kept(kept)["orders"].to_list() == [1]


@pytest.fixture
def desk(engine: Engine, tmp_path: Path, clock: FixedClock) -> Desk:
    return Desk(engine, tmp_path, clock)


def _marked(kept: SqlKeptFeatures) -> set[str]:
    return {each.customer_id for each in kept.changed(at_most=99)}


def _clear(kept: SqlKeptFeatures) -> None:
    kept.keep([], definition="d", before=CUT, settled=kept.changed(at_most=99), gone=[])


def test_an_import_and_its_undo_mark_whom_they_touch(desk: Desk, kept: SqlKeptFeatures) -> None:
    first = desk.write(
        "a.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp"), shopify_order("#2", "b@x.jp")])
    )
    desk.take(first)
    everybody = _marked(kept)
    assert len(everybody) == 2
    _clear(kept)
    report = desk.take(desk.write("b.csv", table(SHOPIFY_ORDER, [shopify_order("#3", "a@x.jp")])))
    (bought,) = _marked(kept)
    assert bought in everybody
    _clear(kept)
    desk.undo(report.import_id)
    assert _marked(kept) == {bought}


def test_the_same_file_again_and_a_dry_run_mark_nobody(desk: Desk, kept: SqlKeptFeatures) -> None:
    path = desk.write("a.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp")]))
    desk.take(path, dry_run=True)
    assert _marked(kept) == set()
    desk.take(path)
    _clear(kept)
    desk.take(path)
    assert _marked(kept) == set()


def test_a_changed_order_and_a_known_customers_event_mark_them(desk: Desk, kept: SqlKeptFeatures) -> None:
    orders = [shopify_order("#1", "a@x.jp"), shopify_order("#2", "b@x.jp"), shopify_order("#3", "c@x.jp")]
    desk.take(desk.write("a.csv", table(SHOPIFY_ORDER, orders)))
    who = {
        row["email_key"]: row["customer_id"]
        for row in desk.rows("select email_key, customer_id from customers")
    }
    _clear(kept)
    desk.take(
        desk.write("b.csv", table(SHOPIFY_ORDER, [orders[0] | {"Refunded Amount": "1000"}, *orders[1:]]))
    )
    assert _marked(kept) == {who["a@x.jp"]}
    _clear(kept)
    events = [{"id": "v1", "type": "visit", "email": "b@x.jp", "at": "2026-11-01 10:00:00"}]
    desk.take(desk.write("events.csv", table(["id", "type", "email", "at"], events)))
    assert _marked(kept) == {who["b@x.jp"]}


def test_an_event_told_by_a_program_marks_whom_it_is_about(
    rows: ShopRows, kept: SqlKeptFeatures, engine: Engine, clock: FixedClock
) -> None:
    rows.customer("a")
    rows.customer("b")
    visit = Event("v1", EventKind.VISIT, CustomerNamed(customer_id="a"), clock.now())
    nobody = Event("v2", EventKind.VISIT, CustomerNamed(customer_id="stranger"), clock.now())
    with SqlUnitOfWork(engine, shop_id="default", clock=clock) as work:
        work.events.add([visit, nobody], source="api")
        work.commit()
    assert _marked(kept) == {"a"}


def test_the_newest_model_is_found_and_the_three_last_are_kept(engine: Engine, clock: FixedClock) -> None:
    models = SqlKeptModels(engine, shop_id="default", clock=clock)
    assert models.newest("ordering") is None
    for number in range(5):
        models.keep("ordering", KeptModel(CUT + number * DAY, f"r{number}", bytes([number])))
    models.keep("ltv", KeptModel(CUT, "r0", b"other"))
    assert models.newest("ordering") == KeptModel(CUT + 4 * DAY, "r4", b"\x04")
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from shop_models where kind = 'ordering'")) == 3
