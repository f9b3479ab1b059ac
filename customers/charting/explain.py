"""Why is a value what it is, or why can it not be known? Japanese sentences for staff."""

from agent.domain.chart import SEGMENT_JA
from agent.domain.history import OrderTally, PersonRecord
from customers.charting.judged import Judged
from customers.charting.rfm import Quintiles
from customers.charting.yardstick import Yardstick

NO_ORDER = "売上になったご注文がまだありません。"
ONE_ORDER = "ご注文が1回のため、間隔はまだ分かりません。"
NO_FAVOURITE = "同じ分類の商品を2回以上のご注文で買われた記録がまだありません。"
NOT_IN_LIST = (
    "長い一覧では省いています。okaeri customers --top 200 まで、または okaeri chart でご覧になれます。"
)


def unknowns(person: PersonRecord, tally: OrderTally | None) -> dict[str, str]:
    """A reason for each field of the chart that is None, keyed by the field's name."""
    missing = {
        "email": None if person.email else "メールアドレスの記録がありません。",
        "line_user_id": None if person.line_user_id else "LINEとの連携がありません。",
        "family_name": None if person.family_name else "姓の記録がありません。",
        "given_name": None if person.given_name else "名の記録がありません。",
        "consent_email": None
        if person.consent_email is not None
        else "メール配信への同意の記録がありません。同意が確認できるまで送れません。",
        "consent_line": None
        if person.consent_line is not None
        else "LINE配信への同意の記録がありません。同意が確認できるまで送れません。",
    }
    if tally is None:
        orders = ("first_order_at", "last_order_at", "recency_days", "average_gap_days", "rfm")
        missing |= dict.fromkeys(orders, NO_ORDER)
    elif tally.orders == 1:
        missing["average_gap_days"] = ONE_ORDER
    return {name: reason for name, reason in missing.items() if reason}


def reasons(tally: OrderTally | None, judged: Judged, shop: Yardstick) -> dict[str, str]:
    """How the judged values came about, keyed by the field's name: what was compared with what."""
    rfm = judged.rfm
    if tally is None or rfm is None:
        return {"segment": NO_ORDER}
    gap = f"店のふだんの購入間隔は{shop.usual_gap_days}日"
    if not shop.gap_measured:
        gap += f"（2日以上に分けて買われたお客さまが{shop.repeaters}人と少ないため、仮の値）"
    scores = f"R{rfm.r}・F{rfm.f}・M{rfm.m}"
    facing = (
        f"購入のあるお客さま{shop.buyers:,}人の中での5段階"
        if isinstance(shop.scale, Quintiles)
        else f"購入のあるお客さまが{shop.buyers}人のため、決まった基準での5段階"
    )
    return {
        "segment": f"{SEGMENT_JA[judged.segment]}: 前回のご注文から{judged.recency_days}日、ご注文{tally.orders}回、{scores}。{gap}。",
        "rfm": f"最後のご注文から{judged.recency_days}日、{tally.orders}回、合計{tally.net_yen:,}円。{facing}です。",
    }
