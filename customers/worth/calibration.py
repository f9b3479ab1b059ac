"""By how much must a forecast's quantiles move so that 80 % means 80 %?

Each past outcome has its place in its own forecast, the share the forecast had put below it. Of a right forecast these places are
uniform; where they are not, the quantile to read off is moved to where the outcomes really lay (distributional conformal
prediction, Chernozhukov, Wuethrich & Zhu 2021), separately for those expected to buy much and little.
"""

from dataclasses import dataclass

import numpy as np

from customers.repeat.history import Numbers

LEVELS = np.linspace(0.0, 1.0, 41)
"""Levels at which places are kept: 10, 80 and 90 % are among them."""

MOST_BANDS, BAND_PEOPLE, LEAST_PEOPLE = 20, 150, 30
"""At most 20 bands of at least 150 people: a 90 % quantile of 150 stands within 2.5 points. With fewer than 30 nothing is moved."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """keys: median key of each band, rising.    places: where LEVELS of the outcomes lay; shape (bands, 41)."""

    keys: tuple[float, ...]
    places: tuple[tuple[float, ...], ...]

    def place(self, level: float, key: Numbers) -> Numbers:
        """The forecast's own quantile below which `level` of such outcomes lie; straight lines between bands."""
        at_level = [float(np.interp(level, LEVELS, band)) for band in self.places]
        return np.asarray(np.interp(key, self.keys, at_level), dtype=np.float64)

    def level(self, place: Numbers, key: Numbers) -> Numbers:
        """The share of such outcomes that lies below the forecast's quantile; straight lines between bands."""
        by_band = np.stack([np.interp(place, band, LEVELS) for band in self.places])
        if len(self.keys) == 1:
            return np.asarray(by_band[0])
        above = np.clip(np.searchsorted(self.keys, key), 1, len(self.keys) - 1)
        low, high = np.asarray(self.keys)[above - 1], np.asarray(self.keys)[above]
        way = np.clip((key - low) / np.maximum(high - low, 1e-12), 0.0, 1.0)
        who = np.arange(place.size)
        return np.asarray((1 - way) * by_band[above - 1, who] + way * by_band[above, who])


UNMOVED = Calibration((0.5,), (tuple(LEVELS.tolist()),))
"""Takes the forecast at its word."""


def calibrate(key: Numbers, place: Numbers) -> Calibration:
    """key: what bands people (here the logarithm of expected purchases); place: of each outcome in its forecast, in [0, 1]; same shape.

    Quantiles stand at (n + 1) level / n as conformal prediction asks, and end at 0 and 1.
    """
    if place.size < LEAST_PEOPLE:
        return UNMOVED
    bands = int(np.clip(place.size // BAND_PEOPLE, 1, MOST_BANDS))
    keys: list[float] = []
    places: list[tuple[float, ...]] = []
    for members in np.array_split(np.argsort(key, kind="stable"), bands):
        own = np.sort(place[members])
        at = np.arange(own.size + 2) / (own.size + 1)
        moved = np.interp(LEVELS, at, np.concatenate([[0.0], own, [1.0]]))
        middle = float(np.median(key[members]))
        keys.append(middle if not keys else max(middle, keys[-1] + 1e-9))
        places.append(tuple(float(value) for value in moved))
    return Calibration(tuple(keys), tuple(places))
