"""Does an occasion fit this customer today, or is sending nothing better? Each answer with its reason in Japanese.

The windows are editorial choices, argued in docs/adr/0006 and 0023.
"""

from collections.abc import Callable, Mapping
from datetime import date

from agent.domain.chart import SEGMENT_JA, Chart, Segment
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.service.about_occasion import AboutOccasion
from agent.service.birthday import is_near
from agent.service.refill import EARLY_DAYS, is_over
from agent.service.review_ask import LATEST_DAYS

FITTING_RECENCY = {
    Occasion.THANK_YOU: (0, 14),
    Occasion.FOLLOW_UP: (5, 60),
    Occasion.WIN_BACK: (60, None),
}
"""Days since the last order within which an occasion makes sense; None: no end."""


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
        return "お届けから1週間たったご注文がないため、ご感想をお願いできる品がありません。"
    if occasion is Occasion.SERVICE_RECOVERY and about.trouble is None:
        if about.settled:
            return f"お詫びする出来事は対応済みと記録されています（{about.settled.text[:60]}）。あらためてのお詫びは控えます。"
        return (
            "お詫びする出来事の記録がありません。お届けの遅れ・返金・低い評価が取り込まれていないか、"
            "出来事をカルテに記録しているかをご確認ください。"
        )
    return None


def unfitting(chart: Chart, occasion: Occasion, about: AboutOccasion, *, today: date) -> str | None:
    """Why it is better not to send this occasion's message now; None when it fits."""
    if about.open_trouble:
        what = about.open_trouble.text[:60]
        return (
            f"先にお詫びやご対応が要りそうな出来事があります（{what}）。{OCCASION_JA[occasion]}は控えます。"
        )
    judge = _JUDGES.get(occasion)
    return judge(chart, about, today) if judge else _recency(chart, occasion)


def reason(chart: Chart, occasion: Occasion, about: AboutOccasion) -> str:
    """Why now, in one sentence about the customer."""
    return _REASONS[occasion](chart, about)


def _recency(chart: Chart, occasion: Occasion) -> str | None:
    days = chart.recency_days
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


def _vip(chart: Chart, about: AboutOccasion, today: date) -> str | None:
    if chart.rank.name != "vip":
        return "会員ランクがVIPではありません。特別なご案内の対象か、ご確認ください。"
    return None


def _refill(chart: Chart, about: AboutOccasion, today: date) -> str | None:
    refill = about.refill
    if refill is None:
        return None
    if refill.available is False:
        return f"「{refill.title}」はいま品切れです。入荷してからご案内してください。"
    pace = "ふだんの間隔" if refill.own_rhythm else "商品の説明にあるめやす"
    if refill.due_in > EARLY_DAYS:
        if refill.days_since <= refill.lasts_days // 2:
            return (
                f"「{refill.title}」は{_ago(refill.days_since)}買い足されたばかりです"
                f"（{pace}は{refill.lasts_days}日）。"
            )
        return (
            f"「{refill.title}」はまだ残っているころです（{pace}は{refill.lasts_days}日、"
            f"前回から{refill.days_since}日）。あと{refill.due_in - EARLY_DAYS}日ほど待ちます。"
        )
    if is_over(refill):
        return (
            f"「{refill.title}」の前回から{refill.days_since}日たち、{pace}（{refill.lasts_days}日）を大きく過ぎました。"
            "補充より、ご無沙汰のご挨拶が合います。"
        )
    return None


def _ago(days: int) -> str:
    return "今日" if days <= 0 else f"{days}日前に"


def _birthday(chart: Chart, about: AboutOccasion, today: date) -> str | None:
    birthday = about.birthday
    if birthday is None or is_near(birthday, today=today):
        return None
    if birthday.days_until is None:
        return (
            f"お誕生月は{birthday.month}月とうかがっています。いまは{today.month}月のため、お送りしません。"
        )
    if birthday.days_until > 0:
        return f"お誕生日まであと{birthday.days_until}日あります。近くなってからお送りします。"
    return f"お誕生日から{-birthday.days_until}日過ぎています。来年あらためてお祝いします。"


def _review(chart: Chart, about: AboutOccasion, today: date) -> str | None:
    asked = about.reviewable
    if asked is None:
        return None
    if asked.reviewed:
        return "このご注文には、すでにご感想をお寄せいただいています。"
    if asked.days > LATEST_DAYS:
        return f"最後のお届けから{asked.days}日ほどたっており、ご感想のお願いには遅すぎます。"
    return None


_JUDGES: Mapping[Occasion, Callable[[Chart, AboutOccasion, date], str | None]] = {
    Occasion.VIP: _vip,
    Occasion.REPLENISHMENT: _refill,
    Occasion.BIRTHDAY: _birthday,
    Occasion.REVIEW_REQUEST: _review,
}


def _why_thanks(chart: Chart, about: AboutOccasion) -> str:
    which = "はじめての" if chart.orders == 1 else f"{chart.orders}回目の"
    return f"{which}ご注文から{chart.recency_days or 0}日。お礼をお伝えする時期です。"


def _why_refill(chart: Chart, about: AboutOccasion) -> str:
    refill = about.refill
    if refill is None:
        return "使い切る品がなくなるころです。"
    pace = f"ふだん{refill.lasts_days}日" if refill.own_rhythm else f"商品の説明では約{refill.lasts_days}日分"
    return f"「{refill.title}」の前回から{refill.days_since}日（{pace}）。そろそろなくなるころです。"


def _why_birthday(chart: Chart, about: AboutOccasion) -> str:
    birthday = about.birthday
    if birthday is None or birthday.days_until is None:
        return "お誕生月とうかがっています。"
    if birthday.days_until == 0:
        return "今日がお誕生日とうかがっています。"
    ahead = birthday.days_until > 0
    return f"お誕生日{'まであと' if ahead else 'から'}{abs(birthday.days_until)}日です。"


def _why_review(chart: Chart, about: AboutOccasion) -> str:
    asked = about.reviewable
    days = asked.days if asked else chart.recency_days or 0
    gives = (
        f"レビューには評価にかかわらず{about.review.points}ポイントの決まりがあります。"
        if about.review
        else "お礼のポイントの決まりは見当たらないため、何もお約束しません。"
    )
    return f"{'発送' if asked and asked.shipped_on else 'お届け'}から{days}日。ご感想をうかがえるころです。{gives}"


def _why_apology(chart: Chart, about: AboutOccasion) -> str:
    what = about.trouble.text[:80] if about.trouble else ""
    return f"ご迷惑をおかけした記録があります（{what}）。まずお詫びをお伝えします。"


_REASONS: Mapping[Occasion, Callable[[Chart, AboutOccasion], str]] = {
    Occasion.THANK_YOU: _why_thanks,
    Occasion.FOLLOW_UP: lambda chart, _: (
        f"前回のご注文から{chart.recency_days or 0}日。使い心地をうかがう時期です。"
    ),
    Occasion.WIN_BACK: lambda chart, _: (
        f"前回のご注文から{chart.recency_days or 0}日（{SEGMENT_JA[chart.segment]}）。ご無沙汰のご挨拶です。"
    ),
    Occasion.VIP: lambda chart, _: f"会員ランクVIP、これまで{chart.orders}回のご注文。日頃のお礼です。",
    Occasion.REPLENISHMENT: _why_refill,
    Occasion.BIRTHDAY: _why_birthday,
    Occasion.REVIEW_REQUEST: _why_review,
    Occasion.SERVICE_RECOVERY: _why_apology,
}
