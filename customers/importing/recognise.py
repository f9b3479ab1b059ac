"""Which shop system wrote this file, and what is in it? Told by header names, never by positions."""

import re
from dataclasses import dataclass

from customers.importing.encoding import Refused
from customers.importing.layout import Layout, header_key
from customers.importing.layouts import ALL, EVENT_WORDS, GENERIC_CUSTOMERS, GENERIC_EVENTS, GENERIC_ORDERS

_DATA_LIKE = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|\d{4}[-/年]\d{1,2}[-/月]\d{1,2}|[¥￥]?[\d,]+円?|#?\d{3,}")
PLATFORM_JA = {"shopify": "Shopify", "eccube": "EC-CUBE", "generic": "一般のリスト"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """The kind of a file and where each of our columns stands in it."""

    layout: Layout
    positions: dict[str, int]
    headers: list[str]

    def label(self, ours: str) -> str:
        """The header as this file spells it, for messages to staff."""
        position = self.positions.get(ours)
        return self.headers[position].strip() if position is not None else self.layout.label(ours)


def recognise(headers: list[str], platform: str) -> Recognised:
    """The kind of file these headers belong to. platform: `auto` or the only one to consider. Raises Refused."""
    candidates = [layout for layout in ALL if platform in ("auto", layout.platform)]
    nearest: tuple[float, Layout, list[str]] | None = None
    told = {header_key(header) for header in headers}
    for layout in candidates:
        positions = layout.found(headers)
        telling = sum(header_key(name) in told for name in layout.telling)
        if layout.platform == "generic":
            if nearest is None and _is_list(layout, positions, told):
                return Recognised(layout, positions, headers)
            continue
        if not any(mark in positions for mark in layout.marks) or not (telling or platform != "auto"):
            continue
        missing = [layout.label(ours) for ours in layout.required if ours not in positions]
        if not missing and telling:
            return Recognised(layout, positions, headers)
        closeness = telling + len(positions) / (len(layout.columns) or 1) - len(missing)
        if missing and (nearest is None or closeness > nearest[0]):
            nearest = (closeness, layout, missing)
        elif not missing:
            return Recognised(layout, positions, headers)
    raise _unknown(headers, nearest, platform, told)


def _is_list(layout: Layout, positions: dict[str, int], told: set[str]) -> bool:
    if layout is GENERIC_ORDERS:
        return "ordered" in positions and "total" in positions
    if layout is GENERIC_EVENTS:
        names_people = bool({"email", "line", "customer"} & positions.keys())
        outright = any(header_key(word) in told for word in EVENT_WORDS)
        list_of_people = any(header_key(name) in told for name in GENERIC_CUSTOMERS.columns["name"])
        return {"kind", "at"} <= positions.keys() and names_people and (outright or not list_of_people)
    only_people = not any(
        ours in GENERIC_ORDERS.columns and ours in positions for ours in ("ordered", "total")
    )
    return layout is GENERIC_CUSTOMERS and only_people and ("email" in positions or "line" in positions)


def _unknown(
    headers: list[str], nearest: tuple[float, Layout, list[str]] | None, platform: str, told: set[str]
) -> Refused:
    if nearest is not None:
        _, layout, missing = nearest
        names = "」「".join(missing)
        return Refused(
            f"{layout.title}のようですが、必要な列「{names}」がありません。見出しの名前を変えずに、この列を含めて書き出し直してください。",
            line=1,
        )
    filled = [header for header in headers if header.strip()]
    if filled and sum(bool(_DATA_LIKE.fullmatch(header.strip())) for header in filled) * 4 >= len(filled):
        return Refused("見出し行がないようです。1行目に列の名前（見出し）を入れてください。", line=1)
    generic = GENERIC_ORDERS.found(headers)
    if (
        platform in ("auto", "generic")
        and ("ordered" in generic) != ("total" in generic)
        and {"email", "name", "line"} & set(generic)
    ):
        lacking = "購入日" if "ordered" not in generic else "金額"
        return Refused(
            f"購入者リストのようですが、「{lacking}」の列がありません。見出しを確かめてください。", line=1
        )
    shown = "、".join(header.strip()[:20] for header in filled[:8])
    which = "" if platform == "auto" else f"{PLATFORM_JA.get(platform, platform)} のファイルとして"
    return Refused(
        f"{which}見出しから種類を判断できません（見出し: {shown}）。Shopify・EC-CUBE の書き出しか、"
        "「顧客名・メール・購入日・商品・金額」などの見出しがあるリストを指定してください。",
        line=1,
    )
