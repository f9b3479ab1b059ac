"""What is expected of a customer, as the command line prints it beside the chart."""

from agent.domain.prediction import (
    BehaviourGroup,
    Churn,
    Expectations,
    Gain,
    NextOrder,
    NextProduct,
    Nps,
    SaleAffinity,
    Taste,
    Uplift,
    YenInterval,
)

NAME_IN_JSON = {"churn": "churn.score", "ltv": "ltv_yen", "sale_affinity": "sale_sensitivity"}
"""Where the contract calls a field of `Expectations` something else."""

NOTHING_PREDICTED = "この表示では予測を計算していません。okaeri chart でご覧ください。"
NO_SURVEY = "アンケート（NPS）の回答がまだありません。"


def expected_as_json(
    expected: Expectations | None, nps: Nps | None
) -> tuple[dict[str, object], dict[str, str]]:
    """The fields, and a Japanese reason for each null among them, keyed by its path."""
    unknown = {NAME_IN_JSON.get(name, name): why for name, why in (expected.unknown if expected else ())}
    fields: dict[str, object] = {
        "churn": _churn(expected.churn if expected else None),
        "p_alive": _rounded(expected.p_alive) if expected else None,
        "expected_orders": _rounded(expected.expected_orders) if expected else None,
        "ltv_yen": _ltv(expected.ltv) if expected and expected.ltv else None,
        "next_order": _next_order(expected.next_order) if expected and expected.next_order else None,
        "next_products": [_product(product) for product in expected.next_products] if expected else [],
        "gain": _gain(expected.gain) if expected and expected.gain else None,
        "uplift": _uplift(expected.uplift) if expected and expected.uplift else None,
        "group": _group(expected.group) if expected and expected.group else None,
        "taste": _taste(expected.taste) if expected and expected.taste else None,
        "sale_sensitivity": _sale(expected.sale_affinity) if expected and expected.sale_affinity else None,
        "nps": _nps(nps) if nps else None,
    }
    notes = {"notes": list(expected.notes) if expected else []}
    for name, value in fields.items():
        path = "churn.score" if name == "churn" else name
        missing = value is None or (name == "churn" and (expected is None or expected.churn is None))
        if missing or (name == "next_products" and not value):
            unknown.setdefault(path, NO_SURVEY if name == "nps" else NOTHING_PREDICTED)
    return fields | notes, unknown


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def _churn(churn: Churn | None) -> dict[str, object]:
    if churn is None:
        return {"score": None, "reasons": []}
    return {
        "score": round(churn.score, 4),
        "horizon_days": churn.horizon_days,
        "reference": round(churn.reference, 4),
        "model": churn.model,
        "reasons": [signal.text for signal in churn.signals],
        "signals": [
            {
                "code": signal.code,
                "text": signal.text,
                "text_en": signal.text_en,
                "contribution": round(signal.contribution, 4),
                "records": list(signal.records),
            }
            for signal in churn.signals
        ],
    }


def _ltv(ltv: YenInterval) -> dict[str, object]:
    return {
        "point": ltv.point,
        "low": ltv.low,
        "high": ltv.high,
        "horizon_days": ltv.horizon_days,
        "coverage": ltv.coverage,
        "p_nothing": round(ltv.p_nothing, 4),
        "mostly_nothing": ltv.mostly_nothing,
    }


def _next_order(expected: NextOrder) -> dict[str, object]:
    return {
        "window": [expected.first.isoformat(), expected.last.isoformat()],
        "probability": round(expected.probability, 4),
        "likely": expected.likely.isoformat(),
    }


def _product(product: NextProduct) -> dict[str, object]:
    return {
        "sku": product.sku,
        "title": product.title,
        "probability": round(product.probability, 4),
        "within_days": product.within_days,
        "window": [day.isoformat() for day in product.window] if product.window else None,
        "why": product.why.value,
        "reason": product.reason,
    }


def _gain(gain: Gain) -> dict[str, object]:
    return {
        "yen": round(gain.yen),
        "p_without": round(gain.p_without, 4),
        "p_with": round(gain.p_with, 4),
        "basket_yen": gain.basket_yen,
        "source": gain.source,
    }


def _uplift(uplift: Uplift) -> dict[str, object]:
    return {
        "point": round(uplift.point, 4),
        "low": round(uplift.low, 4),
        "high": round(uplift.high, 4),
        "horizon_days": uplift.horizon_days,
        "campaign_people": uplift.campaign_people,
    }


def _group(group: BehaviourGroup) -> dict[str, object]:
    return {"id": group.group_id, "name": group.name, "share": round(group.share, 4)}


def _taste(taste: Taste) -> dict[str, object]:
    return {
        "price_band": taste.price_band,
        "price_range_yen": list(taste.price_range_yen) if taste.price_range_yen else None,
        "categories": list(taste.categories),
        "colours": list(taste.colours),
        "seasons": list(taste.seasons),
        "novelty": _rounded(taste.novelty),
        "novelty_level": taste.novelty_level,
        "texts": list(taste.texts),
    }


def _sale(sale: SaleAffinity) -> dict[str, object]:
    return {
        "discounted_share": round(sale.discounted_share, 4),
        "shop_share": round(sale.shop_share, 4),
        "discounted_orders": sale.discounted_orders,
        "orders": sale.orders,
        "level": sale.level,
        "text": sale.text,
    }


def _nps(nps: Nps) -> dict[str, object]:
    return {
        "score": nps.score,
        "kind": nps.kind,
        "answered_on": nps.answered_on.isoformat(),
        "comment": nps.comment,
        "source": nps.source,
    }
