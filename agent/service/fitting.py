"""Does an occasion fit this customer today, or is sending nothing better? Each answer with its reason in Japanese.

The windows are editorial choices, argued in docs/adr/0006, 0023 and 0024.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from agent.chains.product_kind import EATEN, WORN, Kind
from agent.domain.chart import SEGMENT_SAID, Chart, Segment
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.service.about_occasion import AboutOccasion
from agent.service.birthday import EARLY_DAYS as BIRTHDAY_EARLY_DAYS
from agent.service.birthday import is_near
from agent.service.refill import EARLY_DAYS, is_over
from agent.service.review_ask import LATEST_DAYS

THANK_DAYS = 3
"""Thanks come so soon after the order, or after the parcel; later they read as an afterthought."""
LATE_PARCEL_DAYS = 14
"""So long after the order a parcel's arrival is still a moment for thanks; later, 「このたびは」 would not be true."""
ASKABLE_AT_ALL_DAYS = 90
"""So long after the parcel 「その後いかがですか」 can still be read as meant; later it is not even written."""
FITTING_RECENCY = {
    Occasion.FOLLOW_UP: (5, 60),
    Occasion.WIN_BACK: (60, None),
}
"""Days since the last order within which an occasion makes sense; None: no end. Follow-ups: where no parcel is known."""
LONG_STANDING = 3
"""Orders from which 「長く」 is true of somebody who is no VIP."""
CURRENT = (Segment.NEW, Segment.NURTURE, Segment.LOYAL)
"""Customers who have not been away."""
SHOWN = 110
"""Characters of a record that a reason quotes."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why it is better not to send. still_true: the letter would be true all the same, so that a person may read it."""

    why: str
    still_true: bool


def missing(occasion: Occasion, about: AboutOccasion) -> str | None:
    """Why a message cannot even be written: what it is about is not known. None when it is, or the chart is enough."""
    if occasion is Occasion.REPLENISHMENT and about.refill is None:
        return (
            "使い切る品のお買い物から、なくなるころを見積もれません。補充のご案内は、同じ品を2回以上お求めになるか、"
            "商品の説明に「約◯日分」とある場合に作れます。"
        )
    if occasion is Occasion.BIRTHDAY and about.birthday is None:
        return (
            "お誕生日をうかがっていないため、お祝いはお送りしません。"
            "お客さまから教えていただいたら、カルテに「お誕生日は5月3日」のように記録してください。"
        )
    if occasion is Occasion.REVIEW_REQUEST and about.reviewable is None:
        since = f"{said(about.review_from)}ごろからお願いできます。" if about.review_from else ""
        return f"お届けから1週間たったご注文がないため、ご感想をお願いできる品がありません。{since}"
    if occasion is Occasion.SERVICE_RECOVERY and about.trouble is None:
        if about.settled:
            return f"お詫びする出来事は対応済みと記録されています：{shortened(about.settled.text)}。あらためてのお詫びは控えます。"
        return (
            "お詫びする出来事の記録がありません。お届けの遅れ・返金・低い評価が取り込まれていないか、"
            "出来事をカルテに記録しているかをご確認ください。"
        )
    return None


def unfitting(chart: Chart, occasion: Occasion, about: AboutOccasion, *, today: date) -> Unfit | None:
    """Why it is better not to send this occasion's message now; None when it fits."""
    judge = _JUDGES.get(occasion)
    unfit = judge(chart, about, today) if judge else None
    if about.open_trouble and occasion is not Occasion.SERVICE_RECOVERY:
        what = shortened(about.open_trouble.text)
        mere_score = (
            about.open_trouble.kind == "low_score"
        )  # after anything worse, cheerful words are not even written
        return Unfit(
            f"先にお詫びやご対応が要りそうな出来事があります：{what}。"
            f"「{OCCASION_JA[occasion]}」は、それが落ち着いてからにします。",
            still_true=mere_score and (unfit is None or unfit.still_true),
        )
    return unfit


