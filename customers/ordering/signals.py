"""Why this score? Each reason in a sentence, with exactly what it adds.

A customer differs from the shop's reference customer in a handful of groups of inputs (`GROUPS`). What each group adds to the
log-odds is its Shapley value over all mixtures of the two (Shapley 1953; 2 ** 8 of them, all derived numbers worked out anew for each),
so the reasons add up to the whole difference, for any candidate, with nothing approximated.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from math import exp, factorial, log
from typing import Final

import numpy as np
import polars as pl
from scipy.special import expit

from agent.domain.prediction import Churn, Signal
from customers.ordering.inputs import GROUPS, Inputs, read_inputs
from customers.ordering.model import OrderingModel

LEAST: Final = 0.05
"""A group that adds less than this to the log-odds (about one point of probability) goes unmentioned, into `others`."""

Records = Mapping[str, Sequence[str]]
"""Group to the records its sentence rests on, as `orders:ID` or `events:ID`; missing groups have none."""


def churn_of(model: OrderingModel, accumulated: pl.DataFrame, cut: date, records: Records) -> Churn | None:
    """The churn score of the one customer in `accumulated`, with its reasons; None for somebody without an order before the cut."""
    known = accumulated.filter((pl.col("days") > 0) & (pl.col("last_on") < cut))
    if len(known) != 1:
        return None
    return explained(model, read_inputs(known, cut), records)


def explained(model: OrderingModel, inputs: Inputs, records: Records) -> Churn:
    """The same of one customer whose inputs were read already."""
    parts = contributions(model, inputs)
    reference = {name: np.array([value]) for name, value in model.reference}
    return Churn(
        score=float(1 - expit(model.log_odds(inputs))[0]),
        horizon_days=model.horizon_days,
        reference=float(1 - expit(model.log_odds(reference))[0]),
        model=model.chosen,
        signals=_told(model, inputs, parts, records),
    )


def contributions(model: OrderingModel, inputs: Inputs) -> dict[str, float]:
    """Group to what it adds to the log-odds of STAYING AWAY, against the reference; they sum to the whole difference.

    inputs: of one customer.
    """
    reference = dict(model.reference)
    groups = [g for g, names in GROUPS.items() if any(float(inputs[n][0]) != reference[n] for n in names)]
    if not groups:
        return {}
    mixtures = np.array(list(product((False, True), repeat=len(groups))), dtype=bool)
    mixed = {}
    for group, names in GROUPS.items():
        theirs = mixtures[:, groups.index(group)] if group in groups else np.zeros(len(mixtures), dtype=bool)
        for name in names:
            mixed[name] = np.where(theirs, float(inputs[name][0]), reference[name])
    away = -model.log_odds(mixed)
    count, found = len(groups), {}
    sizes = mixtures.sum(axis=1)
    for place, group in enumerate(groups):
        without = ~mixtures[:, place]
        joined = np.flatnonzero(without) + (1 << (count - 1 - place))
        weight = np.array([factorial(k) * factorial(count - 1 - k) / factorial(count) for k in range(count)])
        found[group] = float(weight[sizes[without]] @ (away[joined] - away[without]))
    return found


def _told(
    model: OrderingModel, inputs: Inputs, parts: dict[str, float], records: Records
) -> tuple[Signal, ...]:
    signals, others = [], 0.0
    for group, adds in parts.items():
        texts = _say(group, model, inputs, adds)
        if abs(adds) < LEAST or texts is None:
            others += adds
        else:
            signals.append(Signal(group, texts[0], texts[1], adds, tuple(records.get(group, ()))))
    signals.sort(key=lambda each: -abs(each.contribution))
    if others:
        signals.append(Signal("others", "そのほかの細かな違い", "Other small differences", others, ()))
    return tuple(signals)


def _say(group: str, model: OrderingModel, inputs: Inputs, adds: float) -> tuple[str, str] | None:
    """The sentence for a group; None where the customer's inputs give nothing to say."""
    one = {name: float(values[0]) for name, values in inputs.items()}
    reference = dict(model.reference)
    orders = max(round(one["days"]), round(one["days"] * one["orders_a_day"]))
    gap = (
        round(one["span"] / (orders - 1)) if orders > 1 else 0
    )  # as the chart's average gap: what staff can check
    shop_gap = max(1, round(exp(model.candidates.rhythm.log_gap)))
    since = round(one["since"]) - 1  # as the chart counts: to the last day seen, the day before the cut
    if group == "recency":
        if one["days"] <= 1:
            if since < shop_gap:
                return (
                    f"初回購入から{since}日。次の注文はまだ先の時期",
                    f"{since} days since the first order; the next is not due yet",
                )
            return (
                f"初回購入から{since}日。リピートの方はふだん{shop_gap}日間隔",
                f"{since} days since the first order; repeat customers usually take {shop_gap}",
            )
        ja, en = f"前回から{since}日。ふだんは{max(1, gap)}日間隔", f"{since} days since the last order"
        if since < gap and adds > 0:
            return f"{ja}。次の時期まで、まだ間があります", f"{en}; not due yet, usually every {max(1, gap)}"
        return ja, f"{en}; usually every {max(1, gap)}"
    if group == "habit":
        days = round(one["days"])
        if days <= 1:
            return "これまでのご注文は1回", "Has ordered once so far"
        return (
            f"これまでに{orders}回のご注文、およそ{max(1, gap)}日おき",
            f"Has ordered {orders} times, about every {max(1, gap)} days",
        )
    if group == "momentum":
        return _momentum(one)
    if group == "spend":
        more = one["order_yen"] >= reference["order_yen"]
        return (
            f"1回のお買い上げは平均{round(one['order_yen']):,}円（お店の標準より{'高め' if more else '低め'}）",
            f"Spends {round(one['order_yen']):,} yen an order on average, {'above' if more else 'below'} the shop's middle",
        )
    if group == "terms":
        if one["returned"] > reference["returned"]:
            return "返品が多め", "Returns more often than usual"
        more = one["discounted"] >= reference["discounted"]
        return (
            f"割引でのご購入が{'多め' if more else '少なめ'}",
            f"Buys at a discount {'more' if more else 'less'} often than usual",
        )
    if group == "visits":
        return _visits(one, adds)
    if group == "mail":
        return _mail(one, adds)
    return _contact(one, adds)


