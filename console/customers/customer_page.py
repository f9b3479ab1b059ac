"""One customer as the chart page shows it: who, how they are, what is expected and why, what happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.domain.chart import Chart
from agent.domain.customer_page import CustomerPage, TimelineEntry
from agent.domain.customer_summary import SummarySentence
from agent.domain.occasion import Channel
from agent.domain.prediction import ReliabilityBin
from agent.service.tell_customer import tell_customer
from console.customers.plots.pulls import Pull, pulls
from console.customers.plots.spending import SpendingPlot, spending_plot
from console.customers.plots.strips import RangeStrip, WindowStrip, range_strip, window_strip
from console.desk.draft_page import Light, light_of
from console.frame.words import WORDS, Language, say

TIMELINE_OPEN, TIMELINE_MOST = 12, 100
"""Entries of the timeline that are open at once, and those one press away with them; older ones are counted."""

LATEST_SIGNALS = 8
"""Signals drawn as bars; there are seldom more."""
OTHERS = "others"
"""Code of the signal that gathers what is too small to be told."""

CARDS = {
    "churn": "churn_card",
    "next_order": "next_card",
    "next_products": "products_card",
    "ltv": "ltv_card",
    "gain": "gain_card",
    "uplift": "uplift_head",
    "taste": "taste_card",
    "sale_affinity": "sale_card",
    "group": "group_card",
}
"""Field of the expectations to the word over its card."""

WIDE, NARROW = 1040, 344
"""Widths of the strip of orders, in units that are about pixels on a desk and on a phone."""
LEAST_IN_BIN = 10
"""People a bin must hold before it is told as a track record."""
NEAR = 0.1
"""Furthest a bin's prediction may lie from this customer's to speak for it."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What became of people with about the same chance of staying away. said, stayed: shares."""

    said: float
    stayed: float
    people: int


@dataclass(frozen=True, slots=True)
class Missing:
    """What cannot be shown, and why. cards: the words of the cards' heads; reason: Japanese, None when none was recorded.

    hidden: the back-test failed.
    """

    cards: tuple[str, ...]
    reason: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class ToldSentence:
    """A sentence of the paragraph and its facts. place: of the first of them on the page; because: all of them, for reading."""

    sentence: SummarySentence
    place: str
    because: str


@dataclass(frozen=True, slots=True)
class ChartView:
    """A customer page with everything drawn. name: with honorific.    lights: per channel that has an address or a consent.

    rank_share: part of the way to the next rank, in per cent; None at the top.    anchors: record id to its place on this page.
    summary: the weightiest sentences, for the head of the page.    told: the paragraph on the customer, by code.
    fact_places: id of a fact of the chart to its place among the page's facts.
    """

    page: CustomerPage
    name: str
    lights: tuple[tuple[Channel, Light], ...]
    rank_share: int | None
    summary: tuple[str, ...]
    told: tuple[ToldSentence, ...]
    fact_places: Mapping[str, str]
    wide: SpendingPlot | None
    narrow: SpendingPlot | None
    pulls: tuple[Pull, ...]
    truth: Truth | None
    window: WindowStrip | None
    range: RangeStrip | None
    product_days: int | None
    first_entries: tuple[TimelineEntry, ...]
    more_entries: tuple[TimelineEntry, ...]
    left_out: int
    anchors: Mapping[str, str]
    entries: Mapping[str, TimelineEntry]
    missing: tuple[Missing, ...]
    has_taste: bool


def view_page(page: CustomerPage, *, stopped: Mapping[Channel, str | None], language: Language) -> ChartView:
    """Draw a page. stopped: the reason an address is stopped, per channel."""
    chart, expected = page.chart, page.expectations
    ja = language == "ja"
    places = {fact.id: f"fact-{number}" for number, fact in enumerate(chart.facts)}

    def strip(width: int) -> SpendingPlot | None:
        return spending_plot(page.spent, as_of=chart.as_of, following=expected.next_order, width=width, ja=ja)

    signals = expected.churn.signals[:LATEST_SIGNALS] if expected.churn else ()
    days = {product.within_days for product in expected.next_products}
    return ChartView(
        page=page,
        name=chart_name(chart, language=language),
        lights=_lights(chart, stopped, language),
        rank_share=rank_share(chart.net_revenue_yen, chart.rank.yen_to_next),
        summary=_summary(page, ja=ja),
        told=_told(chart, places),
        fact_places=places,
        wide=strip(WIDE),
        narrow=strip(NARROW),
        pulls=pulls(signals),
        truth=_truth(page),
        window=_window(page),
        range=range_strip(expected.ltv) if expected.ltv else None,
        product_days=days.pop() if len(days) == 1 else None,
        first_entries=page.timeline[:TIMELINE_OPEN],
        more_entries=page.timeline[TIMELINE_OPEN:TIMELINE_MOST],
        left_out=page.left_out + max(0, len(page.timeline) - TIMELINE_MOST),
        entries={entry.entry_id: entry for entry in page.timeline[:TIMELINE_MOST]},
        missing=tuple(_missing(page)),
        has_taste=has_taste(page),
        anchors={
            entry.entry_id: f"entry-{number}" for number, entry in enumerate(page.timeline[:TIMELINE_MOST])
        },
    )


