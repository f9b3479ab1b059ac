"""How is a campaign's reward said, to the customer and to the gate? Every term, none left out, always in the same words."""

from datetime import date, timedelta

from agent.domain.message import Offer
from agent.domain.occasion import Occasion
from agent.domain.reward import MONEY, Reward, RewardKind
from agent.domain.reward_policy import CUSTOMER_DAYS, REVIEW_DAYS, Campaign, FreeCode

_WEEKDAYS = "月火水木金土日"


def last_day(campaign: Campaign, code: FreeCode | None, *, today: date) -> date | None:
    """The last day the reward can be used; None when nothing ends it."""
    held = today + timedelta(days=campaign.valid_days) if campaign.valid_days is not None else None
    days = [day for day in (campaign.ends, held, code.expires if code else None) if day]
    return min(days, default=None)


def least_day(today: date) -> date:
    """A reward that ends before this day is not promised any more: staff and customer need their days."""
    return today + timedelta(days=CUSTOMER_DAYS + REVIEW_DAYS)


def word_reward(
    campaign: Campaign, *, occasion: Occasion, why: str, code: FreeCode | None, today: date
) -> Reward:
    """The reward of a campaign, worded. code: needed for a coupon.

    A story promises nothing and has no offer; whatever has an end or a worth has one, with all its terms.
    """
    until = last_day(campaign, code, today=today)
    offer: Offer | None
    if campaign.kind is RewardKind.COUPON and code:
        says, offer = _coupon(campaign, occasion, code, until)
    elif campaign.kind is RewardKind.POINTS:
        says, offer = _points(campaign, occasion, until)
    else:
        says = campaign.tells
        offer = (
            None
            if campaign.kind is RewardKind.STORY
            else Offer(campaign.kind.value, None, "".join(says), campaign.ends, campaign.conditions or None)
        )
    cost = campaign.cost_yen if campaign.kind in MONEY else 0
    return Reward(campaign.kind, why, says, offer, cost, campaign.name)


def _coupon(
    campaign: Campaign, occasion: Occasion, code: FreeCode, until: date | None
) -> tuple[tuple[str, ...], Offer]:
    value = f"{campaign.yen_off:,}円引き" if campaign.yen_off else f"{campaign.percent_off}%引き"
    opening = "お誕生日のお祝いに、" if occasion is Occasion.BIRTHDAY else ""
    least = f"{campaign.minimum_yen:,}円以上のご注文" if campaign.minimum_yen else "ご注文"
    use = (
        f"{said_day(until)}まで、{least}に1回お使いいただけます。"
        if until
        else f"{least}に1回お使いいただけます。"
    )
    says = [
        f"{opening}次のお買い物でお使いいただける{value}のクーポンをご用意しました。",
        f"クーポンコードは「{code.code}」です。",
        use,
    ]
    terms = [f"{least}で1回限り"]
    if campaign.percent_off and campaign.at_most_yen:
        says.append(f"割引の上限は{campaign.at_most_yen:,}円です。")
        terms.append(f"割引の上限は{campaign.at_most_yen:,}円")
    if campaign.conditions:
        says.append(f"{campaign.conditions}。")
        terms.append(campaign.conditions)
    return tuple(says), Offer("coupon", code.code, value, until, "、".join(terms))


def _points(campaign: Campaign, occasion: Occasion, until: date | None) -> tuple[tuple[str, ...], Offer]:
    value = f"{campaign.points:,}ポイント"
    if occasion is Occasion.REVIEW_REQUEST:
        end = f"{said_day(until)}までに" if until else ""
        says = [
            f"{end}ご感想をお寄せいただいた方には、評価の内容にかかわらず、皆さまに一律で{value}をお付けしています。"
        ]
        terms = ["評価の内容にかかわらず、ご感想をお寄せいただいた方全員に一律"]
    else:
        opening = "お誕生日のお祝いに、" if occasion is Occasion.BIRTHDAY else ""
        says = [f"{opening}{value}をお付けします。"]
        if until:
            says.append(f"{said_day(until)}までのお買い物でお使いいただけます。")
        terms = ["お一人様1回"]
    if campaign.conditions:
        says.append(f"{campaign.conditions}。")
        terms.append(campaign.conditions)
    return tuple(says), Offer("points", None, value, until, "、".join(terms))


def said_day(day: date) -> str:
    """2026年12月20日（日）."""
    return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"
