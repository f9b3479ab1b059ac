"""At which positive parameters are the records likeliest?"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

from customers.repeat.history import CannotFit, Numbers

FARTHEST = 9.0
"""Logarithms of parameters are searched within +-9, in units where time and money are about 1: e**9 is 8,100, beyond which every
model here has reached its limit (nobody differs, nobody leaves, ...) and only the numbers would overflow."""

PRIOR_WIDTH = 1.5
"""Width of the optional prior: a parameter's logarithm is about normal, this wide around its first guess. One unit of prior is
worth less than a handful of customers: it decides only what the records leave open."""

Objective = Callable[[Numbers], tuple[float, Numbers]]
"""Positive parameters in; log-likelihood and its derivatives in those parameters out."""


def likeliest(objective: Objective, starts: Sequence[Sequence[float]], *, prior: float = 0.0) -> Numbers:
    """Positive parameters of the highest log-likelihood, found by L-BFGS-B on their logarithms.

    starts: first guesses, the best result wins.    prior: weight of the ridge sum((log p - log first guess)^2) / (2 * 1.5^2)
    around starts[0]; 0 for plain maximum likelihood.    Raises CannotFit when no start ends at a finite number.
    """
    centre = np.log(np.asarray(starts[0], dtype=np.float64))
    ridge = prior / PRIOR_WIDTH**2

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        positive = np.exp(logs)
        value, slope = objective(positive)
        off = logs - centre
        value, slopes = value - 0.5 * ridge * float(off @ off), slope * positive - ridge * off
        if not np.isfinite(value) or not np.isfinite(slopes).all():
            return 1e300, np.zeros_like(logs)
        return -value, -slopes

    bounds = [(-FARTHEST, FARTHEST)] * centre.size
    options = {"maxiter": 500, "ftol": 1e-11, "gtol": 1e-6}
    found = [
        minimize(loss, np.log(np.asarray(s)), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        for s in starts
    ]
    best = min(found, key=lambda result: float(result.fun))
    if not np.isfinite(best.fun) or best.fun >= 1e299 or not np.isfinite(best.x).all():
        raise CannotFit("購入の記録にモデルを当てはめられませんでした。")
    return np.asarray(np.exp(best.x), dtype=np.float64)