def chart_name(chart: Chart, *, language: Language) -> str:
    """The customer with honorific; a plain word where no usable name is known."""
    return called(chart.family_name, chart.given_name, greetable=chart.greetable, language=language)


def called(family: str | None, given: str | None, *, greetable: bool, language: Language) -> str:
    """A name with honorific, or a plain word where it is missing or damaged."""
    name = f"{family or ''} {given or ''}".strip()
    return f"{name} 様" if name and greetable else say(language, "unnamed")


def rank_share(net_yen: int, yen_to_next: int | None) -> int | None:
    """How much of the next rank's amount is reached, in whole per cent from 0 to 99; None at the top."""
    if yen_to_next is None:
        return None
    had = max(net_yen, 0)
    return min(99, 100 * had // (had + yen_to_next)) if had + yen_to_next > 0 else 0


def _lights(
    chart: Chart, stopped: Mapping[Channel, str | None], language: Language
) -> tuple[tuple[Channel, Light], ...]:
    found: list[tuple[Channel, Light]] = []
    for channel, address in ((Channel.EMAIL, chart.email), (Channel.LINE, chart.line_user_id)):
        light = light_of(chart, channel, stopped=stopped.get(channel), language=language)
        if address is None and light.colour != "no":
            named = say(language, f"channel_{channel.value}")
            why = say(language, "address_missing", channel=named)
            light = Light("unknown", say(language, "light_no_address"), why)
        found.append((channel, light))
    return tuple(found)


def _summary(page: CustomerPage, *, ja: bool) -> tuple[str, ...]:
    """The two weightiest reasons of the score, which say how the customer is; the segment's reason without a score."""
    churn = page.expectations.churn
    if churn is None or not churn.signals:
        reason = page.chart.reasons.get("segment")
        return (reason,) if reason else ()
    told = [signal for signal in churn.signals if signal.code != OTHERS]
    return tuple(signal.text if ja else signal.text_en for signal in told[:2])


def _told(chart: Chart, places: Mapping[str, str]) -> tuple[ToldSentence, ...]:
    texts = {fact.id: fact.text for fact in chart.facts}
    return tuple(
        ToldSentence(one, places[one.fact_ids[0]], " / ".join(texts[i] for i in one.fact_ids))
        for one in tell_customer(chart).sentences
    )


def has_taste(page: CustomerPage) -> bool:
    """True when the records say at least one thing about what they like."""
    taste = page.expectations.taste
    return taste is not None and bool(
        taste.price_band or taste.categories or taste.colours or taste.seasons or taste.texts or taste.novelty
    )


def _missing(page: CustomerPage) -> Iterator[Missing]:
    """Cards without a value, those with the same reason together; failed back-tests first."""
    reasons = {**page.chart.unknown, **dict(page.expectations.unknown)}
    grouped: dict[tuple[bool, str | None], list[str]] = {}
    for field, card in CARDS.items():
        if field == "taste" and page.expectations.taste and not has_taste(page):
            grouped.setdefault((False, reasons.get(field) or WORDS["taste_none"].ja), []).append(card)
        elif not getattr(page.expectations, field):
            grouped.setdefault((field in page.hidden, reasons.get(field)), []).append(card)
    for (hidden, reason), cards in sorted(grouped.items(), key=lambda one: not one[0][0]):
        yield Missing(tuple(cards), reason, hidden)


def _truth(page: CustomerPage) -> Truth | None:
    """The bin of the churn score's back-test that lies nearest to this customer."""
    churn, test = page.expectations.churn, dict(page.tested).get("churn")
    if churn is None or test is None or test.horizon_days != churn.horizon_days:
        return None
    come = 1 - churn.score

    def distance(one: ReliabilityBin) -> float:
        return abs(one.predicted - come)

    near = min((one for one in test.reliability if one.people >= LEAST_IN_BIN), key=distance, default=None)
    if near is None or distance(near) > NEAR:
        return None
    return Truth(1 - near.predicted, 1 - near.happened, near.people)


def _window(page: CustomerPage) -> WindowStrip | None:
    following, today = page.expectations.next_order, page.chart.as_of
    return window_strip(following, as_of=today) if following and following.last > today else None
