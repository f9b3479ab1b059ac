"""What may a letter say of one purchase: on which day, how long ago, with what else, and after what?"""

from datetime import date

from agent.chains.material import Bought, Material
from agent.chains.spoken_name import spoken_name
from agent.domain.calendar_words import when_words

_SPANS: tuple[tuple[int, str], ...] = (
    (12, ""),
    (19, "半月ほど"),
    (25, "ひと月近く"),
    (37, "ひと月ほど"),
    (40, "ひと月あまり"),
    (51, "ひと月半ほど"),
    (54, "ふた月近く"),
    (69, "ふた月ほど"),
    (81, "ふた月半ほど"),
)
"""Days below which a span is called so; beyond the last it has no short name."""
FAR_DAYS = 200
"""An order so long before another is no longer told as what came before it. Editorial choice."""
LONGEST_BESIDE = 18
"""Characters of a second product's name beside the first."""


def round_span(days: int) -> str:
    """A number of days in round words (半月ほど, ひと月半ほど); empty where there are none."""
    return next((words for below, words in _SPANS if days < below), "")


def day_words(day: date, *, today: date) -> str:
    """The day itself (11月8日), with the year where it is another one (昨年11月8日, 2024年11月8日)."""
    said = f"{day.month}月{day.day}日"
    if day.year == today.year:
        return said
    return f"昨年{said}" if day.year == today.year - 1 else f"{day.year}年{said}"


def purchase_words(material: Material, bought: Bought | None) -> dict[str, object]:
    """day, ago, beside, before, before_when: empty where there is nothing true to say.

    beside: another product of the same day.    before: a product of an earlier order, for one that is bought for the first time.
    """
    if bought is None:
        return dict.fromkeys(("day", "ago", "beside", "before", "before_when"), "")
    other = bought_beside(material, bought)
    earlier = bought_before(material, bought)
    return {
        "day": day_words(bought.on, today=material.today),
        "ago": round_span((material.today - bought.on).days),
        "beside": spoken_name(other.title) if other else "",
        "before": spoken_name(earlier.title) if earlier else "",
        "before_when": when_words(earlier.on, today=material.today) if earlier else "",
    }


def bought_beside(material: Material, bought: Bought) -> Bought | None:
    """Another product of the same day with a short name."""
    return next(
        (
            one
            for one in material.bought
            if one.on == bought.on and one.title != bought.title and _short(one, bought)
        ),
        None,
    )


def bought_before(material: Material, bought: Bought) -> Bought | None:
    """A product of an earlier day, when this one was never bought before."""
    if bought.again:
        return None
    return next(
        (one for one in material.bought if 0 < (bought.on - one.on).days <= FAR_DAYS and _short(one, bought)),
        None,
    )


def _short(one: Bought, bought: Bought) -> bool:
    name = spoken_name(one.title)
    return len(name) <= LONGEST_BESIDE and name != spoken_name(bought.title)
