"""The Saturday market stall: half a year of sales as the shop keeps them in Excel."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from agent.demo.shop.baskets import on_sale
from agent.demo.shop.catalogue import Family, Product, Variant, products
from agent.demo.shop.people import Kind, Person

ROWS: Final = 60
_FROM_MEMBERS: Final = 30
_FROM_NOBODY: Final = 6
"""Passers-by who left neither an address nor a LINE id."""
_WEEKS: Final = 26
_AT_THE_STALL: Final = frozenset({Family.FOOD, Family.HOUSEHOLD})
_REMARKS: Final = (
    "",
    "",
    "",
    "",
    "試飲のあとお買い上げ",
    "次回は新しい豆を見たいとのこと",
    "袋は不要",
    "ご家族と来店",
    "現金",
)


@dataclass(frozen=True, slots=True)
class StallSale:
    """One row of the list. person: None for a passer-by. line_id, newsletter, line: as written down, empty when not asked."""

    person: Person | None
    email: str
    line_id: str
    newsletter: str
    line: str
    day: date
    product: Product
    variant: Variant
    quantity: int
    remark: str

    @property
    def yen(self) -> int:
        """The row's total, tax included; no shipping at the stall."""
        return self.variant.price_yen * self.quantity


def market_days(today: date) -> list[date]:
    """Second and fourth Saturdays of the last half year, before today, oldest first."""
    days = (today - timedelta(days=ago) for ago in range(_WEEKS * 7, 0, -1))
    return [day for day in days if day.weekday() == 5 and (day.day - 1) // 7 in (1, 3)]


def _visitors(people: list[Person], regular: set[int], rng: Random) -> list[Person | None]:
    members = [p for p in people if p.kind is Kind.MEMBER and p.email and p.number in regular and _cp932(p)]
    near = sorted(members, key=lambda p: (p.address.code not in {"JP-13", "JP-14", "JP-22"}, rng.random()))[
        :18
    ]
    strangers = [p for p in people if p.kind is Kind.STALL_ONLY]
    rest = ROWS - _FROM_MEMBERS - _FROM_NOBODY
    known: list[Person | None] = [*near, *rng.choices(near, k=_FROM_MEMBERS - len(near))]
    new: list[Person | None] = [*strangers, *rng.choices(strangers, k=rest - len(strangers))]
    visitors = known + new + [None] * _FROM_NOBODY
    rng.shuffle(visitors)
    return visitors


def _cp932(person: Person) -> bool:
    try:
        (person.name.family + person.name.given).encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _answers(person: Person | None, seed: int) -> tuple[str, str, str, str]:
    """What a visitor left: e-mail, LINE id, and the answers about newsletter and LINE; the same at every visit."""
    if person is None:
        return "", "", "", ""
    rng = Random(f"{seed}/stall/{person.number}")
    answer = ("可" if person.consent else "否") if rng.random() < 0.75 else ""
    email = person.email or ""
    if person.kind is Kind.STALL_ONLY and rng.random() < 0.6:
        return "", person.line_id, answer, answer
    email = email.upper() if rng.random() < 0.1 else email
    line_id = person.line_id if rng.random() < 0.7 else ""
    return email, line_id, answer, answer if line_id else ""


def stall_sales(people: list[Person], regular: set[int], today: date, seed: int) -> list[StallSale]:
    """About half of the rows are customers who also buy online. regular: numbers of those who may turn up at the stall."""
    rng = Random(f"{seed}/stall")
    days = market_days(today)
    sales = []
    for person in _visitors(people, regular, rng):
        day = rng.choice(days)
        goods = [p for p in products() if p.family in _AT_THE_STALL and on_sale(p, day, today)]
        product = rng.choices(goods, [p.popularity for p in goods])[0]
        email, line_id, answer, line = _answers(person, seed)
        quantity = rng.choices((1, 2, 3), (7, 2, 1))[0]
        sale = StallSale(
            person,
            email,
            line_id,
            answer,
            line,
            day,
            product,
            rng.choice(product.variants),
            quantity,
            rng.choice(_REMARKS),
        )
        sales.append(sale)
    return sorted(sales, key=lambda sale: (sale.day, sale.person.number if sale.person else -1))