def _momentum(one: dict[str, float]) -> tuple[str, str] | None:
    """Their pace around the last order, the past month counting most, against all their time with the shop."""
    if one["days"] <= 1:
        return None
    watched = max(one["span"], 1.0) + 1
    window = 30 / log(2) * (1 - 0.5 ** (watched / 30))
    recent, always = 30 * one["hot_30"] / max(window, 30.0), 30 * one["days"] / max(watched, 30.0)
    if _told_pace(recent) == _told_pace(always):
        return (
            f"ご注文のペースは{_told_pace(recent)}ほどで、ふだんどおり",
            f"Bought at the usual pace around the last order ({recent:.1f} days a month)",
        )
    return (
        f"最後のご注文の頃は{_told_pace(recent)}ほど（通しでは{_told_pace(always)}ほど）",
        f"About {recent:.1f} days a month around the last order; {always:.1f} over all",
    )


def _told_pace(days_a_month: float) -> str:
    """As people say it: so often a month, or once in so many months."""
    if days_a_month >= 0.75:
        return f"月に{days_a_month:.0f}回"
    return f"{min(12, round(1 / max(days_a_month, 1 / 12)))}か月に1回"


def _visits(one: dict[str, float], adds: float) -> tuple[str, str] | None:
    """Falling visits are told as a reason to worry, and rising ones as a good sign, only where they count so."""
    if one["visit_90"] <= 0:
        return "訪問の記録なし", "No visits on record"
    now = one["visit_14"] * 0.5 ** (one["since_visit"] / 14) * 30 * np.log(2) / 14
    usual = one["visit_90"] * 0.5 ** (one["since_visit"] / 90) * 30 * np.log(2) / 90
    if round(now) == round(usual) == 0:
        return "このところ訪問の記録がほとんどありません", "Hardly any visits lately"
    if round(now) == round(usual) or (now < usual) != (adds > 0):
        return f"訪問は月に{max(1, round(usual))}回ほど", f"Visits about {max(1, round(usual))} times a month"
    if round(now) == 0:
        return f"月に{round(usual)}回ほどあった訪問が、このところありません", (
            f"About {round(usual)} visits a month before, none lately"
        )
    return (
        f"訪問が月{round(usual)}回から{round(now)}回に",
        f"Visits went from {round(usual)} to {round(now)} a month",
    )


def _mail(one: dict[str, float], adds: float) -> tuple[str, str] | None:
    if one["mailed"] <= 0:
        return "メールをまだお送りしていない方", "No mail sent yet"
    if one["unopened"] >= 2 and adds > 0:
        count = round(one["unopened"])
        return f"直近{count}通が未開封", f"The last {count} mails were not opened"
    if one["unopened"] < 1 and adds < 0:
        return "最近のメールを開封", "Opened the latest mail"
    return f"メールは{round(one['mailed'])}通お送りし、直近{round(one['unopened'])}通が未開封", (
        f"{round(one['mailed'])} mails sent, the last {round(one['unopened'])} not opened"
    )


def _contact(one: dict[str, float], adds: float) -> tuple[str, str] | None:
    """A deed is told as the reason only where it speaks the way its sentence sounds."""
    if one["cart"] > 0.05 and adds < 0:
        return "前回の注文後にカートへ商品を追加", "Put something in the cart since the last order"
    if one["nps"] <= -1.5 and adds > 0:
        return "おすすめ度のご回答が低め", "Gave a low recommendation score"
    for name, ja, en in (
        ("reviews", "レビューを投稿", "Wrote reviews"),
        ("referrals", "お友だちをご紹介", "Referred friends"),
        ("store_visits", "店舗にご来店", "Visited the store"),
        ("chats", "チャットでお問い合わせ", "Asked in the chat"),
    ):
        if one[name] > 0:
            return (ja, en) if adds < 0 else None
    if adds > 0:
        return "レビューやご紹介などの記録なし", "No reviews, referrals or the like on record"
    return None
