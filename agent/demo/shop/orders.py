"""Two years of orders: every person's rhythm played out, then numbered in the order they came in."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from agent.clock import TOKYO
from agent.demo.shop.baskets import Line, fill_basket
from agent.demo.shop.catalogue import by_handle
from agent.demo.shop.habit import Habit, draw_habit
from agent.demo.shop.outcomes import (
    Outcome,
    awaiting_payment,
    draw_outcome,
    moment_on,
    plain_outcome,
    sent_late,
)
from agent.demo.shop.people import Kind, Person
from agent.demo.shop.places import Address, draw_address
from agent.demo.shop.rhythm import (
    YEARS_OF_DAYS,
    Rhythm,
    Temperament,
    draw_first_day,
    draw_rhythm,
    gift_season,
    paced,
    purchase_days,
)
from agent.demo.shop.scenes import Scene

FIRST_NUMBER: Final = 1001
FREE_SHIPPING_YEN: Final = 5500
"""policies/02-souryou.md; shipping_yen follows its table."""

LATE_PARCELS: Final = 3
LATE_BY_DAYS: Final = 4
"""The latest orders that can have been late; shipping given back is that of the main islands."""

_SALE_CODES: Final = {3: "HARU10", 6: "NATSU10", 9: "AKI10", 12: "FUYU10"}
_SALE_DAYS: Final = 10
"""Ten per cent off the goods, from the 1st to the 10th of these months."""
_NOSHI: Final = {5: "御礼", 7: "お中元", 12: "お歳暮"}
_RELATIVES: Final = ("千鶴子", "正子", "敏夫", "文江", "和也", "美代", "勉", "弘美")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a gift goes."""

    family: str
    given: str
    address: Address


@dataclass(frozen=True, slots=True)
class Order:
    """One order. Money is yen with tax. number: 0 until all orders are known. recipient: None when the buyer gets it."""

    person: Person
    created_at: datetime
    lines: tuple[Line, ...]
    code: str | None
    discount_yen: int
    shipping_yen: int
    outcome: Outcome
    recipient: Recipient | None = None
    note: str = ""
    number: int = 0

    @property
    def subtotal_yen(self) -> int:
        """Goods less the discount, as Shopify's Subtotal."""
        return sum(line.yen for line in self.lines) - self.discount_yen

    @property
    def total_yen(self) -> int:
        """Goods less the discount, plus shipping."""
        return self.subtotal_yen + self.shipping_yen

    @property
    def net_yen(self) -> int:
        """What the shop kept: 0 when unpaid, cancelled or returned."""
        kept = self.outcome.financial in {"paid", "partially_refunded"} and self.outcome.cancelled_at is None
        return self.total_yen - self.outcome.refunded_yen if kept else 0


def shipping_yen(goods_yen: int, address: Address) -> int:
    """Shipping for goods of this value (after the discount), tax included."""
    if address.remote:
        return 440 if goods_yen >= FREE_SHIPPING_YEN else 1100
    return 0 if goods_yen >= FREE_SHIPPING_YEN else 660


def sale_code(day: date) -> str | None:
    """The code of the shop's sale on that day, if there is one."""
    return _SALE_CODES.get(day.month) if day.day <= _SALE_DAYS else None


def _next_sale(day: date) -> date | None:
    ahead = (day + timedelta(days=n) for n in range(30))
    return next((d for d in ahead if sale_code(d)), None)


def _recipient(person: Person, rng: Random) -> Recipient:
    family = person.name.family if rng.random() < 0.7 else rng.choice(("相沢", "日高", "真鍋", "立花"))
    return Recipient(family, rng.choice(_RELATIVES), draw_address(rng))


def _order(
    person: Person,
    created: datetime,
    lines: list[Line],
    code: str | None,
    recipient: Recipient | None,
    outcome: Outcome,
) -> Order:
    goods = sum(line.yen for line in lines)
    discount = goods // 10 if code else 0
    target = recipient.address if recipient else person.address
    season = gift_season(created.date())
    note = f"のし: {_NOSHI[season]}" if recipient and season else ("ギフト包装を希望" if recipient else "")
    return Order(
        person,
        created,
        tuple(lines),
        code,
        discount,
        shipping_yen(goods - discount, target),
        outcome,
        recipient,
        note,
    )


def _rhythm_of(person: Person, rng: Random) -> tuple[Rhythm, Habit]:
    rhythm = draw_rhythm(rng, guest=person.kind is Kind.GUEST)
    refiller = rhythm.temperament is Temperament.REFILLER
    habit = draw_habit(person, rng, refiller=refiller)
    if refiller:
        product = by_handle()[habit.staples[0]]
        rhythm = paced(rhythm, (product.supply_days or 45) * habit.pace)
    return rhythm, habit


