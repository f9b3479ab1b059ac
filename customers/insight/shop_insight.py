"""Customers as staff look at them: `agent.ports.insight.CustomerInsight` on the shop's own records."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import polars as pl

from agent.clock import TOKYO
from agent.domain.chart import Chart, Segment
from agent.domain.customer_page import (
    CustomerLine,
    CustomerPage,
    DaySpent,
    PageFact,
    Pareto,
    ParetoPoint,
    Precious,
    Priority,
    Struck,
)
from agent.domain.errors import CallerMistake
from agent.domain.history import OrderRecord, OrderTally, PersonRecord
from agent.domain.nps import NpsSummary
from agent.domain.prediction import Backtest, Churn, Expectations, Gain, Nps
from agent.ports import CustomerSearch, EventHistory, History, UnitsOfWork, WrittenFact
from customers.charting.chart import CustomerCharts
from customers.charting.favourites import favourite_categories
from customers.insight.in_numbers import in_numbers, reference_churn
from customers.insight.timeline import timeline
from customers.scoring.expect import EVENTS_READ, ORDERS_READ, Brief, Expecting, Reach, Told
from customers.scoring.shop_fit import ShopFit, ShopFits
from customers.scoring.standings import Standings
from customers.worth.gain import gain_text
from customers.worth.pareto import pareto_view
from customers.worth.precious_five import PreciousSummary, at_stake, why_precious

TASKS: Final = {
    "churn": "order_within",
    "next_order": "next_order",
    "ltv": "ltv",
    "next_products": "next_products",
}
"""Field of the expectations to the task of its back-test."""

LOOKED_AT: Final = 50
"""Candidates of the priority list whose consent is read at a time."""

ORDERS: Final = {"churn": "churn", "gain": "gain_yen", "ltv": "ltv_yen", "precious": "precious"}
"""Ways to order a list, and the column behind each."""

EXPLAINED: Final = 200
"""Reasons are worked out for lists up to this long; a longer one is read by a program."""

ORDERS_SHOWN: Final = 300
EVENTS_SHOWN: Final = EVENTS_READ
WHY_TOLD: Final = 3
GAIN: Final = ("gain_yen", "p_without", "p_with", "basket_yen")
"""Columns of the standings that make a gain."""


class ShopInsight:
    """See the port. One thread at a time per instance of `ShopFits` and `Standings`; callers hold a lock."""

    def __init__(
        self,
        *,
        history: History,
        charts: CustomerCharts,
        fits: ShopFits,
        standings: Standings,
        expecting: Expecting,
        events: EventHistory,
        search: CustomerSearch,
        units: UnitsOfWork,
        today: Callable[[], date],
    ) -> None:
        self._history, self._charts, self._fits = history, charts, fits
        self.standings, self._expecting, self._events = standings, expecting, events
        self._search, self._units, self._today = search, units, today

    def expectations(self, chart: Chart) -> Expectations:
        """What is expected of the customer of a chart, on its day."""
        cut = chart.as_of + timedelta(days=1)
        return self._expecting.of(chart.customer_id, self._fits.at(cut), cut=cut, reach=_reach(chart))

    def nps_of(self, chart: Chart) -> Nps | None:
        """Their latest answer to the recommendation question, by the chart's day."""
        return self._events.nps(chart.customer_id, until=chart.as_of)

    def page(self, reference: str, *, as_of: date) -> CustomerPage:
        """One customer, by id, e-mail address, LINE id or the shop's own number. Raises NotFound."""
        read = self._charts.read(reference, as_of=as_of, newest=ORDERS_SHOWN)
        chart, orders = read.chart, read.orders
        who, cut = chart.customer_id, as_of + timedelta(days=1)
        fit = self._fits.at(cut)
        events = self._events.events(who, until=as_of, newest=EVENTS_SHOWN)
        with self._units(read_only=True) as unit:
            facts = unit.facts.of(who, struck=True)
            drafts = unit.drafts.told(who, since=datetime(2000, 1, 1, tzinfo=UTC))
        shown, left_out = timeline(
            orders=orders,
            events=events,
            notes=read.notes,
            drafts=[draft for draft in drafts if draft.created_at.astimezone(TOKYO).date() <= as_of],
        )
        tests = _backtests(fit)
        return CustomerPage(
            chart=chart,
            expectations=self._expecting.of(
                who, fit, cut=cut, reach=_reach(chart), told=Told(orders, events)
            ),
            nps=self._events.nps(who, until=as_of),
            hidden=frozenset(
                name
                for name, task in TASKS.items()
                if any(test.task == task and test.chosen and not test.passed for test in tests)
            ),
            tested=tuple(
                (name, test)
                for name, task in TASKS.items()
                for test in tests
                if test.task == task and test.chosen
            ),
            spent=self._spent(who, cut) if chart.orders > len(orders) else _by_day(orders),
            timeline=shown,
            left_out=left_out + max(0, chart.orders - len(orders)),
            facts=tuple(_page_fact(fact) for fact in reversed(facts)),
        )

    def _spent(self, customer_id: str, cut: date) -> tuple[DaySpent, ...]:
        """Every day of purchase of somebody with more orders than a page reads."""
        return tuple(DaySpent(day, yen) for day, yen in self._expecting.spent(customer_id, cut=cut))

    def priorities(self, *, as_of: date, limit: int, offset: int = 0) -> list[Priority]:
        """Whom to write to now: highest expected gain of writing first; nobody who must not be written to."""
        cut = as_of + timedelta(days=1)
        frame = self.standings.at(cut)
        if not len(frame) or "gain_yen" not in frame.columns:
            return []
        worthwhile = frame.select("customer_id", "gain_yen").filter(pl.col("gain_yen") > 0)
        ranked = worthwhile.sort("gain_yen", descending=True)["customer_id"]
        found: list[Chart] = []
        for start in range(0, len(ranked), LOOKED_AT):
            some = ranked.slice(start, LOOKED_AT).to_list()
            found += [
                chart for chart in self._charts.of(some, as_of=as_of) if _reach(chart) == Reach(True, True)
            ]
            if len(found) >= offset + limit:
                break
        shown = found[offset : offset + limit]
        ids = [chart.customer_id for chart in shown]
        brief = self._expecting.briefly(ids, self._fits.at(cut), cut=cut)
        worth = {
            row[0]: row[1:]
            for row in frame.filter(pl.col("customer_id").is_in(ids)).select("customer_id", *GAIN).rows()
        }
        return [
            _priority(chart, brief[chart.customer_id].churn, worth[chart.customer_id])
            for chart in shown
            if chart.customer_id in brief
        ]

    def precious(self, *, as_of: date, limit: int = 5) -> list[Precious]:
        """The customers the shop would miss most."""
        cut = as_of + timedelta(days=1)
        frame = self.standings.at(cut)
        if not len(frame) or "precious" not in frame.columns:
            return []
        best = frame.filter(pl.col("precious") > 0).sort("precious", "customer_id", descending=[True, False])
        ids = best["customer_id"].head(limit).to_list()
        brief = self._expecting.briefly(ids, self._fits.at(cut), cut=cut)
        people = self._history.people(until=as_of, customer_ids=ids)
        known = {person.customer_id: (person, tally) for person, tally in people}
        return [
            Precious(
                _line(chart), self._sentences(chart, *known[chart.customer_id], brief[chart.customer_id])
            )
            for chart in self._charts.of(ids, as_of=as_of)
            if chart.customer_id in brief
        ]

    def _sentences(
        self, chart: Chart, person: PersonRecord, tally: OrderTally | None, brief: Brief
    ) -> tuple[str, ...]:
        if tally is None:  # pragma: no cover - only buyers are precious
            return ()
        orders = self._history.orders(chart.customer_id, until=chart.as_of, newest=ORDERS_READ)
        summary = PreciousSummary(
            customer_id=chart.customer_id,
            name=f"{chart.family_name}さま" if chart.greetable else None,
            tally=tally,
            average_gap_days=_gap(tally),
            favourites=favourite_categories(orders),
            rank_name=self._charts.rank_names[chart.rank.name],
            reviews=person.reviews,
            referrals=person.referrals,
            churn=brief.churn,
            ltv=brief.ltv,
            reason_not_to_write=_why_not(chart),
        )
        return why_precious(summary, as_of=chart.as_of), at_stake(summary, as_of=chart.as_of)

    def in_segment(
        self, segment: Segment | None, *, as_of: date, limit: int, offset: int = 0
    ) -> list[CustomerLine]:
        """Customers of a segment (None: everybody), latest order first."""
        frame = self.standings.at(as_of + timedelta(days=1))
        if not len(frame):
            return []
        chosen = frame if segment is None else frame.filter(pl.col("segment") == segment.value)
        ordered = chosen.select("customer_id", "last_on").sort(
            "last_on", "customer_id", descending=[True, False], nulls_last=True
        )
        return self._lines(ordered["customer_id"].slice(offset, limit).to_list(), as_of)

    def segments(self, *, as_of: date) -> Mapping[Segment, int]:
        """How many customers each segment has."""
        frame = self.standings.at(as_of + timedelta(days=1))
        counts = dict(frame["segment"].value_counts().rows()) if len(frame) else {}
        return {segment: counts.get(segment.value, 0) for segment in Segment}

    def search(self, text: str, *, as_of: date, limit: int) -> list[CustomerLine]:
        """Customers by name, kana, e-mail, phone, order number or id, best match first."""
        found = self._search.search(text, limit=limit)
        matched = {one.customer_id: one.matched for one in found}
        return [
            _line(chart, matched=matched[chart.customer_id])
            for chart in self._charts.of([one.customer_id for one in found], as_of=as_of)
        ]

    def backtests(self) -> list[Backtest]:
        """The latest back-tests on this shop's own past, chosen ones first within a task."""
        tests = _backtests(self._fits.at(self._today() + timedelta(days=1)))
        order = list(TASKS.values())
        return sorted(tests, key=lambda test: (order.index(test.task), not test.chosen))

    def pareto(self, *, as_of: date) -> Pareto | None:
        """Who brings most of the net revenue; None when there is none."""
        frame = self.standings.at(as_of + timedelta(days=1))
        view = pareto_view(frame["net_yen"].to_numpy()) if len(frame) else None
        if view is None:
            return None
        return Pareto(
            goal=view.of_revenue,
            share_needed=view.share,
            buyers=view.people,
            buyers_needed=view.people_needed,
            net_revenue_yen=view.total_yen,
            curve=tuple(ParetoPoint(people, yen) for people, yen in view.curve),
        )

    def nps(self, *, as_of: date) -> NpsSummary | None:
        """The latest answer of each customer to the recommendation question; None without any."""
        summary = self._events.nps_summary(until=as_of)
        return summary if summary.answers else None

    def unknown(self, *, as_of: date) -> Mapping[str, str]:
        """Japanese reasons for what is missing, keyed by method name."""
        fit = self._fits.at(as_of + timedelta(days=1))
        missing: dict[str, str] = {}
        if why := fit.orders.missing.get("churn"):
            missing["priorities"] = missing["backtests"] = why
        elif why := fit.orders.hidden("churn"):
            missing["priorities"] = f"過去の実績で確かめたところ: {why}。"
        if not _backtests(fit):
            missing.setdefault(
                "backtests", "記録がまだ短く、予測が当たるかどうかを過去で確かめられていません。"
            )
        nothing = "売上になったご注文がまだありません。"
        missing |= {
            "precious": nothing,
            "pareto": nothing,
            "nps": "アンケート（NPS）の回答がまだありません。",
        }
        return missing

    def listed(
        self, *, as_of: date, segment: Segment | None = None, top: int | None = None, by: str | None = None
    ) -> Iterator[tuple[Chart, Expectations]]:
        """Customers with what is expected of them.

        by: precious; gain: whom a message brings most; churn: likeliest to stay away first; ltv: most yen first.
        Up to `EXPLAINED` customers come with reasons; longer lists in numbers only. Raises CallerMistake for another order.
        """
        if by not in (None, *ORDERS):
            raise CallerMistake(
                f"unknown order {by!r}",
                ja=f"並べ方「{by}」はありません。gain・precious・ltv・churn から選んでください。",
            )
        if by in (None, "precious"):
            charts = self._charts.charts(as_of=as_of, segment=segment, top=top, by=by)
        else:
            charts = self._ordered(str(by), as_of, segment, top)
        few = top is not None and top <= EXPLAINED
        frame = self.standings.at(as_of + timedelta(days=1))
        place = {} if few else {who: at for at, who in enumerate(frame["customer_id"].to_list())}
        fit = self._fits.at(as_of + timedelta(days=1))
        reference = reference_churn(fit)
        for chart in charts:
            if few:
                expected = self.expectations(chart)
                yield _with_favourites(chart, expected), expected
            else:
                at = place.get(chart.customer_id)
                row = None if at is None else frame.row(at, named=True)
                yield chart, in_numbers(row, fit, reference=reference)

    def _ordered(self, by: str, as_of: date, segment: Segment | None, top: int | None) -> Iterator[Chart]:
        if top is not None and top < 1:
            raise CallerMistake(
                f"top must be at least 1: {top}", ja="--top には1以上の数を指定してください。"
            )
        frame = self.standings.at(as_of + timedelta(days=1))
        column = ORDERS[by]
        if not len(frame):
            return iter(())
        chosen = frame if segment is None else frame.filter(pl.col("segment") == segment.value)
        ids = chosen.drop_nulls(column).sort(column, "customer_id", descending=[True, False])["customer_id"]
        return self._charts.of(ids.to_list() if top is None else ids.head(top).to_list(), as_of=as_of)

    def _lines(self, customer_ids: Sequence[str], as_of: date) -> list[CustomerLine]:
        return [_line(chart) for chart in self._charts.of(customer_ids, as_of=as_of)]


