"""Is it right to write to this customer now? 「送らない」 is an answer, with its reason.

Three degrees: write; write but advise against sending (a person may think otherwise); do not even compose. The windows below
are editorial choices, argued in docs/adr/0006.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.domain.chart import SEGMENT_JA, Chart, Segment
from agent.domain.draft import Draft, Recommendation
from agent.domain.occasion import OCCASION_JA, Channel, Occasion

SAME_KIND_DAYS = {
    Occasion.THANK_YOU: 7,
    Occasion.FOLLOW_UP: 30,
    Occasion.WIN_BACK: 60,
    Occasion.VIP: 30,
}
"""Days during which the same kind of message would be a repetition."""
ANY_KIND_DAYS = 3
"""Days of rest after any message, on whichever channel."""
TOLD_DAYS = max(SAME_KIND_DAYS.values())
"""How far back a caller must look for earlier messages."""
FITTING_RECENCY = {
    Occasion.THANK_YOU: (0, 14),
    Occasion.FOLLOW_UP: (5, 60),
    Occasion.WIN_BACK: (60, None),
}
"""Days since the last order within which an occasion makes sense; None: no end."""
OPEN_TROUBLE_DAYS = 90
"""A note of trouble without a word that it is settled counts this long; an undated one always counts."""

RECORDED = ("summary:", "order:", "line:", "consent:", "profile:")
"""Facts read off records; the others are somebody's own words."""

_TROUBLE = re.compile(
    r"苦情|クレーム|お怒り|ご立腹|不良品|破損|トラブル|(?:問い?合わせ|返金|返品|交換)(?:の)?対応中|連絡不要|連絡しないで|送らないで"
)
_SETTLED = re.compile(r"解決済|対応済|完了|収束|ご納得")
_CHANNEL_JA = {Channel.EMAIL: "メール", Channel.LINE: "LINE"}


class Degree(StrEnum):
    """How far we go."""

    WRITE = "write"
    ADVISE_AGAINST = "advise_against"
    HOLD = "hold"
    DO_NOT_COMPOSE = "do_not_compose"


@dataclass(frozen=True, slots=True)
class Advice:
    """What we advise and why, in Japanese, for the reviewer."""

    degree: Degree
    why: str

    @property
    def recommendation(self) -> Recommendation:
        """The contract's word for it."""
        return Recommendation.SEND if self.degree is Degree.WRITE else Recommendation.DO_NOT_SEND


def advise(
    chart: Chart,
    *,
    occasion: Occasion,
    channel: Channel,
    told: Sequence[Draft],
    suppressed: str | None,
    now: datetime,
) -> Advice:
    """Decide whether to write.

    told: what the customer was told within TOLD_DAYS, newest first.    suppressed: why the address is stopped, or None.
    """
    for refusal in (_never(chart, channel, suppressed), _trouble(chart, now)):
        if refusal:
            return Advice(Degree.DO_NOT_COMPOSE, refusal)
    if consent(chart, channel) is None:
        return Advice(
            Degree.HOLD,
            f"{_CHANNEL_JA[channel]}での案内に同意をいただいた記録がないため、送れません。"
            "同意が確認できたら記録してから、もう一度お確かめください。",
        )
    doubt = _told_recently(told, occasion, now) or _unfitting(chart, occasion)
    return Advice(Degree.ADVISE_AGAINST, doubt) if doubt else Advice(Degree.WRITE, reason(chart, occasion))


def consent(chart: Chart, channel: Channel) -> bool | None:
    """The customer's answer for a channel; None when unknown."""
    return chart.consent_email if channel is Channel.EMAIL else chart.consent_line


def recipient(chart: Chart, channel: Channel) -> str:
    """The address on a channel; empty when there is none."""
    return (chart.email if channel is Channel.EMAIL else chart.line_user_id) or ""


def reason(chart: Chart, occasion: Occasion) -> str:
    """Why now, in one sentence about the customer."""
    days = chart.recency_days or 0
    if occasion is Occasion.THANK_YOU:
        return f"{'はじめての' if chart.orders == 1 else f'{chart.orders}回目の'}ご注文から{days}日。お礼をお伝えする時期です。"
    if occasion is Occasion.FOLLOW_UP:
        return f"前回のご注文から{days}日。使い心地をうかがう時期です。"
    if occasion is Occasion.WIN_BACK:
        return f"前回のご注文から{days}日（{SEGMENT_JA[chart.segment]}）。ご無沙汰のご挨拶です。"
    return f"会員ランクVIP、これまで{chart.orders}回のご注文。日頃のお礼です。"


def _never(chart: Chart, channel: Channel, suppressed: str | None) -> str | None:
    if not chart.contactable:
        return "退会された、または今後の連絡をお断りになったお客さまです。どの経路でもお送りしません。"
    if not recipient(chart, channel):
        return f"{_CHANNEL_JA[channel]}の宛先が登録されていません。"
    if suppressed:
        return f"この宛先への送信は停止されています（{suppressed}）。"
    if consent(chart, channel) is False:
        return f"{_CHANNEL_JA[channel]}での案内を希望されていません。"
    if chart.orders == 0 or not chart.purchases:
        return "購入の記録がないため、このお客さまに書けることがありません。"
    return None


def _trouble(chart: Chart, now: datetime) -> str | None:
    for fact in chart.facts:
        if fact.id.startswith(RECORDED):
            continue
        fresh = fact.at is None or now - fact.at <= timedelta(days=OPEN_TROUBLE_DAYS)
        if fresh and _TROUBLE.search(fact.text) and not _SETTLED.search(fact.text):
            return "解決していないご事情の記録があります。対応が終わるまで、ご案内は控えます。"
    return None


def _told_recently(told: Sequence[Draft], occasion: Occasion, now: datetime) -> str | None:
    for draft in told:
        days = (now - draft.created_at).days
        if draft.occasion is occasion and days < SAME_KIND_DAYS.get(occasion, 0):
            return f"同じ種類のご案内（{OCCASION_JA[occasion]}）を{_ago(days)}お送りしています。"
        if days < ANY_KIND_DAYS:
            return f"別のご案内（{OCCASION_JA[draft.occasion]}）を{_ago(days)}お送りしたばかりです。"
    return None


def _ago(days: int) -> str:
    return "今日" if days <= 0 else f"{days}日前に"


def _unfitting(chart: Chart, occasion: Occasion) -> str | None:
    days = chart.recency_days
    if occasion is Occasion.VIP and chart.rank.name != "vip":
        return "会員ランクがVIPではありません。特別なご案内の対象か、ご確認ください。"
    if occasion not in FITTING_RECENCY or days is None:
        return None
    early, late = FITTING_RECENCY[occasion]
    if late is not None and days > late:
        return f"前回のご注文から{days}日たっており、「{OCCASION_JA[occasion]}」には遅すぎます。"
    if days < early:
        return f"前回のご注文から{days}日しかたっておらず、「{OCCASION_JA[occasion]}」には早すぎます。"
    if occasion is Occasion.WIN_BACK and chart.segment in (Segment.NEW, Segment.LOYAL):
        return f"いまもお取り引きの続いている{SEGMENT_JA[chart.segment]}のお客さまで、ご無沙汰のご挨拶は合いません。"
    return None
