"""Within how many days should a customer of this shop have ordered again?"""

from typing import Final

import numpy as np
import polars as pl

from customers.ordering.inputs import Floats

HORIZONS: Final = (7, 14, 30, 45, 60, 90, 120, 180)
"""Round numbers staff say aloud: a week to half a year."""

GAPS_WAITED: Final = 2.0
"""The horizon is the first that holds so many usual gaps: by then most who still come have come."""

DEFAULT: Final = 90
"""Where nobody has come back yet."""


def own_horizon(accumulated: pl.DataFrame, *, history_days: int) -> int:
    """The shop's own horizon in days, one of HORIZONS.

    The usual gap is the middle of its repeat customers' own geometric-mean gaps; the horizon is the next of HORIZONS from two of
    those upward, but no more than a quarter of the history (at least a week): four such horizons are needed to learn, choose,
    calibrate and test.

    accumulated: rows of `features.definition.accumulators`.    history_days: days from the shop's first record to the cut.
    """
    repeats = accumulated.filter(pl.col("days") > 1)
    wanted = DEFAULT
    if len(repeats):
        gaps: Floats = np.exp((repeats["gap_log"] / (repeats["days"] - 1)).to_numpy())
        reach = GAPS_WAITED * float(np.median(gaps))
        wanted = next((days for days in HORIZONS if days >= reach), HORIZONS[-1])
    allowed = [days for days in HORIZONS if days <= max(history_days // 4, HORIZONS[0])]
    return min(wanted, allowed[-1])