def _with_favourites(chart: Chart, expected: Expectations) -> Chart:
    """The chart of a short list with the favourites its expectations were worked out with: read from the same orders."""
    taste = expected.taste
    if taste is None or not taste.categories:
        return chart
    unknown = {name: why for name, why in chart.unknown.items() if name != "favourite_categories"}
    return replace(chart, favourite_categories=taste.categories, unknown=unknown)


def _by_day(orders: Sequence[OrderRecord]) -> tuple[DaySpent, ...]:
    days: Counter[date] = Counter()
    for order in orders:
        if order.net_yen is not None:
            days[order.ordered_on] += order.net_yen
    return tuple(DaySpent(day, yen) for day, yen in sorted(days.items()))


def _priority(chart: Chart, churn: Churn | None, worth: tuple[float, ...]) -> Priority:
    told = [signal.text for signal in churn.signals if signal.code != "others"] if churn else []
    yen, without, written, basket = worth
    gain = Gain(yen=yen, p_without=without, p_with=written, basket_yen=round(basket), source="prior")
    return Priority(
        customer=_line(chart),
        gain=gain,
        churn=churn,
        why=(*(f"{text}。" for text in told[:WHY_TOLD]), gain_text(gain)),
    )


def _backtests(fit: ShopFit) -> tuple[Backtest, ...]:
    return (*fit.orders.backtests, *((fit.products.backtest,) if fit.products.backtest else ()))


