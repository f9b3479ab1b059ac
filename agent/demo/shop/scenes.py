"""The moments the demo must be able to show on any day: who has just come, who is silent, who is dear to the shop."""

from dataclasses import dataclass
from random import Random
from typing import Final

from agent.domain.occasion import Occasion

FIRST_DAYS_AGO: Final = (1, 1, 2, 2, 3, 3)
"""First orders of this week: a thank-you is due."""
SETTLING_DAYS_AGO: Final = (10, 10, 11, 12, 12, 13, 14, 14)
"""Time to ask how it is."""
SILENT: Final = 8
"""Regulars who have been silent for more than twice their usual gap."""
VIPS: Final = 6
DUE: Final = 4
"""Refillers whose bottle runs out within days."""
UNPAID_DAYS_AGO: Final = (1, 3)
"""Ordered by bank transfer and not paid yet: no purchase so far, so nothing to thank for."""

_OPENINGS: Final = ("skincare-trial", "drip-bag-box", "laundry-soap", "rib-socks", "hand-mill", "dashi-pack")
_SETTLING: Final = (
    "komenuka-lotion",
    "hand-mill",
    "coffee-asanagi",
    "gauze-pajama",
    "imono-pot",
    "yunagi-shampoo",
    "dashi-pack",
    "canvas-tote",
)
_STAPLES: Final = (
    "coffee-yoi",
    "laundry-soap",
    "dashi-pack",
    "komenuka-lotion",
    "kawane-sencha",
    "dish-soap",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One person's part. days_ago: whole days before today of each order, oldest first. staples: handles bought again.
    last: the handle that opens the last order, None to leave it to habit. extra: mean extra lines an order. occasion: None when
    nothing may be written."""

    occasion: Occasion | None
    days_ago: tuple[int, ...]
    staples: tuple[str, ...]
    last: str | None
    extra: float
    unpaid: bool = False


def draw_scenes(seed: int) -> list[Scene]:
    """The parts in order; the nth customer plays the nth."""
    rng = Random(f"{seed}/scenes")
    return [*_newcomers(), *_settling(rng), *_silent(rng), *_vips(rng), *_due(rng), *_unpaid()]


def _newcomers() -> list[Scene]:
    return [
        Scene(Occasion.THANK_YOU, (ago,), (), opening, 0.2)
        for ago, opening in zip(FIRST_DAYS_AGO, _OPENINGS, strict=True)
    ]


def _settling(rng: Random) -> list[Scene]:
    scenes = []
    for place, (ago, handle) in enumerate(zip(SETTLING_DAYS_AGO, _SETTLING, strict=True)):
        before = _back(ago, gap=70, orders=1 if place % 2 else rng.randint(2, 4), spread=0.3, rng=rng)
        scenes.append(Scene(Occasion.FOLLOW_UP, before, (), handle, 0.4))
    return scenes


def _silent(rng: Random) -> list[Scene]:
    scenes = []
    for place in range(SILENT):
        gap = rng.randint(28, 52)
        last = round(gap * rng.uniform(2.5, 3.5))
        days = _back(last, gap=gap, orders=rng.randint(5, 9), spread=0.12, rng=rng)
        scenes.append(Scene(Occasion.WIN_BACK, days, (_STAPLES[place % len(_STAPLES)],), None, 0.6))
    return scenes


def _vips(rng: Random) -> list[Scene]:
    scenes = []
    for place in range(VIPS):
        gap = rng.randint(21, 27)
        days = _back(rng.randint(16, 22), gap=gap, orders=rng.randint(19, 27), spread=0.2, rng=rng)
        staples = (_STAPLES[place % 3], _STAPLES[3 + place % 3])
        scenes.append(Scene(Occasion.VIP, days, staples, None, 2.0))
    return scenes


def _due(rng: Random) -> list[Scene]:
    lasts = {"laundry-soap": 35, "coffee-yoi": 28, "komenuka-lotion": 60, "dashi-pack": 40}
    return [
        Scene(
            Occasion.REPLENISHMENT,
            _back(days - 3, gap=days, orders=6, spread=0.06, rng=rng),
            (handle,),
            None,
            0.3,
        )
        for handle, days in lasts.items()
    ]


def _unpaid() -> list[Scene]:
    return [Scene(None, (ago,), (), "drip-bag-box", 0.2, unpaid=True) for ago in UNPAID_DAYS_AGO]


def _back(last: int, *, gap: int, orders: int, spread: float, rng: Random) -> tuple[int, ...]:
    """Days ago of that many orders, oldest first, ending `last` days ago, none older than the history."""
    days = [last]
    while len(days) < orders:
        earlier = days[-1] + max(3, round(gap * rng.uniform(1 - spread, 1 + spread)))
        if earlier > 729:
            break
        days.append(earlier)
    return tuple(reversed(days))
