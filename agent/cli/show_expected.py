"""What is expected of a customer, read aloud on a terminal."""

from typing import Any

from agent.cli.output import say, table, yen

BAR = 20
"""Signs of a full bar."""

NEXT_TO_NOTHING = 100
"""Yen: where even the upper end of a year's purchases lies below this, an amount says more than is known."""

FIELD_JA = {
    "email": "メールアドレス",
    "line_user_id": "LINE",
    "family_name": "姓",
    "given_name": "名",
    "consent_email": "メール配信の同意",
    "consent_line": "LINE配信の同意",
    "first_order_at": "最初のご注文",
    "last_order_at": "最後のご注文",
    "recency_days": "最後のご注文からの日数",
    "average_gap_days": "ふだんの間隔",
    "rfm": "R / F / M",
    "favourite_categories": "よく選ぶ分類",
    "churn.score": "離れる見込み",
    "churn.reasons": "離れる見込みの理由",
    "p_alive": "お付き合いが続いている見込み",
    "expected_orders": "ご注文の見込み回数",
    "ltv_yen": "これからのお買い物",
    "next_order": "次のご注文",
    "next_products": "次のお品",
    "gain": "お便りで見込めるもうけ",
    "uplift": "お便りの効き目（実測）",
    "group": "お買い物の仲間",
    "taste": "お好み",
    "taste.price_band": "ふだんの価格帯",
    "taste.price_range_yen": "ふだんの価格の幅",
    "taste.categories": "よく選ぶ分類（お好み）",
    "taste.colours": "よく選ぶ色",
    "taste.seasons": "よくお買い物する月",
    "taste.novelty": "新しい品への関心",
    "taste.novelty_level": "新しい品への関心の高さ",
    "sale_sensitivity": "値引きとの付き合い方",
    "nps": "おすすめ度",
}
"""Every field that can be unknown."""


def show_expected(shown: dict[str, Any]) -> None:
    """The predictions of a chart document, those that are unknown left to its list of reasons."""
    churn = shown["churn"]
    if churn["score"] is not None:
        say("")
        say(
            f"{churn['horizon_days']}日以内にご注文がない見込み {share(churn['score'])}"
            f"（お店のふだんのお客さまは {share(churn['reference'])}）"
        )
        table(
            "その理由",
            ("理由", "離れる側へ", "来る側へ"),
            [(s["text"], _bar(s["contribution"]), _bar(-s["contribution"])) for s in churn["signals"]],
        )
    rows = [*_orders(shown), *_taste(shown)]
    if rows:
        table("これから", ("項目", "見込み"), rows)
    for note in shown["notes"]:
        say(note)
    if shown["next_products"]:
        table(
            "次のお品",
            ("商品", "見込み", "理由"),
            [
                (p["title"], f"{p['within_days']}日以内に {share(p['probability'])}", p["reason"])
                for p in shown["next_products"]
            ],
        )


def share(value: float | None) -> str:
    """A probability as people say it."""
    if value is None:
        return "—"
    return "1%未満" if 0 < value < 0.01 else "99%以上" if 0.99 < value < 1 else f"{100 * value:.0f}%"


def field_ja(field: str) -> str:
    """What staff call a field of the chart document; `--json` keeps its code."""
    return FIELD_JA.get(field, "そのほか")


def _ltv(ltv: dict[str, Any]) -> str:
    """Yen with their range; in words where next to nothing is left to expect."""
    if ltv["mostly_nothing"]:
        return f"ほとんどの場合0円（お買い物がない見込み {share(ltv['p_nothing'])}）"
    if ltv["high"] < NEXT_TO_NOTHING:
        return "ほとんど見込めません"
    return f"{yen(ltv['point'])}（{share(ltv['coverage'])}の見込みで {yen(ltv['low'])}〜{yen(ltv['high'])}）"


def _bar(weight: float) -> str:
    return "■" * min(BAR, round(4 * weight)) if weight > 0 else ""


def _orders(shown: dict[str, Any]) -> list[tuple[str, str]]:
    rows = []
    if upcoming := shown["next_order"]:
        first, last = upcoming["window"]
        rows.append(("次のご注文", f"{first} から {last} のあいだ（{share(upcoming['probability'])}）"))
    if ltv := shown["ltv_yen"]:
        rows.append((f"この先{ltv['horizon_days']}日のお買い物", _ltv(ltv)))
    if gain := shown["gain"]:
        rows.append(
            (
                "お便り1通で見込めるもうけ",
                f"{yen(gain['yen'])}（ご注文の見込み {share(gain['p_without'])} → {share(gain['p_with'])}）",
            )
        )
    return rows


def _taste(shown: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [("お好み", text) for text in (shown["taste"] or {}).get("texts", [])]
    if sale := shown["sale_sensitivity"]:
        rows.append(("値引きとの付き合い方", sale["text"]))
    if group := shown["group"]:
        rows.append(("お買い物の仲間", f"{group['name']}（お客さまの{share(group['share'])}）"))
    if nps := shown["nps"]:
        rows.append(("おすすめ度", f"{nps['score']}点（{nps['answered_on']}）"))
    return rows
