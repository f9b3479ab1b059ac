"""Which purchase may this customer be asked about, and what does the shop's policy give for a review?"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from agent.chains.material import ReviewAsk
from agent.chains.tips import sentences
from agent.domain.chart import Chart
from agent.domain.experience import Experience
from agent.domain.message import Passage
from agent.domain.nps import PROMOTER
from agent.domain.provenance import is_order_to_writer
from agent.ports import Retriever
from agent.service.parcel import ON_THE_ROAD, UNKNOWN_SHIPPING, Parcel, not_left

SETTLE_DAYS, LATEST_DAYS = 7, 60
"""Days after shipping (or, where that is unknown, ten days after the order) during which one may ask. Editorial choice."""
HAPPY_STARS = 4
"""A review of so many stars or more shows a content customer."""

_REVIEW = re.compile(r"レビュー|口コミ|クチコミ|ご感想")
_POINTS = re.compile(r"(\d[\d,]*)\s*ポイント")
_WHATEVER = re.compile(
    r"評価(?:の(?:内容|良し悪し|高低))?(?:に|を)(?:かかわらず|関わらず|よらず|問わず)|星の数に(?:かかわらず|よらず)"
)


@dataclass(frozen=True, slots=True)
class Reviewable:
    """An order to ask about. shipped: the day, as recorded, None when unknown; days: since then, or since the order.

    reviewed: this customer reviewed one of its products since.
    """

    order_id: str
    shipped_on: date | None
    days: int
    reviewed: bool


def find_reviewable(
    chart: Chart, experience: Experience, facts: dict[str, str], *, today: date
) -> Reviewable | None:
    """The newest order old enough to ask about, one not reviewed yet before others; None without any.

    facts: the day of shipping is added.
    """
    shipped = {order.order_id: order.shipped_on for order in experience.orders}
    waiting = {order.order_id for order in experience.orders if not_left(order, today=today)}
    found: list[Reviewable] = []
    for order_id, ordered_on in dict.fromkeys((line.order_id, line.ordered_on) for line in chart.purchases):
        if order_id in waiting:
            continue
        day = shipped.get(order_id)
        days = (today - day).days if day else (today - ordered_on).days - UNKNOWN_SHIPPING
        if days < SETTLE_DAYS:
            continue
        skus = {line.sku for line in chart.purchases if line.order_id == order_id}
        reviewed = any(r.on >= ordered_on and (r.sku is None or r.sku in skus) for r in experience.reviews)
        found.append(Reviewable(order_id, day, days, reviewed))
    if not found:
        return None
    chosen = min(found, key=lambda one: (one.reviewed or one.days > LATEST_DAYS, one.days))
    if chosen.shipped_on:
        day = chosen.shipped_on
        facts[f"shipment:{chosen.order_id}"] = f"ご注文の品は{day.year}年{day.month}月{day.day}日に発送"
    return chosen


def first_day_to_ask(parcel: Parcel | None, *, today: date) -> date | None:
    """From when on a review of the newest order may be asked for; None when that day has come or nothing has left yet."""
    if parcel is None or parcel.arrived_on is None:
        return None
    day = parcel.arrived_on + timedelta(days=SETTLE_DAYS - ON_THE_ROAD)
    return day if day > today else None


def is_happy(experience: Experience, parcel: Parcel | None) -> bool:
    """Whether the customer's newest answer or review since the newest order is a promoter's."""
    if parcel is None:
        return False
    scores = [answer.score >= PROMOTER for answer in experience.answers[:1] if answer.on > parcel.ordered_on]
    stars = [
        review.stars >= HAPPY_STARS
        for review in experience.reviews[:1]
        if review.on > parcel.ordered_on and review.stars is not None
    ]
    return bool(scores or stars) and all(scores + stars)


def find_review_policy(retriever: Retriever) -> tuple[ReviewAsk, Passage] | None:
    """What the shop's policy gives for any review, and where it says so; None unless it says: whatever the rating."""
    for passage in retriever.search("レビュー 口コミ 投稿 ポイント 評価にかかわらず", k=8):
        if not passage.document_id.startswith("policy") or is_order_to_writer(passage.text):
            continue
        for said in sentences(passage.text.removeprefix(passage.title).strip()):
            points = _POINTS.search(said)
            if points and _REVIEW.search(said) and _WHATEVER.search(said):
                return ReviewAsk(said, int(points[1].replace(",", "")), passage.passage_id), passage
    return None
