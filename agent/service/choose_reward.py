"""Which reward, if any, fits this person and this occasion? A rule book, not a model; discount is the last tool."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from agent.domain.chart import Chart, Segment
from agent.domain.nps import PASSIVE, PROMOTER
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.domain.reward import MONEY, REWARD_JA, Reward, RewardKind
from agent.domain.reward_policy import Campaign, FreeCode, RewardPolicy, RewardStanding
from agent.ports import Leaning
from agent.service.word_reward import last_day, least_day, word_reward

_K = RewardKind
UNIFORM = frozenset({Occasion.REVIEW_REQUEST})
"""Rewards here must be the same for everybody (景品表示法, ステルスマーケティング告示): only the budget can end them."""
COUPON_ONLY_ORDERS = 3
"""Orders, all of them at a reduction, from which somebody counts as buying with coupons only."""

FreeCodes = Callable[[str, date], FreeCode | None]
"""A free code of a campaign that is good at least until a day, or None."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the policy.

    categories: of what the person bought.    troubled: something went wrong for them and is open.
    against: why nothing should be sent at all, None when all is well: then nothing is given either.
    """

    chart: Chart
    occasion: Occasion
    today: date
    categories: tuple[str, ...] = ()
    troubled: bool = False
    against: bool = False


@dataclass(frozen=True, slots=True)
class _Fit:
    """A kind that would suit somebody, and the beginning of the sentence that says why."""

    kind: RewardKind
    because: str


def choose_reward(
    asked: Asked,
    policy: RewardPolicy,
    *,
    standing: RewardStanding,
    leaning: Callable[[], Leaning],
    free_code: FreeCodes,
    money: bool = True,
) -> Reward:
    """The reward and why, in one Japanese sentence; kind NONE with the reason when nothing fits.

    leaning: looked up only where a campaign is open.    money: False when what was chosen a moment ago could not be had.
    """
    if not policy.campaigns:
        return _none("特典のきまり（rewards.yaml）がないため、特典は付けません。")
    if asked.occasion is Occasion.SERVICE_RECOVERY:
        return _none("お詫びに特典は付けず、お店の返品・返金のきまりのとおりに対応します。")
    if asked.against:
        return _none("いまは送らないことをおすすめしているため、特典は付けません。")
    chart = asked.chart
    fitting = [
        campaign
        for campaign in policy.campaigns
        if campaign.fits(
            occasion=asked.occasion, on=asked.today, rank=chart.rank.name, segment=chart.segment.value
        )
    ]
    if not fitting:
        return _none(_NOTHING_OPEN.get(asked.occasion, _NO_CAMPAIGN).format(OCCASION_JA[asked.occasion]))
    moved = leaning()
    if asked.troubled or (moved.nps is not None and moved.nps < PASSIVE):
        return _none("ご不満をうかがっている方なので、特典よりも先にお話をうかがいます。")
    first: str | None = None
    for fit in _fits(asked, moved):
        for campaign in (each for each in fitting if each.kind is fit.kind):
            obstacle = obstacle_of(campaign, asked, policy, standing=standing, moved=moved)
            if obstacle is None and campaign.kind in MONEY and not money:
                obstacle = "予算かクーポンコードが足りなくなったため、金額の特典は付けません。"
            code = None
            if obstacle is None and campaign.kind is _K.COUPON:
                code = free_code(campaign.name, least_day(asked.today))
                obstacle = (
                    None if code else f"「{campaign.name}」のクーポンコードの残りがないため、付けません。"
                )
            if obstacle is None:
                obstacle = _ends_too_soon(campaign, code, asked.today)
            if obstacle is None:
                why = f"{fit.because}、{_given(campaign, policy, standing)}。"
                return word_reward(campaign, occasion=asked.occasion, why=why, code=code, today=asked.today)
            first = first or obstacle
    return _none(first or _NOTHING_OPEN.get(asked.occasion) or _unmoved(moved))


def obstacle_of(
    campaign: Campaign,
    asked: Asked,
    policy: RewardPolicy,
    *,
    standing: RewardStanding,
    moved: Leaning,
) -> str | None:
    """Why a campaign may not be given to this person now, in Japanese; None when it may."""
    uniform = asked.occasion in UNIFORM
    if campaign.name in standing.had and not uniform:
        return f"「{campaign.name}」はこの方にもう差し上げているため、付けません。"
    if campaign.kind not in MONEY:
        return None
    if campaign.kind is _K.COUPON and asked.chart.rank.name == "vip":
        return "VIPのお客さまには値引きをしないため、クーポンは付けません。"
    if not uniform and buys_with_coupons_only(moved):
        return "割引のときにしかお買い物をされていない方なので、金額の特典は付けません。"
    if campaign.kind is _K.COUPON and not policy.leaves_margin(campaign, asked.categories):
        return f"お求めの商品の粗利（{policy.margin_of(asked.categories)}%）では割引の分をまかなえないため、クーポンは付けません。"
    return limit_of(campaign.cost_yen, asked.occasion, policy, standing=standing, today=asked.today)


def limit_of(
    cost_yen: int, occasion: Occasion, policy: RewardPolicy, *, standing: RewardStanding, today: date
) -> str | None:
    """Why the book of rewards has no room for another promise of money, in Japanese; None when it has."""
    last = standing.last_money_on
    if occasion not in UNIFORM and last is not None and (today - last).days < policy.money_every_days:
        return f"{last.month}月{last.day}日に金額の特典をお約束したばかりのため（{policy.money_every_days}日に1回まで）、付けません。"
    left = policy.monthly_budget_yen - standing.spent_yen
    if cost_yen > left:
        return f"今月の特典の予算の残り（{max(left, 0):,}円）が足りないため、付けません。"
    return None


def buys_with_coupons_only(moved: Leaning) -> bool:
    """True for somebody whose every order, of at least three, was at a reduction: more discounts would only teach it."""
    sale = moved.sale
    return sale is not None and sale.orders >= COUPON_ONLY_ORDERS and sale.discounted_orders >= sale.orders


def _fits(asked: Asked, moved: Leaning) -> tuple[_Fit, ...]:
    """Kinds that suit this person, best first: nothing where nothing is needed, money last."""
    vip, fan = asked.chart.rank.name == "vip", moved.nps is not None and moved.nps >= PROMOTER
    love = "VIPのお客さまなので" if vip else f"おすすめ度{moved.nps}点のファンの方なので"
    early = _Fit(_K.EARLY_ACCESS, "新しい品を早めに選ばれる方なので" if moved.novelty == "high" else love)
    shared = (_Fit(_K.EXPERIENCE, love), _Fit(_K.STORY, love))
    if asked.occasion in (Occasion.THANK_YOU, Occasion.FOLLOW_UP):
        loyal = asked.chart.segment is Segment.LOYAL
        because = love if vip or fan else "長くご利用の常連の方なので"
        return (_Fit(_K.STORY, because),) if vip or fan or loyal else ()
    if asked.occasion is Occasion.VIP:
        if not vip:
            return ()
        return (*shared, early) if fan and moved.novelty != "high" else (early, *shared)
    if asked.occasion is Occasion.BIRTHDAY:
        points, coupon = _Fit(_K.POINTS, "お誕生日なので"), _Fit(_K.COUPON, "お誕生日なので")
        return (points, coupon, *(shared if vip or fan else ()))
    if asked.occasion is Occasion.REVIEW_REQUEST:
        return (_Fit(_K.POINTS, "評価によらず皆さま一律のきまりなので"),)
    if asked.occasion is Occasion.REPLENISHMENT:
        return (_Fit(_K.POINTS, "お店のきまりに補充の特典があるので"),)
    return _win_back(moved, early=early, shared=shared, loves=vip or fan)


def _win_back(moved: Leaning, *, early: _Fit, shared: tuple[_Fit, ...], loves: bool) -> tuple[_Fit, ...]:
    fits: tuple[_Fit, ...] = ()
    if moved.novelty == "high":
        fits = (early,)
    if loves:
        return (*fits, *shared)
    sale = moved.sale
    if sale is not None and sale.level == "high" and (moved.uplift is None or moved.uplift.point > 0):
        because = (
            f"割引のときのお買い物が多い方なので（ご注文{sale.orders}回のうち{sale.discounted_orders}回）"
        )
        fits = (*fits, _Fit(_K.COUPON, because), _Fit(_K.POINTS, because))
    return (*fits, _Fit(_K.STORY, _why_no_money(moved)))


def _why_no_money(moved: Leaning) -> str:
    """Why a story is enough, true of this very person."""
    if moved.sale is None:
        return "値引きでご注文が増える方かまだ分からないので"
    if buys_with_coupons_only(moved):
        return "割引のときにしかお買い物をされていない方なので"
    if moved.sale.level == "high":
        return "割引のお買い物は多いものの、金額の特典は付けられないので"
    return "値引きがなくてもお買い物をされてきた方なので"


def _unmoved(moved: Leaning) -> str:
    if moved.sale is None:
        return "値引きでご注文が増える方かどうかまだ分からないため、特典は付けません。"
    return "特典がなくてもお買い物をされてきた方なので、付けません。"


def _given(campaign: Campaign, policy: RewardPolicy, standing: RewardStanding) -> str:
    """What is given, the end of the sentence."""
    if campaign.kind not in MONEY:
        return f"値引きではなく{REWARD_JA[campaign.kind]}「{campaign.name}」にします"
    left = policy.monthly_budget_yen - standing.spent_yen
    return (
        f"{REWARD_JA[campaign.kind]}「{campaign.name}」を付けます"
        f"（最大{campaign.cost_yen:,}円、今月の予算の残り{left:,}円）"
    )


def _ends_too_soon(campaign: Campaign, code: FreeCode | None, today: date) -> str | None:
    until = last_day(campaign, code, today=today)
    if until is not None and until < least_day(today):
        return f"「{campaign.name}」の期限（{until.month}月{until.day}日）が近いため、付けません。"
    return None


def _none(why: str) -> Reward:
    return Reward(RewardKind.NONE, why)


_NO_CAMPAIGN = "「{}」のときに、この方に差し上げる特典はきまりにないため、付けません。"
_NOTHING_OPEN = {
    Occasion.THANK_YOU: "お礼に売り込みはしないため、特典は付けません。",
    Occasion.FOLLOW_UP: "使い心地をうかがうご連絡なので、特典は付けません。",
    Occasion.REPLENISHMENT: "必要なころのお知らせなので、特典は付けません。",
}
