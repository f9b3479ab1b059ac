"""What the demo's customers do besides buying: visits, newsletters opened or not, answers; fading before a silence shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Final

from agent.clock import TOKYO
from agent.demo.shop.orders import Order
from agent.demo.shop.outcomes import moment_on
from agent.demo.shop.people import Kind, Person
from agent.demo.shop.stall import StallSale

WATCHED_DAYS: Final = 240
"""The shop began to keep these records so many days ago."""
ISSUES: Final = 8
"""Newsletters since then, on the first Thursday of a month."""
SURVEYS_DAYS_AGO: Final = (215, 44)
_GONE_GAPS: Final = 1.6
"""Silence of more than so many of one's own gaps: the person has left. Nobody knows the day; the traces thin out before it."""
_GAP_OF_ONE_ORDER: Final = 75
_PRAISE: Final = (
    "梱包がていねいで、気持ちよく受け取れました",
    "説明のとおりで安心しました",
    "また使い切ったら注文します",
    "家族にも好評でした",
)
_BLAME: Final = (
    "思っていたより小さめでした",
    "届くまでに少し時間がかかりました",
    "香りが私には合いませんでした",
    "箱がつぶれて届きました",
)
_ASKED: Final = (
    "在庫がいつ戻るか教えてください",
    "詰め替えのやり方を教えてください",
    "のしはつけられますか",
    "届け先を変えたいです",
)


@dataclass(frozen=True, slots=True)
class Doing:
    """One event. kind: as the shop's tool names it, in Japanese.    at: Tokyo.    email or line_id: how the tool knows the person."""

    at: datetime
    kind: str
    email: str
    line_id: str = ""
    sku: str = ""
    value: str = ""
    text: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Pace:
    """How engaged a person is. visits_a_month: while they are with us.    fading_from: from this day on hardly at all, None: still here."""

    visits_a_month: float
    fading_from: date | None

    def engaged(self, day: date) -> bool:
        return self.fading_from is None or day < self.fading_from


def play_events(
    people: Sequence[Person],
    orders: Sequence[Order],
    stall: Sequence[StallSale],
    today: date,
    seed: int,
) -> list[Doing]:
    """Everything the shop's tools noted of its customers, oldest first, all of it before `today`."""
    of: dict[int, list[Order]] = {person.number: [] for person in people}
    for order in orders:
        of[order.person.number].append(order)
    doings = list(_at_the_stall(stall, seed))
    for person in people:
        if person.email and person.kind is not Kind.STALL_ONLY:  # the online tools know people by address
            doings += _of_person(person, of[person.number], today, Random(f"{seed}/events/{person.number}"))
    opening = datetime.combine(today, time(0), TOKYO)
    past = (doing for doing in doings if doing.at < opening)
    return sorted(past, key=lambda doing: (doing.at, doing.email, doing.line_id, doing.kind, doing.sku))


def issue_days(today: date) -> list[date]:
    """The days of the newsletters, oldest first, all before today."""
    days = (today - timedelta(days=ago) for ago in range(31 * (ISSUES + 1), 0, -1))
    return [day for day in days if day.weekday() == 3 and day.day <= 7][-ISSUES:]


def _of_person(person: Person, orders: Sequence[Order], today: date, rng: Random) -> Iterator[Doing]:
    """One person's traces; their kinds are drawn one after another, so that the same seed gives the same traces."""
    pace = _pace(orders, today)
    yield from _visits(person, orders, pace, today, rng)
    yield from _around_orders(person, orders, today, rng)
    yield from _newsletters(person, orders, pace, today, rng)
    if orders:
        yield from _answers(person, orders, pace, today, rng)


def _pace(orders: Sequence[Order], today: date) -> _Pace:
    if not orders:
        return _Pace(0.4, None)
    days = sorted({order.created_at.date() for order in orders})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    gap = sum(gaps) / len(gaps) if gaps else _GAP_OF_ONE_ORDER
    visits = min(6.0, 0.7 + (100 / gap if gaps else 0.0))
    silence = (today - days[-1]).days
    left = silence > _GONE_GAPS * gap
    return _Pace(visits, days[-1] + timedelta(days=round(gap / 2)) if left else None)


