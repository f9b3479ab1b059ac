"""How far two or more judges agree beyond chance: Cohen's kappa and Krippendorff's alpha, with bootstrap intervals."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evals.suite.intervals import RESAMPLES, Floats, draws, ends

Level = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient and its 95 % percentile interval. value None: undefined, nothing varies or nothing is paired."""

    value: float | None
    low: float | None
    high: float | None
    units: int

    def document(self) -> dict[str, float | int | None]:
        """As JSON."""
        return {"value": self.value, "low": self.low, "high": self.high, "units": self.units}


def cohen_kappa(
    one: Sequence[Hashable], other: Sequence[Hashable], *, seed: int = 0, resamples: int = RESAMPLES
) -> Agreement:
    """Agreement of two judges on the same units, unweighted (Cohen 1960).

    one, other: a category a unit, same length. Raises ValueError when lengths differ. Resamples units.
    """
    if len(one) != len(other):
        raise ValueError("both judges must judge the same units")
    if not one:
        return Agreement(None, None, None, 0)
    number = {value: n for n, value in enumerate(dict.fromkeys((*one, *other)))}
    table = np.zeros((len(number), len(number)))
    for mine, theirs in zip(one, other, strict=True):
        table[number[mine], number[theirs]] += 1
    random = np.random.default_rng(seed)
    drawn = random.multinomial(len(one), table.ravel() / len(one), size=resamples)
    return _agreement(_kappas(table[None]), _kappas(drawn.reshape(-1, *table.shape).astype(float)), len(one))


def _kappas(tables: Floats) -> Floats:
    """Kappa of each table, shape (tables, k, k) to (tables,); NaN where chance alone already agrees fully."""
    total = tables.sum(axis=(1, 2))
    seen = np.trace(tables, axis1=1, axis2=2) / total
    chance = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1) / total**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance < 1, (seen - chance) / (1 - chance), np.nan)


def krippendorff_alpha(
    units: Sequence[Mapping[str, float | None]],
    *,
    level: Level = "nominal",
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Agreement:
    """Agreement of any number of judges with gaps (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability).

    units: for each unit the value of each judge, None or absent where it did not judge; nominal values are codes.
    level: how far apart two values are. Resamples units; those with fewer than two values do not count.
    """
    judged = [[value for value in unit.values() if value is not None] for unit in units]
    paired = [values for values in judged if len(values) >= 2]
    scale = sorted({value for values in paired for value in values})
    if not paired:
        return Agreement(None, None, None, 0)
    each = np.stack([_coincidences(values, scale) for values in paired])
    drawn = draws(len(paired), resamples=resamples, seed=seed)
    resampled = np.tensordot(drawn, each, axes=1)
    values = np.array(scale, dtype=float)
    return _agreement(
        _alphas(each.sum(axis=0)[None], values, level), _alphas(resampled, values, level), len(paired)
    )


def _coincidences(values: Sequence[float], scale: Sequence[float]) -> Floats:
    """Pairs of values within one unit, each unit counting as often as it was judged; shape (scale, scale)."""
    counts = np.array([values.count(point) for point in scale], dtype=float)
    pairs: Floats = (np.outer(counts, counts) - np.diag(counts)) / (len(values) - 1)
    return pairs


def _alphas(tables: Floats, scale: Floats, level: Level) -> Floats:
    """1 - observed / expected disagreement of each coincidence table, shape (tables, k, k) to (tables,)."""
    margins = tables.sum(axis=2)
    total = margins.sum(axis=1)
    far = _distances(margins, scale, level)
    observed = (tables * far).sum(axis=(1, 2))
    expected = (margins[:, :, None] * margins[:, None, :] * far).sum(axis=(1, 2)) / (total - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _distances(margins: Floats, scale: Floats, level: Level) -> Floats:
    """Squared differences between values, shape (tables, k, k) or one that broadcasts to it."""
    if level == "nominal":
        return 1.0 - np.eye(len(scale))[None]
    if level == "interval":
        return np.asarray((scale[:, None] - scale[None, :]) ** 2)[None]
    up_to = (
        np.cumsum(margins, axis=1) - margins / 2
    )  # ranks between values: half of both ends, all in between
    return np.asarray((up_to[:, :, None] - up_to[:, None, :]) ** 2)


def _agreement(point: Floats, resampled: Floats, units: int) -> Agreement:
    value = float(point[0])
    if np.isnan(value):
        return Agreement(None, None, None, units)
    low, high = ends(resampled)
    return Agreement(value, low, high, units)
