"""Whom would the shop miss most, and what is at stake with each of them today?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest

from agent.domain.history import OrderTally
from agent.domain.prediction import Churn, YenInterval
from customers.charting.precious import preciousness

HOW_MANY = 5

YEARS_TOGETHER = 2
"""From here on the years are worth a word."""

AWAY_SHARE = 0.5
"""Probability of staying away for the horizon from which we speak of it."""


@dataclass(frozen=True, slots=True)
class PreciousSummary:
    """What is known of a candidate. name: family name with honorific as staff read it, None without one.

    churn, ltv: None while not predicted.    favourites: categories they keep coming back to.    rank_name: the shop's own name of their
    rank.    average_gap_days: their own, None below two purchase days.    reason_not_to_write: Japanese, None when they may be written to.
    """

    customer_id: str
    name: str | None
    tally: OrderTally
    average_gap_days: float | None = None
    favourites: tuple[str, ...] = ()
    rank_name: str | None = None
    reviews: int = 0
    referrals: int = 0
    churn: Churn | None = None
    ltv: YenInterval | None = None
    reason_not_to_write: str | None = None


@dataclass(frozen=True, slots=True)
class Precious:
    """One of the most precious. place: from 1.    why: one sentence, why they are precious.    at_stake: one sentence, how things stand."""

    place: int
    customer_id: str
    why: str
    at_stake: str


def precious_five(
    summaries: Iterable[PreciousSummary], *, as_of: date, usual_gap_days: int, how_many: int = HOW_MANY
) -> tuple[Precious, ...]:
    """The most precious customers at the end of `as_of`, first the one who would be missed most; fewer when there are fewer.

    Order: net revenue halved for every four usual gaps of silence (`customers.charting.precious`); equals by id. Whoever brought
    nothing is not among them.
    """
    found = (
        (-preciousness(one.tally, recency_days=_silence(one, as_of), usual_gap_days=usual_gap_days), one)
        for one in summaries
        if one.tally.net_yen > 0 and one.tally.first_on <= as_of
    )
    best = nsmallest(how_many, found, key=lambda pair: (pair[0], pair[1].customer_id))
    return tuple(
        Precious(place, one.customer_id, why_precious(one, as_of=as_of), at_stake(one, as_of=as_of))
        for place, (_, one) in enumerate(best, start=1)
    )


def why_precious(one: PreciousSummary, *, as_of: date) -> str:
    """Why this customer is precious, in a sentence for reading aloud."""
    together = (as_of - one.tally.first_on).days // 365
    since = f"{together}年あまりのおつきあいで、" if together >= YEARS_TOGETHER else "これまでに"
    times = f"{one.tally.orders}回、合わせて" if one.tally.orders > 1 else "一度、"
    bought = f"{since}{times}{_yen(one.tally.net_yen)}のお買い物をくださいました"
    more = _besides(one)
    return f"{one.name or 'お名前の記録がない方'}は、{bought}。{more}"


def at_stake(one: PreciousSummary, *, as_of: date) -> str:
    """How things stand with them today: their silence beside their own rhythm, what may come or go, whether we may write."""
    said = [_rhythm(_silence(one, as_of), one.average_gap_days)]
    if one.ltv is not None and one.ltv.point > 0 and not one.ltv.mostly_nothing:
        said.append(f"この先{_span(one.ltv.horizon_days)}で{_about(one.ltv.point)}のお買い物が見込めます")
    if one.churn is not None:
        come = 1 - one.churn.score
        within = f"{one.churn.horizon_days}日以内にご注文がある見込みは{_percent(come)}"
        said.append(
            f"{within}で、いま声をかけたい方です" if one.churn.score >= AWAY_SHARE else f"{within}です"
        )
    if one.reason_not_to_write:
        said.append(one.reason_not_to_write.rstrip("。"))
    return "。".join(said) + "。"


def _besides(one: PreciousSummary) -> str:
    """What else makes them dear: friends brought and reviews before favourites, at most one."""
    if one.referrals > 0:
        return f"お知り合いを{one.referrals}人ご紹介くださっています。"
    if one.reviews > 0:
        return f"クチコミも{one.reviews}件お寄せくださっています。"
    if one.favourites:
        return f"{_listed(one.favourites[:2])}を繰り返し選ばれています。"
    return f"いまのランクは{one.rank_name}です。" if one.rank_name else ""


def _rhythm(silence: int, gap: float | None) -> str:
    last = "今日ご注文がありました" if silence == 0 else f"前回のご注文から{silence}日"
    if gap is None or gap < 1:
        return last
    usual = f"ふだんは{gap:.0f}日ほどの間隔"
    if silence == 0:
        return f"{last}（{usual}）"
    if silence > 2 * gap:
        return f"{last}で、{usual}の方としては長く間があいています"
    return f"{last}で、{usual}の方です"


def _silence(one: PreciousSummary, as_of: date) -> int:
    return max(0, (as_of - one.tally.last_on).days)


def _yen(yen: int) -> str:
    """Money as people say it: to ten thousand yen from a hundred thousand on."""
    return f"約{round(yen / 10_000):,}万円" if yen >= 100_000 else f"{yen:,}円"


def _about(yen: int) -> str:
    return _yen(yen) if yen >= 100_000 else f"約{round(yen, -2):,}円" if yen >= 1_000 else f"約{yen:,}円"


def _span(days: int) -> str:
    months = round(days / 30.4)
    return f"{days}日" if days < 60 else f"{months}か月" if months % 12 else f"{months // 12}年"


def _percent(p: float) -> str:
    return "1%未満" if p < 0.01 else "99%以上" if p > 0.99 else f"およそ{p:.0%}"


def _listed(names: Sequence[str]) -> str:
    return "".join(f"「{name}」" for name in names)
