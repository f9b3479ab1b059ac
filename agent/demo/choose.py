"""Who in the demo shop is written to today, and why: read off the charts, as a shop would."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from agent.domain.chart import Chart, Segment
from agent.domain.occasion import Channel, Occasion

EACH = {Channel.EMAIL: 4, Channel.LINE: 2}
"""Messages of each occasion: enough to leaf through, few enough to read."""
THANKED_WITHIN, ASKED_AFTER = range(1, 4), range(10, 15)
"""Days since the last order."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One person to write to. reason: a Japanese sentence with the numbers behind it."""

    chart: Chart
    occasion: Occasion
    channel: Channel
    reason: str


Fits = Callable[[Chart, Occasion, Channel], str | None]
"""Whether an occasion fits a person today, and why; asked for what numbers alone cannot tell."""
ASKED = (
    Occasion.SERVICE_RECOVERY,
    Occasion.BIRTHDAY,
    Occasion.REPLENISHMENT,
    Occasion.REVIEW_REQUEST,
)
"""Occasions that rest on more than numbers, the rarest first."""


def choose(
    charts: Iterable[Chart],
    *,
    fits: Fits | None = None,
    coupon_due: Callable[[Chart, Channel], bool] | None = None,
) -> list[Chosen]:
    """Pick at most EACH people for every occasion and channel, the dearest first; nobody twice, nobody without consent.

    fits: asked about everybody before they are taken, and decides the ASKED occasions alone; without it these are left out.
    coupon_due: whether a win-back would carry a coupon; the dearest such person of a channel comes first, so that one can be seen.
    """
    charts = list(charts)
    found: dict[tuple[Occasion, Channel], list[Chosen]] = {}
    for chart in charts:
        candidate = _candidate(chart)
        if candidate:
            found.setdefault((candidate.occasion, candidate.channel), []).append(candidate)
    occasions = (Occasion.THANK_YOU, Occasion.FOLLOW_UP, Occasion.WIN_BACK, Occasion.VIP)
    chosen = [
        chosen
        for kind in product(occasions, EACH)
        for chosen in islice(
            (
                one
                for one in _in_order(found.get(kind, ()), coupon_due)
                if fits is None or fits(one.chart, one.occasion, one.channel)
            ),
            EACH[kind[1]],
        )
    ]
    return chosen + (_asked(charts, chosen, fits) if fits else [])


def _in_order(
    candidates: Iterable[Chosen], coupon_due: Callable[[Chart, Channel], bool] | None
) -> Iterator[Chosen]:
    """The dearest first; before them the dearest win-back to whom the policy grants a coupon."""
    dearest = sorted(candidates, key=lambda one: -one.chart.net_revenue_yen)
    first = next(
        (
            one
            for one in dearest
            if coupon_due and one.occasion is Occasion.WIN_BACK and coupon_due(one.chart, one.channel)
        ),
        None,
    )
    if first:
        yield first
    yield from (one for one in dearest if one is not first)


def _asked(charts: list[Chart], before: list[Chosen], fits: Fits) -> list[Chosen]:
    """For each ASKED occasion the dearest whom it fits and who hear nothing else today."""
    taken = {one.chart.customer_id for one in before}
    found: list[Chosen] = []
    dearest = sorted(charts, key=lambda chart: (-chart.net_revenue_yen, chart.customer_id))
    for occasion in ASKED:
        left = dict(EACH)
        for chart in dearest:
            channel = _channel(chart)
            if channel is None or not left[channel] or chart.customer_id in taken or not chart.greetable:
                continue
            reason = fits(chart, occasion, channel)
            if reason:
                left[channel] -= 1
                taken.add(chart.customer_id)
                found.append(Chosen(chart, occasion, channel, reason))
            if not any(left.values()):
                break
    return found


def _candidate(chart: Chart) -> Chosen | None:
    channel = _channel(chart)
    days = chart.recency_days
    if channel is None or days is None or not chart.contactable or not chart.greetable:
        return None
    if days in THANKED_WITHIN and chart.orders == 1:
        return Chosen(chart, Occasion.THANK_YOU, channel, f"{days}日前に、はじめてのご注文")
    if days in ASKED_AFTER:
        return Chosen(chart, Occasion.FOLLOW_UP, channel, f"{days}日前のご注文。使い心地を伺うころ")
    gap = chart.average_gap_days
    if gap and chart.segment in (Segment.AT_RISK, Segment.DORMANT) and chart.orders >= 3:
        reason = f"前回から{days}日。ふだんは{gap:.0f}日間隔、これまで{chart.orders}回のご注文"
        return Chosen(chart, Occasion.WIN_BACK, channel, reason)
    if chart.rank.name == "vip" and days > ASKED_AFTER.stop:
        reason = f"VIP。これまで{chart.orders}回、{chart.net_revenue_yen:,}円のご注文"
        return Chosen(chart, Occasion.VIP, channel, reason)
    return None


def _channel(chart: Chart) -> Channel | None:
    if chart.line_user_id and chart.consent_line:
        return Channel.LINE
    if chart.email and chart.consent_email:
        return Channel.EMAIL
    return None
