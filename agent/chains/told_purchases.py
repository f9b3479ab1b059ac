"""How does a letter that looks back say which purchases it means, and when they were? In more than one true way."""

from collections.abc import Sequence
from datetime import date

from agent.chains.material import Bought, Material
from agent.chains.product_kind import EATEN, WORN, Kind, product_kind
from agent.chains.spoken_name import spoken_name
from agent.chains.wording import Wording
from agent.domain.calendar_words import adverb, when_words

LONGEST_PAIR = 26
"""Characters of two products' names in one sentence."""
MOST_COUNTED = 5
"""Pieces of one product that are said; more is a matter for the invoice."""
_NEAR = ("本日", "昨日", "先日")
_SEASONS = {3: "春", 4: "春", 5: "春", 7: "夏", 8: "夏", 10: "秋"}
"""Months nobody would call by another season."""
FIRST_ORDER = "summary:first_order"
"""The fact that states the day of the first order."""
_NAMES = (
    "things",
    "things_wo",
    "past",
    "past_ni",
    "past_wa",
    "earlier",
    "earlier_past",
    "earlier_ni",
    "first_past",
)


def told_purchases(material: Material, bought: Bought | None, wording: Wording) -> dict[str, object]:
    """Names for templates; empty texts where there is nothing true to say.

    things: 「A」と「B」, 「A」など or 「A」の詰め替え.    things_wo: the same before a verb, 「A」を2点.    mixed: of several kinds.
    past, past_ni, past_wa: the day, as it stands before の, before a verb, and with は.    earlier, earlier_past, earlier_ni:
    the newest purchase of another product on an earlier day, and that day.    first_past: the day of the first order.
    """
    if bought is None:
        return {**dict.fromkeys(_NAMES, ""), "mixed": False}
    same_day = [one for one in material.bought if one.on == bought.on]
    things, named = _things(bought, same_day)
    counted = len(same_day) == 1 and 1 < bought.quantity <= MOST_COUNTED
    before = earlier_purchase(material, bought)
    past, *told = _picked([bought.on, *([before.on] if before else [])], material.today, wording)
    before_past = told[0] if told else ""
    return {
        "things": things,
        "things_wo": f"{things}を{bought.quantity}点" if counted else f"{things}を",
        "mixed": len({_group(one) for one in named}) > 1 or things.endswith("など"),
        "past": past,
        "past_ni": _before_verb(past),
        "past_wa": _before_verb(past) + "は",
        "earlier": spoken_name(before.title) if before else "",
        "earlier_past": before_past,
        "earlier_ni": _before_verb(before_past) if before else "",
        "first_past": _first(material, wording),
    }


def earlier_purchase(material: Material, bought: Bought) -> Bought | None:
    """The newest purchase of another product on an earlier day."""
    name = spoken_name(bought.title)
    return next(
        (one for one in material.bought if one.on < bought.on and spoken_name(one.title) != name), None
    )


def past_days(day: date, *, today: date) -> tuple[str, ...]:
    """True ways to say a past day, without particle: 9月の終わり, 9月28日, 昨年の9月, おととしの春; a near day has one.

    The day with its part of the month, the very day, the month, and the season where everybody would call it so.
    """
    near = when_words(day, today=today)
    if near in _NEAR:
        return (near,)
    ago = today.year - day.year
    year = {0: "", 1: "昨年", 2: "おととし"}.get(ago, f"{day.year}年")
    exact, month = f"{year}{day.month}月{day.day}日", f"{year or '今年'}の{day.month}月"
    season = _SEASONS.get(day.month)
    over = ago or (season != "秋" and today.month - day.month > 2)
    return (
        near,
        exact,
        month,
        f"{year or 'この'}{'の' if year else ''}{season}" if season and over else month,
    )


def _picked(days: Sequence[date], today: date, wording: Wording) -> list[str]:
    """The days, newest first, in one style; a style that would call two days the same is none."""
    styles = [past_days(day, today=today) for day in days]
    style = wording.pick("past", 4)
    said = [one[min(style, len(one) - 1)] for one in styles]
    return said if len(set(said)) == len(days) else [one[0] for one in styles]


def _first(material: Material, wording: Wording) -> str:
    if material.first_on is None or FIRST_ORDER not in material.facts:
        return ""
    said = past_days(material.first_on, today=material.today)
    return said[wording.pick("first past", len(said))]


def _before_verb(past: str) -> str:
    return past if past.startswith("この") else adverb(past)


def _things(bought: Bought, same_day: Sequence[Bought]) -> tuple[str, tuple[Bought, ...]]:
    """The words, and which purchases they name."""
    name = spoken_name(bought.title)
    others = [one for one in same_day if spoken_name(one.title) != name]
    if len(others) == 1 and len(name) + len(spoken_name(others[0].title)) <= LONGEST_PAIR:
        return f"「{name}」と「{spoken_name(others[0].title)}」", (bought, others[0])
    if others:
        return f"「{name}」など", (bought,)
    return f"「{name}」の詰め替え" if bought.refill and "詰" not in name else f"「{name}」", (bought,)


def _group(bought: Bought) -> str:
    kind: Kind = product_kind(bought.title, product_class=bought.product_class, category=bought.category)
    return "eat" if kind in EATEN else "wear" if kind in WORN else kind
