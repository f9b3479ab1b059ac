"""Who still buys and how often, if people leave at any moment, not only after a purchase? (Pareto/NBD)

Schmittlein, Morrison & Colombo (1987); Fader & Hardie's "A note on deriving the Pareto/NBD model" (2005). Purchases at rate
lambda ~ Gamma(r, alpha), leaving at rate mu ~ Gamma(s, beta).

The likelihood's second part is kept as the integral it is, s * integral over (t_x, T] of (alpha+y)^-(r+x) (beta+y)^-(s+1) dy, and not as a
difference of two 2F1, which cancels for frequent buyers; the derivatives are means under the same integrand.
"""

from dataclasses import dataclass
from math import lgamma

import numpy as np
from scipy.special import digamma, expit, gammaln

from customers.repeat.document import Kept
from customers.repeat.history import MOST_ROWS, Numbers, RepeatHistory, require_repeaters
from customers.repeat.likeliest import likeliest

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
ROWS_AT_A_TIME = 20_000


@dataclass(frozen=True, slots=True)
class ParetoNbd(Kept):
    """Fitted parameters; alpha and beta in the time unit of the history."""

    r: float
    alpha: float
    s: float
    beta: float

    def log_likelihood(self, history: RepeatHistory) -> Numbers:
        """Of each row, unweighted."""
        stayed, left = self._log_parts(history)
        return np.asarray(
            gammaln(self.r + history.x)
            - lgamma(self.r)
            + self.r * np.log(self.alpha)
            + self.s * np.log(self.beta)
            + np.logaddexp(stayed, left)
        )

    def p_alive(self, history: RepeatHistory) -> Numbers:
        """P(not yet left at T)."""
        stayed, left = self._log_parts(history)
        return np.asarray(expit(stayed - left))

    def p_any(self, history: RepeatHistory, horizon: float) -> Numbers:
        """P(at least one purchase in (T, T + horizon]): the first comes at y before leaving does."""
        n, rate, leaving = self.r + history.x, self.alpha + history.T, self.beta + history.T
        if horizon <= 0:
            return np.zeros(len(history))
        log_first = (
            np.log(n)
            + n * np.log(rate)
            + self.s * np.log(leaving)
            + _log_integral(n + 1, rate, np.full_like(n, self.s), leaving, np.full_like(n, horizon))
        )
        return np.asarray(self.p_alive(history) * np.exp(np.minimum(log_first, 0.0)))

    def expected_orders(self, history: RepeatHistory, horizon: float) -> Numbers:
        """Expected purchases in (T, T + horizon] (their equation 41), also where s is 1."""
        leaving = self.beta + history.T
        grown = np.log1p(max(horizon, 0.0) / leaving)
        power = 1 - self.s
        stay = leaving * (grown if abs(power) < 1e-9 else np.expm1(power * grown) / power)
        rate = (self.r + history.x) / (self.alpha + history.T)
        return np.asarray(self.p_alive(history) * rate * stay)

    def _log_parts(self, history: RepeatHistory) -> tuple[Numbers, Numbers]:
        n = self.r + history.x
        stayed = -n * np.log(self.alpha + history.T) - self.s * np.log(self.beta + history.T)
        left = np.log(self.s) + _log_integral(
            n,
            self.alpha + history.t_x,
            np.full_like(n, self.s + 1),
            self.beta + history.t_x,
            history.T - history.t_x,
        )
        return stayed, left


def fit_pareto_nbd(
    history: RepeatHistory, *, prior: float = 0.0, most_rows: int = MOST_ROWS, seed: int = 0
) -> ParetoNbd:
    """Maximum likelihood (or posterior, see `likeliest`) parameters. Raises CannotFit."""
    require_repeaters(history)
    rows = history.condensed(most_rows, seed=seed)
    unit = float(rows.T @ rows.weight / rows.weight.sum())
    scaled = RepeatHistory.of(rows.x, rows.t_x / unit, rows.T / unit, weight=rows.weight)
    rate = max(float(rows.x @ rows.weight / rows.weight.sum()), 0.05)
    guesses = [(1.0, 1 / rate, 0.5, 0.5), (0.5, 0.5 / rate, 1.0, 2.0)]
    r, alpha, s, beta = likeliest(lambda p: log_likelihood_with_slopes(p, scaled), guesses, prior=prior)
    return ParetoNbd(r=float(r), alpha=float(alpha * unit), s=float(s), beta=float(beta * unit))


