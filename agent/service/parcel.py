"""When did the newest order reach this customer, and until when may one ask how they like each of its products?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from agent.chains.product_kind import USED_UP, Kind, product_kind
from agent.chains.spoken_name import is_a_product
from agent.domain.chart import Chart, PurchasedLine
from agent.domain.experience import Experience, OrderStory
from agent.domain.message import ProductFacts
from agent.domain.product_class import infer_product_class
from agent.ports import Catalogue
from agent.service.refill import stated_days
from agent.service.suggest import categories_of

ON_THE_ROAD = 2
"""Days from shipping to the customer's door."""
UNKNOWN_SHIPPING = 3
"""Days from the order to shipping where the shop's files do not say."""
LISTED = "list:"
"""Orders read off a plain list of sales (a market stall, a ledger), which never says when a parcel left."""
NOT_LEFT_DAYS = 10
"""So long an order without a day of shipping is taken as not sent yet; beyond it, as a file that never says."""
LONGEST_DAYS = 45
"""However long a thing lasts, later nobody asks how it is; from then on a review may be asked for."""
ASKABLE: Mapping[Kind, tuple[int, int]] = {
    "food": (3, 21),
    "drink": (3, 28),
    "alcohol": (3, 28),
    "cosmetic": (7, 40),
    "scent": (7, 40),
    "care": (7, 40),
    "clothes": (5, 45),
    "footwear": (5, 45),
    "accessory": (5, 45),
    "tableware": (7, 45),
    "textile": (7, 45),
    "tool": (7, 45),
    "other": (5, 30),
}
"""First and last day after arrival on which 「いかがですか」 is a fair question: used by then, and not gone. Editorial choice."""


@dataclass(frozen=True, slots=True)
class Askable:
    """One product of the newest order. title: as the receipt has it.    opens, closes: first and last day to ask about it."""

    title: str
    kind: Kind
    opens: date
    closes: date


@dataclass(frozen=True, slots=True)
class Parcel:
    """The newest order day's parcel.

    ordered_on: the day.    shipped_on: as recorded, None when unknown.    arrived_on: the recorded or likely day of arrival; None
    while the parcel has not left as far as anybody knows.    products: what was in it, in the order of the receipt.
    """

    ordered_on: date
    shipped_on: date | None
    arrived_on: date | None
    products: tuple[Askable, ...]

    def to_ask(self, today: date) -> tuple[str, ...]:
        """Titles that one may ask about today."""
        return tuple(p.title for p in self.products if p.opens <= today <= p.closes)

    def opens(self, today: date) -> date | None:
        """The first day, from today on, to ask about any of it; None when every time is over or nothing has left."""
        ahead = [max(p.opens, today) for p in self.products if p.closes >= today]
        return min(ahead, default=None)

    @property
    def closes(self) -> date | None:
        """The last day to ask about any of it."""
        return max((p.closes for p in self.products), default=None)


def newest_parcel(
    chart: Chart, experience: Experience, catalogue: Catalogue, *, today: date
) -> Parcel | None:
    """The newest day's purchases and when they came; None without a purchase."""
    lines = [line for line in chart.purchases if line.quantity > 0 and is_a_product(line.title)]
    if not lines:
        return None
    ordered_on = max(line.ordered_on for line in lines)
    lines = [line for line in lines if line.ordered_on == ordered_on]
    orders = {line.order_id for line in lines}
    stories = [story for story in experience.orders if story.order_id in orders]
    shipped_on = max((story.shipped_on for story in stories if story.shipped_on), default=None)
    waits = shipped_on is None and any(not_left(story, today=today) for story in stories)
    left_on = shipped_on or ordered_on + timedelta(days=UNKNOWN_SHIPPING)
    arrived_on = None if waits else left_on + timedelta(days=ON_THE_ROAD)
    products = tuple(_askable(line, catalogue, arrived_on) for line in lines) if arrived_on else ()
    return Parcel(ordered_on, shipped_on, arrived_on, products)


def not_left(story: OrderStory, *, today: date) -> bool:
    """Whether a parcel is still in the shop, as far as anybody knows."""
    if story.shipped_on is not None or story.order_id.startswith(LISTED):
        return False
    return (today - story.ordered_on).days <= NOT_LEFT_DAYS


def kind_of_line(line: PurchasedLine, product: ProductFacts | None) -> Kind:
    """What kind of thing was bought. product: as the catalogue has it, None when it does not."""
    title = product.title if product else line.title
    return product_kind(
        title,
        product_class=infer_product_class(title, product.facts if product else ()),
        category=next(iter(categories_of(product)), ""),
    )


def _askable(line: PurchasedLine, catalogue: Catalogue, arrived_on: date) -> Askable:
    product = catalogue.product_for_line(sku=line.sku, title=line.title)
    kind = kind_of_line(line, product)
    first, last = ASKABLE[kind]
    if kind in USED_UP and product:  # what lasts longer than most of its kind is asked about for longer
        last = max(last, min(stated_days(product.facts) * line.quantity, LONGEST_DAYS))
    return Askable(line.title, kind, arrived_on + timedelta(days=first), arrived_on + timedelta(days=last))
