"""Which one occasion is the best for this customer today? The others wait, and say for which and until when.

The order is an editorial choice, argued in docs/adr/0024.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from agent.clock import TOKYO
from agent.domain.chart import Chart, Segment
from agent.domain.draft import Draft, DraftState, Recommendation
from agent.domain.occasion import CHANNEL_JA, OCCASION_JA, Channel, Occasion
from agent.service.about_occasion import AboutOccasion
from agent.service.advise import ANSWER_DAYS, ANY_KIND_DAYS, Advice, Degree, advise
from agent.service.fitting import LATE_PARCEL_DAYS, THANK_DAYS, said
from agent.service.refill import EARLY_DAYS
from agent.service.review_ask import LATEST_DAYS

About = Callable[[Occasion], AboutOccasion]
"""What an occasion is about for the customer in question, as far as its moment asks for it."""

_AWAY = (Segment.AT_RISK, Segment.DORMANT)


def advise_best(
    chart: Chart,
    *,
    occasion: Occasion,
    channel: Channel,
    told: Sequence[Draft],
    waiting: Sequence[Draft],
    suppressed: str | None,
    now: datetime,
    about: AboutOccasion,
    other: About,
) -> Advice:
    """Advise as `advise` does, and against every occasion but the best one of the day.

    waiting: the customer's drafts that nobody has decided on yet, without those that this one replaces.    about: what this
    occasion is about; other: asked about the rest only where it matters.
    """
    alone = advise(
        chart, occasion=occasion, channel=channel, told=told, suppressed=suppressed, now=now, about=about
    )
    if occasion is Occasion.SERVICE_RECOVERY:
        return alone
    standing = _standing(waiting, now)
    if about.open_trouble and standing and standing.occasion is Occasion.SERVICE_RECOVERY:
        return replace(alone, why=f"{alone.why}{_draft(standing)}が確認を待っています。")
    if not (alone.degree is Degree.WRITE or alone.of_occasion):
        return alone
    if standing:
        if alone.degree is Degree.WRITE:
            return Advice(Degree.ADVISE_AGAINST, _decide_first(standing, occasion, channel))
        return replace(alone, why=f"{alone.why}{_draft(standing)}が確認を待っています。")
    today = now.astimezone(TOKYO).date()
    for rival in _ranked(chart, occasion, other, today):
        if rival is occasion:
            if alone.degree is Degree.WRITE:
                return alone
            continue
        advice = advise(
            chart,
            occasion=rival,
            channel=channel,
            told=told,
            suppressed=suppressed,
            now=now,
            about=other(rival),
        )
        if advice.degree is not Degree.WRITE:
            continue
        better = f"「{OCCASION_JA[rival]}」"
        why = advice.why.split("。")[0]
        if alone.degree is not Degree.WRITE:
            return replace(alone, why=f"{alone.why}いま書くなら{better}が合います。{why}。")
        when = _when(occasion, rival, about, other, today)
        return Advice(
            Degree.ADVISE_AGAINST,
            f"いまは{better}が先です。{why}。「{OCCASION_JA[occasion]}」は、{when}",
            of_occasion=True,
        )
    return alone


def _ranked(chart: Chart, occasion: Occasion, other: About, today: date) -> Iterator[Occasion]:
    """The occasions, best first, read no further than asked."""
    birthday = other(Occasion.BIRTHDAY)
    soon = not _can_wait(birthday, today)
    if soon:
        yield Occasion.BIRTHDAY
    yield from (Occasion.THANK_YOU, Occasion.REPLENISHMENT)
    asking = (Occasion.FOLLOW_UP, Occasion.REVIEW_REQUEST)
    happy = occasion in asking and other(Occasion.REVIEW_REQUEST).happy
    yield from reversed(asking) if happy else asking
    if not soon:
        yield Occasion.BIRTHDAY
    greeting = (Occasion.VIP, Occasion.WIN_BACK)
    yield from reversed(greeting) if chart.segment in _AWAY else greeting


def _can_wait(about: AboutOccasion, today: date) -> bool:
    """Whether the wishes would still be in time after another letter and the rest that follows it."""
    birthday = about.birthday
    if birthday is None:
        return True
    if birthday.days_until is None:
        return (today + timedelta(days=ANY_KIND_DAYS)).month == birthday.month
    return birthday.days_until > ANY_KIND_DAYS


def _standing(waiting: Sequence[Draft], now: datetime) -> Draft | None:
    """A draft that was advised to be sent and still can be; the newest."""
    found = [
        draft
        for draft in waiting
        if draft.state is DraftState.WAITING
        and draft.recommendation is Recommendation.SEND
        and (draft.expires_at is None or draft.expires_at > now)
    ]
    return max(found, key=lambda draft: draft.created_at, default=None)


def _draft(draft: Draft) -> str:
    return f"「{OCCASION_JA[draft.occasion]}」の下書き（{draft.draft_id}、{CHANNEL_JA[draft.channel]}）"


def _decide_first(draft: Draft, occasion: Occasion, channel: Channel) -> str:
    what = _draft(draft)
    if draft.occasion is occasion:
        return (
            f"同じ用件の{what}が確認を待っています。お送りするのはどちらか一方です。"
            f"{CHANNEL_JA[channel]}になさるときは、そちらを却下してから、もう一度作成してください。"
        )
    return (
        f"{what}が確認を待っています。同じお客さまに続けてお送りしないよう、先にそちらをお決めください。"
        f"「{OCCASION_JA[occasion]}」は、お送りしたときは{ANY_KIND_DAYS}日以上あけて、却下したときはそのあとに、もう一度お確かめください。"
    )


def _when(occasion: Occasion, rival: Occasion, about: AboutOccasion, other: About, today: date) -> str:
    """When the occasion that has to wait will be right, as the end of a sentence."""
    again = today + timedelta(days=ANY_KIND_DAYS)
    if occasion is Occasion.REVIEW_REQUEST and rival is Occasion.FOLLOW_UP:
        closes = about.parcel.closes if about.parcel else None
        after = f"、または{said(closes + timedelta(days=1))}以降" if closes else ""
        return f"そのお返事をうかがうか、{ANSWER_DAYS}日ほどたってから{after}がよいころです。"
    last = last_day(occasion, about, today)
    if last is not None and last < again:
        return "今回は見送り、次の機会にします。"
    if occasion is Occasion.BIRTHDAY and about.birthday and about.birthday.days_until:
        return f"お誕生日の{said(today + timedelta(days=about.birthday.days_until))}ごろで間に合います。"
    until = f"（{said(last)}ごろまで）" if last is not None else ""
    return f"お返事やご注文がなければ、{said(again)}以降{until}がよいころです。"


def last_day(occasion: Occasion, about: AboutOccasion, today: date) -> date | None:
    """The last day the occasion, right today, will be right; None when it stays so."""
    parcel = about.parcel
    if occasion is Occasion.THANK_YOU and parcel:
        known = parcel.arrived_on if parcel.shipped_on else None
        late = parcel.ordered_on + timedelta(days=LATE_PARCEL_DAYS)
        return min(max(known or parcel.ordered_on, parcel.ordered_on) + timedelta(days=THANK_DAYS), late)
    if occasion is Occasion.FOLLOW_UP and parcel:
        return parcel.closes
    if occasion is Occasion.REPLENISHMENT and about.refill:
        slack = max(EARLY_DAYS, about.refill.lasts_days // 2)
        return today + timedelta(days=about.refill.due_in + slack)
    if occasion is Occasion.REVIEW_REQUEST and about.reviewable:
        return today + timedelta(days=LATEST_DAYS - about.reviewable.days)
    return None
