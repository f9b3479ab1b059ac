"""Why is now the moment to write to this customer? One sentence for the reviewer, with the figures behind it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from agent.domain.chart import SEGMENT_SAID, Chart
from agent.domain.occasion import Occasion
from agent.service.about_occasion import AboutOccasion
from agent.service.fitting import THANK_DAYS, feeling, shortened


def reason(chart: Chart, occasion: Occasion, about: AboutOccasion) -> str:
    """Why now, in one sentence about the customer."""
    return _REASONS[occasion](chart, about)


def _why_thanks(chart: Chart, about: AboutOccasion) -> str:
    which = "はじめての" if chart.orders == 1 else f"{chart.orders}回目の"
    days = chart.recency_days or 0
    since = f"ご注文から{days}日" if days else "ご注文をいただいたところ"
    arrived = "、お品がお手元に届くころ" if days > THANK_DAYS else ""
    return f"{which}{since}{arrived}。お礼をお伝えする時期です。"


def _why_follow_up(chart: Chart, about: AboutOccasion) -> str:
    parcel = about.parcel
    if parcel is None or parcel.arrived_on is None:
        return f"前回のご注文から{chart.recency_days or 0}日。使い心地をうかがう時期です。"
    today = parcel.ordered_on + timedelta(days=chart.recency_days or 0)
    asked = about.asked or parcel.products[0]
    days = (today - parcel.arrived_on).days
    return f"「{asked.title}」のお届けから{days}日ほど。{feeling(asked.kind)}をうかがう時期です。"


def _why_refill(chart: Chart, about: AboutOccasion) -> str:
    refill = about.refill
    if refill is None:
        return "使い切る品がなくなるころです。"
    pace = f"ふだん{refill.lasts_days}日" if refill.own_rhythm else f"商品の説明では約{refill.lasts_days}日分"
    stage = {
        "before": "まもなく残り少なくなる",
        "now": "そろそろなくなる",
        "past": "もうなくなっている",
    }[refill.stage]
    return f"「{refill.title}」の前回から{refill.days_since}日（{pace}）。{stage}ころです。"


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
    trouble = about.trouble
    if trouble is None:
        return "ご迷惑をおかけした記録があります。まずお詫びをお伝えします。"
    if trouble.mild or trouble.kind == "low_score":
        return f"ご期待に沿えなかったお声があります：{shortened(trouble.text)}。お声へのお礼と、ひとことのお詫びをお伝えします。"
    return f"ご迷惑をおかけした記録があります：{shortened(trouble.text)}。まずお詫びをお伝えします。"


_REASONS: Mapping[Occasion, Callable[[Chart, AboutOccasion], str]] = {
    Occasion.THANK_YOU: _why_thanks,
    Occasion.FOLLOW_UP: _why_follow_up,
    Occasion.WIN_BACK: lambda chart, _: (
        f"前回のご注文から{chart.recency_days or 0}日、{SEGMENT_SAID[chart.segment]}のお客さま。ご無沙汰のご挨拶です。"
    ),
    Occasion.VIP: lambda chart, _: f"会員ランクVIP、これまで{chart.orders}回のご注文。日頃のお礼です。",
    Occasion.REPLENISHMENT: _why_refill,
    Occasion.BIRTHDAY: _why_birthday,
    Occasion.REVIEW_REQUEST: _why_review,
    Occasion.SERVICE_RECOVERY: _why_apology,
}