def _reach(chart: Chart) -> Reach:
    by_mail = bool(chart.email) and chart.consent_email is True
    by_line = bool(chart.line_user_id) and chart.consent_line is True
    return Reach(chart.contactable, by_mail or by_line)


def _why_not(chart: Chart) -> str | None:
    reach = _reach(chart)
    if not reach.contactable:
        return "ご連絡はお控えする方です。"
    return None if reach.consented else "配信への同意が確認できていないため、いまはお送りできません。"


def _gap(tally: OrderTally) -> float | None:
    return (tally.last_on - tally.first_on).days / (tally.days - 1) if tally.days > 1 else None


def _line(chart: Chart, *, matched: str | None = None) -> CustomerLine:
    return CustomerLine(
        customer_id=chart.customer_id,
        family_name=chart.family_name,
        given_name=chart.given_name,
        greetable=chart.greetable,
        contactable=chart.contactable,
        segment=chart.segment,
        rank=chart.rank,
        orders=chart.orders,
        net_revenue_yen=chart.net_revenue_yen,
        last_order_on=None
        if chart.recency_days is None
        else chart.as_of - timedelta(days=chart.recency_days),
        recency_days=chart.recency_days,
        matched=matched,
    )


def _page_fact(fact: WrittenFact) -> PageFact:
    struck = None
    if fact.struck_at is not None:
        struck = Struck(fact.struck_by or "", fact.struck_at, fact.struck_reason)
    return PageFact(
        fact_id=fact.fact_id,
        kind=fact.kind,
        text=fact.text,
        quote=fact.quote,
        source=fact.source,
        author=fact.author,
        at=fact.at,
        struck=struck,
    )