def said(day: date) -> str:
    """11月22日."""
    return f"{day.month}月{day.day}日"


def shortened(text: str) -> str:
    """A record in few words, marked where it goes on."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _thanks(chart: Chart, about: AboutOccasion, today: date) -> Unfit | None:
    days, parcel = chart.recency_days, about.parcel
    if days is None or days <= THANK_DAYS:
        return None
    if parcel and days <= LATE_PARCEL_DAYS:
        if parcel.arrived_on is None:
            return Unfit(
                f"ご注文から{days}日たちましたが、発送の記録がまだありません。お礼は、お品が届いたころにお伝えします。",
                still_true=True,
            )
        if parcel.shipped_on and today <= parcel.arrived_on + timedelta(days=THANK_DAYS):
            return None
    return Unfit(
        f"ご注文から{days}日たち、お礼には遅すぎます（ご注文かお届けから{THANK_DAYS}日以内に）。"
        "次のご注文のときにお伝えします。",
        still_true=days <= LATE_PARCEL_DAYS,
    )


def _follow_up(chart: Chart, about: AboutOccasion, today: date) -> Unfit | None:
    parcel = about.parcel
    if parcel is None:
        return _recency(chart, Occasion.FOLLOW_UP)
    if parcel.arrived_on is None:
        return Unfit(
            "お品の発送の記録がまだありません。ご様子は、お届けして少したったころにうかがいます。",
            still_true=False,
        )
    if parcel.to_ask(today):
        return None
    if opens := parcel.opens(today):
        return Unfit(
            f"お品が届いてまだ日が浅く、ご様子をうかがうには早すぎます。{said(opens)}ごろからがよいころです。",
            still_true=False,
        )
    last = max(parcel.products, key=lambda product: product.closes)
    days = (today - parcel.arrived_on).days
    gone = "もう召し上がったあとかもしれず、" if last.kind in EATEN else ""
    return Unfit(
        f"「{last.title}」のお届けから{days}日ほどたち、{gone}{feeling(last.kind)}をうかがうには遅すぎます。"
        "次のご注文のあとにうかがいます。",
        still_true=days <= ASKABLE_AT_ALL_DAYS,
    )


def feeling(kind: Kind) -> str:
    """What one asks about a thing."""
    if kind in EATEN:
        return "お味"
    if kind in WORN:
        return "着け心地" if kind == "accessory" else "履き心地" if kind == "footwear" else "着心地"
    return "使い勝手" if kind in ("tool", "tableware") else "使い心地"


def _win_back(chart: Chart, about: AboutOccasion, today: date) -> Unfit | None:
    return _recency(chart, Occasion.WIN_BACK)


def _recency(chart: Chart, occasion: Occasion) -> Unfit | None:
    days = chart.recency_days
    if days is None:
        return None
    early, late = FITTING_RECENCY[occasion]
    if late is not None and days > late:
        return Unfit(
            f"前回のご注文から{days}日たっており、「{OCCASION_JA[occasion]}」には遅すぎます。",
            still_true=days <= ASKABLE_AT_ALL_DAYS,
        )
    if days < early:
        ago = "本日ご注文をいただいたところで" if days == 0 else f"前回のご注文から{days}日しかたっておらず"
        return Unfit(f"{ago}、「{OCCASION_JA[occasion]}」には早すぎます。", still_true=False)
    if occasion is Occasion.WIN_BACK and chart.segment in CURRENT:
        return Unfit(
            f"前回のご注文から{days}日で、まだお取り引きの続いている{SEGMENT_SAID[chart.segment]}のお客さまです。"
            "お久しぶりのご挨拶は、ふだんの間隔を大きく過ぎてからにします。",
            still_true=True,
        )
    return None


def _vip(chart: Chart, about: AboutOccasion, today: date) -> Unfit | None:
    if chart.rank.name != "vip":
        return Unfit(
            "会員ランクがVIPではないため、「特別なお客さまへ」の対象ではありません。VIPになられたときにお送りします。",
            still_true=chart.orders >= LONG_STANDING,
        )
    return None


def _refill(chart: Chart, about: AboutOccasion, today: date) -> Unfit | None:
    refill = about.refill
    if refill is None:
        return None
    pace = "ふだんの間隔" if refill.own_rhythm else "商品の説明にあるめやす"
    if refill.due_in > EARLY_DAYS:
        opens = said(today + timedelta(days=refill.due_in - EARLY_DAYS))
        if refill.days_since <= refill.lasts_days // 2:
            ago = "本日" if refill.days_since <= 0 else f"{refill.days_since}日前に"
            return Unfit(
                f"「{refill.title}」は{ago}お求めになったばかりです（{pace}は{refill.lasts_days}日）。"
                f"{opens}ごろからがよいころです。",
                still_true=False,
            )
        return Unfit(
            f"「{refill.title}」はまだ残っているころです（{pace}は{refill.lasts_days}日、"
            f"前回から{refill.days_since}日）。{opens}ごろからがよいころです。",
            still_true=False,
        )
    if is_over(refill):
        return Unfit(
            f"「{refill.title}」の前回から{refill.days_since}日たち、{pace}（{refill.lasts_days}日）を大きく過ぎました。"
            "なくなるころのお知らせには遅すぎます。",
            still_true=False,
        )
    if refill.available is False:
        return Unfit(f"「{refill.title}」はいま品切れです。入荷してからご案内してください。", still_true=True)
    return None


def _birthday(chart: Chart, about: AboutOccasion, today: date) -> Unfit | None:
    birthday = about.birthday
    if birthday is None or is_near(birthday, today=today):
        return None
    if birthday.days_until is None:
        return Unfit(
            f"お誕生月は{birthday.month}月とうかがっています。いまは{today.month}月のため、{birthday.month}月になってからお送りします。",
            still_true=False,
        )
    if birthday.days_until > 0:
        opens = said(today + timedelta(days=birthday.days_until - BIRTHDAY_EARLY_DAYS))
        return Unfit(
            f"お誕生日まであと{birthday.days_until}日あります。{opens}ごろからお送りできます。",
            still_true=False,
        )
    return Unfit(
        f"お誕生日から{-birthday.days_until}日過ぎています。来年あらためてお祝いします。", still_true=False
    )


def _review(chart: Chart, about: AboutOccasion, today: date) -> Unfit | None:
    asked = about.reviewable
    if asked is None or not (asked.reviewed or asked.days > LATEST_DAYS):
        return None
    if about.parcel and about.parcel.arrived_on is None:
        return Unfit(
            "直近のご注文は、発送の記録がまだありません。ご感想は、お届けして少したったころにお願いします。",
            still_true=False,
        )
    if about.review_from:
        return Unfit(
            "直近のご注文は届いて間もないところです。"
            f"ご感想のお願いは、{said(about.review_from)}ごろからがよいころです。",
            still_true=False,
        )
    if asked.reviewed:
        return Unfit(
            "直近のご注文には、すでにご感想をお寄せいただいています。次のご注文のあとにお願いします。",
            still_true=False,
        )
    return Unfit(
        f"最後のお届けから{asked.days}日ほどたっており、ご感想のお願いには遅すぎます。次のご注文のあとにお願いします。",
        still_true=True,
    )


_JUDGES: Mapping[Occasion, Callable[[Chart, AboutOccasion, date], Unfit | None]] = {
    Occasion.THANK_YOU: _thanks,
    Occasion.FOLLOW_UP: _follow_up,
    Occasion.WIN_BACK: _win_back,
    Occasion.VIP: _vip,
    Occasion.REPLENISHMENT: _refill,
    Occasion.BIRTHDAY: _birthday,
    Occasion.REVIEW_REQUEST: _review,
}