def _code_for(day: date, *, sale_lover: bool, rng: Random) -> str | None:
    code = sale_code(day)
    return code if code and rng.random() < (0.92 if sale_lover else 0.27) else None


def live_through(person: Person, today: date, seed: int) -> list[Order]:
    """The orders of one person, oldest first, all before `today` (a date in Tokyo)."""
    rng = Random(f"{seed}/life/{person.number}")
    rhythm, habit = _rhythm_of(person, rng)
    sale_lover = rng.random() < 0.20
    gives = rhythm.temperament is Temperament.GIFT_GIVER
    until = _opening_of(today)
    orders: list[Order] = []
    for nth, day in enumerate(purchase_days(rhythm, draw_first_day(rng, today), today, rng)):
        sale = _next_sale(day) if sale_lover else None
        moved = sale + timedelta(days=rng.randrange(_SALE_DAYS)) if sale and rng.random() < 0.85 else day
        if moved >= today or (orders and moved <= orders[-1].created_at.date()):
            moved = day
        if orders and moved <= orders[-1].created_at.date():
            continue
        gift = gives and (gift_season(moved) is not None or rng.random() < 0.3)
        lines = fill_basket(person, habit, moved, today, nth=nth, gift=gift, rng=rng)
        created = moment_on(moved, rng)
        recipient = _recipient(person, Random(f"{seed}/relative/{person.number}")) if gift else None
        code = _code_for(moved, sale_lover=sale_lover, rng=rng)
        draft = _order(person, created, lines, code, recipient, plain_outcome(created, rng, until=until))
        outcome = draw_outcome(created, draft.total_yen, lines[0].yen, rng, until=until)
        orders.append(replace(draft, outcome=outcome))
    return orders


def play_scene(person: Person, scene: Scene, today: date, seed: int) -> list[Order]:
    """The orders of a person who plays a part: sent as promised, never discounted, never a gift."""
    rng = Random(f"{seed}/scene/{person.number}")
    habit = draw_habit(person, rng, refiller=False)
    habit.staples, habit.extra = scene.staples, scene.extra
    until = _opening_of(today)
    orders = []
    for nth, ago in enumerate(scene.days_ago):
        day = today - timedelta(days=ago)
        if scene.last and nth == len(scene.days_ago) - 1:
            habit.staples = (scene.last,)
        # Counted from 1: the scene names what is bought, so no trial set may step in front of it.
        lines = fill_basket(person, habit, day, today, nth=nth + 1, gift=False, rng=rng)
        created = moment_on(day, rng)
        outcome = awaiting_payment() if scene.unpaid else plain_outcome(created, rng, until=until)
        orders.append(_order(person, created, lines, None, None, outcome))
    return orders


def _opening_of(today: date) -> datetime:
    """The export is taken as the day begins: nothing in it happened today."""
    return datetime.combine(today, time(0), TOKYO)


def number_orders(orders: list[Order]) -> list[Order]:
    """Orders by time of creation, numbered from FIRST_NUMBER."""
    by_time = sorted(orders, key=lambda order: (order.created_at, order.person.number))
    return [replace(order, number=FIRST_NUMBER + place) for place, order in enumerate(by_time)]


def play_all(people: list[Person], scenes: list[Scene], today: date, seed: int) -> list[Order]:
    """The shop's whole history of online orders, numbered, oldest first."""
    orders: list[Order] = []
    for person in people:
        if person.number < len(scenes):
            orders += play_scene(person, scenes[person.number], today, seed)
        elif person.kind in {Kind.MEMBER, Kind.GUEST}:
            orders += live_through(person, today, seed)
    oldest = today - timedelta(days=YEARS_OF_DAYS)
    kept = [order for order in orders if order.created_at.date() >= oldest]
    return number_orders(_forget_parcels(kept, today, scenes=len(scenes)))


def _forget_parcels(orders: list[Order], today: date, *, scenes: int) -> list[Order]:
    """A few parcels of these weeks left late by the shop's own fault: somebody must be told sorry.

    scenes: numbers below this play a part and are left alone.
    """
    newest = sorted(orders, key=lambda order: (order.created_at, order.person.number), reverse=True)
    fit = [order for order in newest if order.person.number >= scenes and _may_have_been_late(order, today)]
    chosen = {id(order) for order in fit[:LATE_PARCELS]}
    return [
        replace(order, outcome=sent_late(order.outcome, days=LATE_BY_DAYS)) if id(order) in chosen else order
        for order in orders
    ]


def _may_have_been_late(order: Order, today: date) -> bool:
    sent = order.outcome.fulfilled_at
    return (
        sent is not None
        and sent.date() + timedelta(days=LATE_BY_DAYS + 2) < today
        and order.outcome.financial == "paid"
        and order.shipping_yen == 660
        and order.person.consent
        and order.person.email is not None
        and order.recipient is None
        and not order.note
    )
