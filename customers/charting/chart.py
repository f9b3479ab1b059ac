"""What is known of a customer, or of all of them, at the end of a day?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from itertools import islice

from agent.domain.chart import Chart, ChartFact, PurchasedLine, RankProgress, Segment
from agent.domain.errors import CallerMistake, NotFound
from agent.domain.history import NoteRecord, OrderRecord, OrderTally, PersonRecord
from agent.ports import History
from customers.charting.explain import NO_FAVOURITE, NO_ORDER, NOT_IN_LIST, reasons, unknowns
from customers.charting.facts import (
    favourite_facts,
    profile_facts,
    purchase_facts,
    summary_facts,
    written_facts,
)
from customers.charting.favourites import favourite_categories
from customers.charting.judged import average_gap, judge
from customers.charting.precious import preciousness
from customers.charting.ranks import RankSteps, rank_of, rank_reason
from customers.charting.reach import contactable, fold_email, greetable
from customers.charting.yardstick import Yardstick, measure_shop

ORDERS_READ = 50
"""The newest orders a chart reads line by line, for purchases, facts and favourites; its numbers count all of them."""

CHARTS_AT_A_TIME = 500
"""Charts built together when they come in another order than the database's."""

DAYS_KEPT = 4
"""Shop-wide measures kept for this many different days; they are read once per day asked for and per import."""


@dataclass(frozen=True, slots=True)
class ReadChart:
    """A chart with what it was made from, so that a page need not read it again. orders: newest first; notes: oldest first."""

    chart: Chart
    orders: Sequence[OrderRecord]
    notes: Sequence[NoteRecord]


