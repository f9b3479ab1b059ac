"""When a person buys: a latent rhythm and a latent end, drawn once a person, as in BG/NBD (Fader, Hardie, Lee 2005)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Final

YEARS_OF_DAYS: Final = 730
"""The history the shop exports."""

_MONTH_WEIGHT: Final = (0.85, 0.85, 1.0, 1.0, 1.1, 1.15, 1.1, 0.85, 0.95, 1.0, 1.15, 1.4)
"""Visits by calendar month, January first: gifts in early summer and in December, a quiet August."""


class Temperament(StrEnum):
    """What brings a person back."""

    REFILLER = "refiller"
    BROWSER = "browser"
    GIFT_GIVER = "gift_giver"
    WARDROBE = "wardrobe"


_SHARES: Final = {
    Temperament.REFILLER: 0.30,
    Temperament.BROWSER: 0.44,
    Temperament.GIFT_GIVER: 0.12,
    Temperament.WARDROBE: 0.14,
}
_DROPOUT: Final = {
    Temperament.REFILLER: (0.60, 1.55),
    Temperament.BROWSER: (1.20, 0.82),
    Temperament.GIFT_GIVER: (0.80, 1.20),
    Temperament.WARDROBE: (0.90, 1.00),
}
"""Beta parameters of the chance to leave after an order: many leave at once, those who stay tend to stay."""
_GUEST_DROPOUT: Final = (4.0, 1.0)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """gap_days: mean days between orders, > 0. regularity: shape of the gap's gamma, 1 is memoryless, 12 is clockwork.
    dropout: chance in [0, 1] that an order is the last. gift_months: calendar months in which the person gives."""

    temperament: Temperament
    gap_days: float
    regularity: float
    dropout: float
    gift_months: tuple[int, ...] = ()


def draw_rhythm(rng: Random, *, guest: bool) -> Rhythm:
    """A person's rhythm. A refiller's gap comes from the days of supply: see `paced`."""
    temperament = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
    dropout = rng.betavariate(*(_GUEST_DROPOUT if guest else _DROPOUT[temperament]))
    if temperament is Temperament.REFILLER:
        return Rhythm(temperament, 1.0, rng.uniform(8, 30), dropout)
    if temperament is Temperament.GIFT_GIVER:
        months = rng.choice(((5,), (7,), (12,), (7, 12), (5, 12), (5, 7, 12)))
        return Rhythm(temperament, 170.0, 1.0, dropout, months)
    mean = 95.0 if temperament is Temperament.BROWSER else 110.0
    # Rates vary as a gamma, so gaps vary as its inverse; the floor keeps a person from ordering every other day.
    gap = max(18.0, mean / max(rng.gammavariate(1.8, 1 / 1.8), 0.15))
    return Rhythm(temperament, gap, 1.3 if temperament is Temperament.BROWSER else 2.5, dropout)


def paced(rhythm: Rhythm, supply_days: float) -> Rhythm:
    """The rhythm of a refiller whom the usual product lasts so many days."""
    return Rhythm(rhythm.temperament, supply_days, rhythm.regularity, rhythm.dropout)


def draw_first_day(rng: Random, today: date) -> date:
    """The day of a first order in the history. One in six was a customer before it began and orders early in it."""
    if rng.random() < 0.17:
        return today - timedelta(days=YEARS_OF_DAYS - rng.randint(0, 45))
    while True:
        day = today - timedelta(days=rng.randint(1, YEARS_OF_DAYS))
        if rng.random() < _MONTH_WEIGHT[day.month - 1] / max(_MONTH_WEIGHT):
            return day


def purchase_days(rhythm: Rhythm, first: date, until: date, rng: Random) -> Iterator[date]:
    """Order days from the first one on, strictly before `until`, ending when the person leaves."""
    day = first
    while day < until:
        yield day
        if rng.random() < rhythm.dropout:
            return
        day = _next_day(rhythm, day, rng)


def _next_day(rhythm: Rhythm, day: date, rng: Random) -> date:
    gap = rng.gammavariate(rhythm.regularity, rhythm.gap_days / rhythm.regularity)
    coming = day + timedelta(days=max(2, round(gap)))
    if rhythm.temperament is Temperament.REFILLER:
        return coming
    if rhythm.gift_months:
        return min(coming, _next_gift_day(rhythm.gift_months, day, rng))
    while rng.random() > _MONTH_WEIGHT[coming.month - 1] / max(_MONTH_WEIGHT):
        coming += timedelta(days=max(1, round(rng.expovariate(1 / 12))))
    return coming


GIFT_WINDOWS: Final = {5: ((5, 3), 24), 7: ((6, 20), 24), 12: ((11, 28), 20)}
"""When gifts are ordered: first day (month, day) and length in days. New tea in May, mid-year and year-end gifts."""


def _next_gift_day(months: tuple[int, ...], day: date, rng: Random) -> date:
    candidates = []
    for year in (day.year, day.year + 1):
        for month in months:
            (start_month, start_day), length = GIFT_WINDOWS[month]
            chosen = date(year, start_month, start_day) + timedelta(days=rng.randrange(length))
            if chosen > day + timedelta(days=25):
                candidates.append(chosen)
    return min(candidates)


def gift_season(day: date) -> int | None:
    """Which gift season a day belongs to (5, 7 or 12), if any."""
    for season, ((month, first), length) in GIFT_WINDOWS.items():
        start = date(day.year, month, first)
        if start <= day < start + timedelta(days=length):
            return season
    return None
