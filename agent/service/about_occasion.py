"""What is this occasion about for this customer: what runs out, which birthday, which order, which trouble?"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from agent.chains.material import Birthday, Refill, Remedy, ReviewAsk, Trouble
from agent.chains.product_kind import EATEN
from agent.domain.chart import Chart
from agent.domain.experience import NOTHING_KNOWN, Experience
from agent.domain.message import Passage
from agent.domain.occasion import Occasion
from agent.ports import Catalogue, Retriever
from agent.service.birthday import find_birthday
from agent.service.follow_up_subject import to_ask_about
from agent.service.parcel import Askable, Parcel, kind_of_line, newest_parcel
from agent.service.refill import find_refill
from agent.service.review_ask import (
    Reviewable,
    find_review_policy,
    find_reviewable,
    first_day_to_ask,
    is_happy,
)
from agent.service.trouble import find_remedies, find_trouble

LOOKED_BACK = timedelta(days=150)
"""How far back a customer's experience is read."""

ASKED_FACT = "summary:asked"
"""States which product a follow-up asks about, so that a model writes about the one its reason names."""


@dataclass(frozen=True, slots=True)
class AboutOccasion:
    """What was found; every field None or empty where the occasion does not ask for it.

    facts: those it rests on, beside the chart's own.    passages: policy passages quoted.    good_until: the last day on which
    the wording is still true, None when time does not change it.    open_trouble: found for every occasion but an apology:
    somebody whose trouble is fresh wants no other letter.    settled: a trouble that is over, for an apology that comes late.
    parcel: the newest order's.    review_from: the first day on which a review of the newest order may be asked for, None when that
    day has come.    askable_only: a letter speaks only of what may be asked about today.
    asked: the product a follow-up asks about.    happy: the customer said since the newest order that they are content.
    """

    facts: dict[str, str] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    refill: Refill | None = None
    birthday: Birthday | None = None
    reviewable: Reviewable | None = None
    review: ReviewAsk | None = None
    trouble: Trouble | None = None
    remedies: tuple[Remedy, ...] = ()
    open_trouble: Trouble | None = None
    settled: Trouble | None = None
    good_until: date | None = None
    parcel: Parcel | None = None
    review_from: date | None = None
    happy: bool = False
    askable_only: bool = False
    asked: Askable | None = None


NOTHING = AboutOccasion()
"""For occasions whose letters rest on the chart alone."""


def read_about(
    chart: Chart,
    *,
    occasion: Occasion,
    today: date,
    catalogue: Catalogue,
    retriever: Retriever | None,
    experience: Experience = NOTHING_KNOWN,
) -> AboutOccasion:
    """Find what the occasion is about. experience: of the last LOOKED_BACK days.

    retriever: None to leave the shop's policies unread, where only the moment is asked for.
    """
    facts: dict[str, str] = {}
    if occasion is Occasion.SERVICE_RECOVERY:
        return _trouble(chart, experience, catalogue, retriever, facts, today=today)
    about = replace(
        NOTHING,
        facts=facts,
        open_trouble=find_trouble(chart, experience, {}, today=today),
        parcel=newest_parcel(chart, experience, catalogue, today=today),
        askable_only=occasion is Occasion.FOLLOW_UP,
    )
    if occasion is Occasion.FOLLOW_UP:
        asked = to_ask_about(about.parcel, chart, catalogue, today=today)
        if asked:
            facts[ASKED_FACT] = f"今回ご様子をうかがうのは『{asked.title}』のこと"
        return replace(about, asked=asked)
    if occasion is Occasion.REPLENISHMENT:
        known = {fact.id: fact.text for fact in chart.facts if fact.id.startswith(("order:", "line:"))}
        refill = find_refill(chart, catalogue, known, today=today)
        facts.update({i: known[i] for i in (refill.fact_ids if refill else ())})
        return replace(about, refill=refill)
    if occasion is Occasion.BIRTHDAY:
        birthday = find_birthday(chart, facts, today=today)
        return replace(about, birthday=birthday, good_until=_true_until(birthday, today))
    if occasion is Occasion.REVIEW_REQUEST:
        reviewable = find_reviewable(chart, experience, facts, today=today)
        policy = find_review_policy(retriever) if retriever else None
        return replace(
            about,
            review_from=first_day_to_ask(about.parcel, today=today),
            happy=is_happy(experience, about.parcel),
            reviewable=reviewable,
            review=policy[0] if policy else None,
            passages=(policy[1],) if policy else (),
        )
    return about


def _trouble(
    chart: Chart,
    experience: Experience,
    catalogue: Catalogue,
    retriever: Retriever | None,
    facts: dict[str, str],
    *,
    today: date,
) -> AboutOccasion:
    trouble = find_trouble(chart, experience, facts, today=today)
    if trouble is None:
        return replace(NOTHING, settled=find_trouble(chart, experience, {}, today=today, settled=True))
    eaten = retriever is not None and _had_food(chart, trouble, catalogue)
    remedies, passages = (
        find_remedies(trouble, retriever, today=today, eaten=eaten) if retriever else ((), ())
    )
    return replace(NOTHING, facts=facts, trouble=trouble, remedies=remedies, passages=passages)


def _had_food(chart: Chart, trouble: Trouble, catalogue: Catalogue) -> bool:
    """Whether the order, or the product, that went wrong was something to eat or drink."""
    order = trouble.fact_id.partition(":")[2]
    concerned = [line for line in chart.purchases if order and line.order_id == order]
    concerned = concerned or [line for line in chart.purchases if line.title == trouble.product]
    return any(
        kind_of_line(line, catalogue.product_for_line(sku=line.sku, title=line.title)) in EATEN
        for line in concerned
    )


def _true_until(birthday: Birthday | None, today: date) -> date | None:
    """「まもなく」 is true until the eve, 「本日」 on the day, 「お誕生月」 within the month."""
    if birthday is None:
        return None
    if birthday.days_until is None:
        following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return following - timedelta(days=1)
    if birthday.days_until > 0:
        return today + timedelta(days=birthday.days_until - 1)
    return today if birthday.days_until == 0 else None