class CustomerCharts:
    """Charts computed from a shop's records (`agent.ports.Charts`). rank_steps: net revenue from which ranks hold."""

    def __init__(self, history: History, *, rank_steps: RankSteps | None = None) -> None:
        self._history = history
        self._ranks = rank_steps or RankSteps()
        self._yardsticks: dict[tuple[date, str], Yardstick] = {}

    def find(self, reference: str) -> str:
        """The customer id for an id (also a former one), e-mail address, LINE id or the shop's own number.

        Raises NotFound, or CallerMistake when several customers go by the same number.
        """
        value = reference.strip().lstrip("'")  # Shopify writes ids as '123
        found = self._history.known_as(value=value, email_key=fold_email(value)) if value else []
        if not found:
            raise _nobody(reference)
        if len(found) > 1:
            raise CallerMistake(
                f"{len(found)} customers are known as {reference!r}: {', '.join(found)}",
                ja=f"「{reference}」に当てはまるお客さまが{len(found)}人います。お客さまIDで指定してください: "
                + "、".join(found),
            )
        return found[0]

    def chart(self, reference: str, *, as_of: date) -> Chart:
        """One customer's chart at the end of a day in Asia/Tokyo. Raises NotFound or CallerMistake, see `find`."""
        return self.read(reference, as_of=as_of, newest=ORDERS_READ).chart

    def read(self, reference: str, *, as_of: date, newest: int) -> "ReadChart":
        """The same with the records it was made from. newest: orders to read, at least the `ORDERS_READ` a chart looks at."""
        customer_id = self.find(reference)
        found = list(self._history.people(until=as_of, customer_ids=[customer_id]))
        if not found:  # erased or merged since we looked
            raise _nobody(reference)
        person, tally = found[0]
        read = self._history.orders(customer_id, until=as_of, newest=max(newest, ORDERS_READ))
        notes = self._history.notes(customer_id, until=as_of)
        orders = read[:ORDERS_READ]
        favourites = favourite_categories(orders)
        facts = (
            *summary_facts(tally, average_gap(tally)),
            *favourite_facts(favourites, orders),
            *purchase_facts(orders),
            *profile_facts(person, self._history.consents(customer_id)),
            *written_facts(notes),
        )
        no_favourite = NO_FAVOURITE if tally else NO_ORDER
        chart = self._assembled(
            person,
            tally,
            self._measures(as_of),
            unknown={} if favourites else {"favourite_categories": no_favourite},
            favourites=favourites,
            facts=facts,
            purchases=_purchases(orders),
        )
        return ReadChart(chart, read, notes)

    def charts(
        self, *, as_of: date, segment: Segment | None = None, top: int | None = None, by: str | None = None
    ) -> Iterator[Chart]:
        """Charts in numbers only (no purchases, favourites or single orders), streamed by customer id.

        by: `precious` puts first whom the shop would miss most; `top` alone means the same. Raises CallerMistake for `ltv` and
        `churn`, which `customers.insight` orders by, for an unknown order, and for top < 1.
        """
        _require_order(by, top)
        shop = self._measures(as_of)
        if by is None and top is None:
            return self._streamed(shop, segment)
        return self._most_precious(shop, segment, top)

    def _streamed(self, shop: Yardstick, segment: Segment | None) -> Iterator[Chart]:
        for person, tally in self._history.people(until=shop.as_of):
            if segment is None or judge(tally, shop).segment is segment:
                yield self._summary(person, tally, shop)

    def _most_precious(self, shop: Yardstick, segment: Segment | None, top: int | None) -> Iterator[Chart]:
        """Two readings: the first keeps a number and an id for each candidate, the second builds charts a few at a time."""
        candidates = (
            (_precious_first(tally, shop), person.customer_id)
            for person, tally in self._history.people(until=shop.as_of)
            if segment is None or judge(tally, shop).segment is segment
        )
        ordered = iter(sorted(candidates) if top is None else nsmallest(top, candidates))
        while few := [customer_id for _, customer_id in islice(ordered, CHARTS_AT_A_TIME)]:
            yield from self._of(few, shop)

    def of(self, customer_ids: Sequence[str], *, as_of: date) -> Iterator[Chart]:
        """Charts in numbers of these customers, in this order; ids nobody has are left out."""
        shop = self._measures(as_of)
        for start in range(0, len(customer_ids), CHARTS_AT_A_TIME):
            yield from self._of(customer_ids[start : start + CHARTS_AT_A_TIME], shop)

    def _of(self, few: Sequence[str], shop: Yardstick) -> Iterator[Chart]:
        people = self._history.people(until=shop.as_of, customer_ids=few)
        charts = {person.customer_id: self._summary(person, tally, shop) for person, tally in people}
        yield from (charts[customer_id] for customer_id in few if customer_id in charts)

    @property
    def rank_names(self) -> Mapping[str, str]:
        """What staff read for each rank code."""
        return self._ranks.names

    def _summary(self, person: PersonRecord, tally: OrderTally | None, shop: Yardstick) -> Chart:
        return self._assembled(person, tally, shop, unknown={"favourite_categories": NOT_IN_LIST})

    def _measures(self, as_of: date) -> Yardstick:
        key = (as_of, self._history.revision())
        if key not in self._yardsticks:
            while len(self._yardsticks) >= DAYS_KEPT:
                self._yardsticks.pop(next(iter(self._yardsticks)))
            self._yardsticks[key] = measure_shop(self._history, as_of=as_of)
        return self._yardsticks[key]

    def _assembled(
        self,
        person: PersonRecord,
        tally: OrderTally | None,
        shop: Yardstick,
        *,
        unknown: dict[str, str],
        favourites: tuple[str, ...] = (),
        facts: tuple[ChartFact, ...] | None = None,
        purchases: tuple[PurchasedLine, ...] = (),
    ) -> Chart:
        judged = judge(tally, shop)
        gap = average_gap(tally)
        return Chart(
            customer_id=person.customer_id,
            as_of=shop.as_of,
            email=person.email,
            line_user_id=person.line_user_id,
            family_name=person.family_name,
            given_name=person.given_name,
            greetable=greetable(person),
            contactable=contactable(person),
            consent_email=person.consent_email,
            consent_line=person.consent_line,
            orders=tally.orders if tally else 0,
            net_revenue_yen=tally.net_yen if tally else 0,
            first_order_at=tally.first_at if tally else None,
            last_order_at=tally.last_at if tally else None,
            recency_days=judged.recency_days,
            average_gap_days=gap,
            rfm=judged.rfm,
            segment=judged.segment,
            rank=self._rank(person, tally),
            favourite_categories=favourites,
            facts=tuple(summary_facts(tally, gap)) if facts is None else facts,
            purchases=purchases,
            unknown=unknowns(person, tally) | unknown,
            reasons=reasons(tally, judged, shop) | ({"rank": self._why_rank(person, tally)} if tally else {}),
        )

    def _rank(self, person: PersonRecord, tally: OrderTally | None) -> RankProgress:
        return rank_of(
            tally.net_yen if tally else 0,
            self._ranks,
            reviews=person.reviews,
            referrals=person.referrals,
            expected_yen=person.expected_yen,
        )

    def _why_rank(self, person: PersonRecord, tally: OrderTally) -> str:
        return rank_reason(
            self._rank(person, tally),
            self._ranks,
            net_yen=tally.net_yen,
            reviews=person.reviews,
            referrals=person.referrals,
            expected_yen=person.expected_yen,
        )


def _nobody(reference: str) -> NotFound:
    return NotFound(
        f"nobody is known as {reference!r}",
        ja=f"「{reference}」に当てはまるお客さまが見つかりません。お客さまID・メールアドレス・LINE ID・会員番号の"
        "いずれかを確認してください。",
    )


def _purchases(orders: Sequence[OrderRecord]) -> tuple[PurchasedLine, ...]:
    return tuple(
        PurchasedLine(
            order_id=order.order_id,
            ordered_on=order.ordered_on,
            sku=line.sku,
            title=line.title,
            variant=line.variant,
            quantity=line.quantity,
            unit_price_yen=line.unit_price_yen,
        )
        for order in orders
        for line in order.lines
    )


def _precious_first(tally: OrderTally | None, shop: Yardstick) -> tuple[bool, float]:
    """A sort key: buyers by falling preciousness, then those who never bought."""
    if tally is None:
        return True, 0.0
    days = (shop.as_of - tally.last_on).days
    return False, -preciousness(tally, recency_days=days, usual_gap_days=shop.usual_gap_days)


def _require_order(by: str | None, top: int | None) -> None:
    if by not in (None, "precious"):
        raise CallerMistake(
            f"charts cannot be ordered by {by!r}",
            ja=f"並べ方「{by}」はありません。gain・precious・ltv・churn から選んでください。",
        )
    if top is not None and top < 1:
        raise CallerMistake(f"top must be at least 1: {top}", ja="--top には1以上の数を指定してください。")