def _visits(
    person: Person, orders: Sequence[Order], pace: _Pace, today: date, rng: Random
) -> Iterator[Doing]:
    came = today - timedelta(days=WATCHED_DAYS)
    day = max(came, min((o.created_at.date() for o in orders), default=came) - timedelta(days=7))
    while day < today:
        rate = pace.visits_a_month if pace.engaged(day) else pace.visits_a_month * 0.12
        if rng.random() < rate / 30:
            yield Doing(moment_on(day, rng), "訪問", str(person.email))
        day += timedelta(days=1)


def _around_orders(person: Person, orders: Sequence[Order], today: date, rng: Random) -> Iterator[Doing]:
    """A look, the basket, and now and then a word about it afterwards."""
    for order in orders:
        sku, bought = order.lines[0].variant.sku, order.created_at
        watched = bought.date() >= today - timedelta(days=WATCHED_DAYS)
        if watched:
            yield Doing(bought - timedelta(minutes=rng.randint(6, 30)), "閲覧", str(person.email), sku=sku)
            yield Doing(bought - timedelta(minutes=rng.randint(1, 5)), "カート", str(person.email), sku=sku)
        told = bought + timedelta(days=rng.randint(7, 21), minutes=rng.randint(0, 600))
        if order.outcome.fulfilled_at and rng.random() < 0.07:
            content = order.outcome.refunded_yen == 0 and rng.random() < 0.85
            stars, words = (rng.choice((4, 5, 5)), _PRAISE) if content else (rng.choice((2, 3)), _BLAME)
            yield Doing(
                told, "レビュー", str(person.email), sku=sku, value=str(stars), text=rng.choice(words)
            )
        if watched and rng.random() < 0.04:
            asked = bought + timedelta(days=rng.randint(0, 3), minutes=rng.randint(10, 300))
            yield Doing(asked, "チャット", str(person.email), text=rng.choice(_ASKED))


def _newsletters(
    person: Person, orders: Sequence[Order], pace: _Pace, today: date, rng: Random
) -> Iterator[Doing]:
    """The shop's letters, and whether they were opened: once somebody fades, they hardly ever are."""
    known = min((o.created_at.date() for o in orders), default=date.min)
    for day in issue_days(today):
        if not person.consent or person.kind is Kind.GUEST or day <= known:
            continue
        issue = f"dayori-{day:%Y-%m}"
        sent = datetime.combine(day, time(11), TOKYO)
        yield Doing(sent, "配信", str(person.email), message=issue)
        opened = sent + timedelta(minutes=round(60 * min(60.0, rng.expovariate(1 / 7)) + rng.random() * 5))
        interest = (0.55 if orders else 0.2) if pace.engaged(day) else 0.03
        if rng.random() >= interest:
            continue
        yield Doing(opened, "開封", str(person.email), message=issue)
        if rng.random() < 0.3:
            clicked = opened + timedelta(minutes=rng.randint(1, 9))
            yield Doing(clicked, "クリック", str(person.email), message=issue)


def _answers(
    person: Person, orders: Sequence[Order], pace: _Pace, today: date, rng: Random
) -> Iterator[Doing]:
    first = min(order.created_at.date() for order in orders)
    for ago in SURVEYS_DAYS_AGO:
        day = today - timedelta(days=ago - rng.randint(0, 5))
        engaged = pace.engaged(day)
        if first < day and rng.random() < (0.24 if engaged else 0.08):
            score = rng.choice((7, 8, 9, 9, 10, 10)) if engaged else rng.choice((2, 4, 5, 6, 7, 8))
            words = rng.choice(_PRAISE if score >= 9 else _BLAME if score <= 6 else ("",))
            yield Doing(moment_on(day, rng), "アンケート", str(person.email), value=str(score), text=words)
    if pace.fading_from is None and len(orders) >= 3 and rng.random() < 0.08:
        day = today - timedelta(days=rng.randint(5, 120))
        yield Doing(moment_on(day, rng), "紹介", str(person.email))


def _at_the_stall(stall: Sequence[StallSale], seed: int) -> Iterator[Doing]:
    rng = Random(f"{seed}/events/stall")
    for sale in stall:
        came = datetime.combine(sale.day, time(rng.randint(9, 14), rng.randrange(60)), TOKYO)
        if sale.email or sale.line_id:
            yield Doing(came, "来店", sale.email, "" if sale.email else sale.line_id)