def log_likelihood_with_slopes(parameters: Numbers, rows: RepeatHistory) -> tuple[float, Numbers]:
    """Weighted sum of log-likelihoods, and its derivatives in (r, alpha, s, beta)."""
    model = ParetoNbd(*(float(p) for p in parameters))
    value, slopes = 0.0, np.zeros(4)
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        part = rows.only(slice(start, start + ROWS_AT_A_TIME))
        value += float(part.weight @ model.log_likelihood(part))
        slopes += _slopes(model, part)
    return value, slopes


def _slopes(model: ParetoNbd, rows: RepeatHistory) -> Numbers:
    r, alpha, s, beta = model.r, model.alpha, model.s, model.beta
    w, n = rows.weight, r + rows.x
    alive = w * model.p_alive(rows)
    left = w - alive
    end_a, end_b = alpha + rows.T, beta + rows.T
    from_a, from_b = alpha + rows.t_x, beta + rows.t_x
    y, log_share = _nodes(n, from_a, np.full_like(n, s + 1), from_b, rows.T - rows.t_x)
    share = np.exp(log_share - np.maximum(log_share.max(axis=1, keepdims=True), -1e300))
    share /= np.maximum(
        share.sum(axis=1, keepdims=True), 1e-300
    )  # all 0 where no time passed: nobody left then
    at_a, at_b = from_a[:, None] + y, from_b[:, None] + y
    everyone = w.sum()
    return np.array(
        [
            w @ digamma(n)
            + everyone * (np.log(alpha) - digamma(r))
            - alive @ np.log(end_a)
            - left @ (share * np.log(at_a)).sum(axis=1),
            everyone * r / alpha - alive @ (n / end_a) - left @ (n * (share / at_a).sum(axis=1)),
            everyone * np.log(beta)
            - alive @ np.log(end_b)
            + left @ (1 / s - (share * np.log(at_b)).sum(axis=1)),
            everyone * s / beta - alive @ (s / end_b) - left @ ((s + 1) * (share / at_b).sum(axis=1)),
        ]
    )


def _log_integral(p: Numbers, a: Numbers, q: Numbers, b: Numbers, length: Numbers) -> Numbers:
    """log of the integral over y in (0, length] of (a+y)^-p (b+y)^-q; -inf where length is 0. In chunks."""
    out = np.empty_like(a)
    for start in range(0, a.size, ROWS_AT_A_TIME):
        i = slice(start, start + ROWS_AT_A_TIME)
        _, logs = _nodes(p[i], a[i], q[i], b[i], length[i])
        top = np.maximum(logs.max(axis=1), -1e300)
        out[i] = top + np.log(np.maximum(np.exp(logs - top[:, None]).sum(axis=1), 1e-300))
    return np.where(length > 0, out, -np.inf)


def _nodes(p: Numbers, a: Numbers, q: Numbers, b: Numbers, length: Numbers) -> tuple[Numbers, Numbers]:
    """Points y, shape (rows, nodes), and the logarithm of what each adds to the integral.

    Gauss-Legendre in v = log(1 + y/d), d the length in which the integrand first falls by e: it falls no faster later, so that a
    sharp start and a long tail are both smooth in v. Beyond where it is e^-40 of its start nothing is added.
    """
    d = 1 / (p / a + q / b)
    end = np.minimum(a * np.expm1(np.minimum(40 / p, 50.0)), b * np.expm1(np.minimum(40 / q, 50.0)))
    v_end = np.log1p(np.clip(length, 0.0, end) / d)
    v = v_end[:, None] * (0.5 * (NODES + 1))
    y = d[:, None] * np.expm1(v)
    with np.errstate(divide="ignore"):
        wide = np.log(v_end)[:, None] + np.log(0.5 * WEIGHTS)
    fall = p[:, None] * np.log(a[:, None] + y) + q[:, None] * np.log(b[:, None] + y)
    return y, np.asarray(wide + np.log(d[:, None]) + v - fall)
