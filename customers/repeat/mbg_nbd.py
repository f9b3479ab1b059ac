"""Who still buys, how often and when next, if purchases come at a regular or irregular rhythm? (MBG/CNBD-k)

Batislam, Denizel & Filiztekin (2007) for k = 1 (MBG/NBD); Platzer & Reutterer (2016), "Ticking away the moments", for k > 1.
A customer buys with Erlang-k gaps of rate lambda ~ Gamma(r, alpha), and after every purchase, the first included, leaves for good
with probability p ~ Beta(a, b).

All follows from one function: with n = r + k x, the chance of silence since the last purchase, were nobody to leave, is
quiet(T) = I_{(alpha+t_x)/(alpha+T)}(n, k), the regularised incomplete beta function, here ((alpha+t_x)/(alpha+T))^n times a polynomial
of k terms. P(alive) = 1 / (1 + a / ((b + x) quiet(T))), and the wait for the next purchase, if still alive, survives h with
quiet(T + h) / quiet(T).
"""

from dataclasses import dataclass
from math import lgamma

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, expit, gammaln

from customers.repeat.document import Kept
from customers.repeat.future_orders import by_table, orders_while_staying
from customers.repeat.history import MOST_ROWS, CannotFit, Numbers, RepeatHistory, require_repeaters
from customers.repeat.likeliest import likeliest

REGULARITIES = (1, 2, 3, 4)
"""Values of k tried. Platzer & Reutterer find 1 to 3 in shops; above 4 the gain in likelihood is slight."""

ROWS_FOR_RHYTHM = 20_000
"""Rows on which k is chosen; the parameters of the chosen k are then fitted on all."""


@dataclass(frozen=True, slots=True)
class MbgNbd(Kept):
    """Fitted parameters; alpha in the time unit of the history. k = 1: MBG/NBD."""

    r: float
    alpha: float
    a: float
    b: float
    k: int

    def log_likelihood(self, history: RepeatHistory) -> Numbers:
        """Of each row, unweighted. k > 1 needs history.log_gaps (ValueError); for k = 1 they cancel."""
        n = self.r + self.k * history.x
        x = history.x
        value = (
            gammaln(n)
            - lgamma(self.r)
            + self.r * np.log(self.alpha)
            - n * np.log(self.alpha + history.t_x)
            + np.log(self.a)
            + gammaln(self.b + x)
            - lgamma(self.b)
            - gammaln(self.a + self.b + x + 1)
            + lgamma(self.a + self.b)
            + np.logaddexp(0.0, self._log_odds(history))
        )
        if self.k > 1:
            if history.log_gaps is None:
                raise ValueError("log_gaps are needed to judge k > 1")
            value = value + (self.k - 1) * history.log_gaps - x * lgamma(self.k)
        return np.asarray(value)

    def p_alive(self, history: RepeatHistory) -> Numbers:
        """P(not yet left), after the last purchase. Someone who bought once gets less than 1, as BG/NBD does not give."""
        return np.asarray(expit(self._log_odds(history)))

    def p_any(self, history: RepeatHistory, horizon: npt.ArrayLike) -> Numbers:
        """P(at least one purchase in (T, T + horizon]). horizon: >= 0, one or one per row."""
        return np.asarray(self.p_alive(history) * -np.expm1(self._log_still_quiet(history, horizon)))

    def still_quiet(self, history: RepeatHistory, h: npt.ArrayLike) -> Numbers:
        """P(no purchase in (T, T + h] | alive at T): survival function of the wait for the next purchase."""
        return np.asarray(np.exp(self._log_still_quiet(history, h)))

    def next_after(
        self,
        history: RepeatHistory,
        share: npt.ArrayLike,
        *,
        within: float | None = None,
        longest: float = 100_000.0,
    ) -> Numbers:
        """The wait h after T by which `share` (0 to 1) of alive customers like this one have bought again, at most `longest`.

        within: count only those who buy within so long (then h <= within).
        """
        portion = np.clip(np.asarray(share, dtype=np.float64), 0.0, 1 - 1e-12)
        if within is not None:
            portion = portion * -np.expm1(self._log_still_quiet(history, within))
        n = self.r + self.k * history.x
        target = self._log_quiet(history.x, history.t_x, history.T) + np.log1p(-portion)
        # F(L) = log quiet at L = log((alpha+t_x)/(alpha+T+h)) rises, is concave, and lies above n L: Newton from the left is monotone.
        log_share = (target - np.log(self._stages(n, np.ones_like(n))[0])) / n
        for _ in range(60 if self.k > 1 else 0):
            passed = -np.expm1(log_share)
            value, slope, _ = self._stages(n, passed)
            off = n * log_share + np.log(value) - target
            steep = n - slope / value * np.exp(log_share)
            step = off / np.maximum(steep, 1e-12)
            log_share = np.minimum(log_share - step, 0.0)
            if np.abs(step).max(initial=0.0) < 1e-10:
                break
        start = self.alpha + history.t_x
        wait = start * np.expm1(np.minimum(-log_share, 500.0)) - (history.T - history.t_x)
        return np.asarray(np.clip(wait, 0.0, longest if within is None else within))

    def expected_orders(self, history: RepeatHistory, horizon: float) -> Numbers:
        """Expected purchases in (T, T + horizon], leaving included."""
        per_stage = by_table(
            history.x,
            self.alpha + history.T,
            lambda x, rate: orders_while_staying(
                self.r + self.k * x, rate, self.a, self.b + x + 1, regularity=self.k, horizon=horizon
            ),
        )
        if self.k == 1:
            return np.asarray(self.p_alive(history) * per_stage[:, 0])
        passed = (history.T - history.t_x) / (self.alpha + history.T)
        own = self.r + self.k * history.x
        made, total, term = np.zeros_like(passed), np.zeros_like(passed), np.ones_like(passed)
        for j in range(self.k):  # which step of the k towards the next purchase they have reached
            made += term * per_stage[:, j]
            total += term
            term = term * (own + j) / (j + 1) * passed
        return np.asarray(self.p_alive(history) * made / total)

    def _log_odds(self, history: RepeatHistory) -> Numbers:
        quiet = self._log_quiet(history.x, history.t_x, history.T)
        return np.asarray(np.log((self.b + history.x) / self.a) + quiet)

    def _log_still_quiet(self, history: RepeatHistory, horizon: npt.ArrayLike) -> Numbers:
        later = history.T + np.maximum(np.asarray(horizon, dtype=np.float64), 0.0)
        now = self._log_quiet(history.x, history.t_x, history.T)
        return np.minimum(self._log_quiet(history.x, history.t_x, later) - now, 0.0)

    def _log_quiet(self, x: Numbers, t_x: Numbers, until: Numbers) -> Numbers:
        n = self.r + self.k * x
        passed = (until - t_x) / (self.alpha + until)
        kept = -np.log1p((until - t_x) / (self.alpha + t_x))
        return np.asarray(n * kept + np.log(self._stages(n, passed)[0]))

    def _stages(self, n: Numbers, passed: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        return _stages(n, passed, self.k)


def fit_mbg_nbd(
    history: RepeatHistory,
    *,
    regularity: int | None = None,
    prior: float = 0.0,
    most_rows: int = MOST_ROWS,
    seed: int = 0,
) -> MbgNbd:
    """Maximum likelihood (or posterior) parameters.

    regularity: k; None: of 1 to 4 the likeliest, judged on at most 20,000 rows, or 1 when log_gaps are unknown.    prior: see
    `likeliest`; 1 suits shops of 30 to 1,000 customers, 0 is plain maximum likelihood.    Raises CannotFit.
    """
    require_repeaters(history)
    rows = history.condensed(most_rows, seed=seed)
    if regularity is None and rows.log_gaps is None:
        regularity = 1
    if regularity is not None:
        return _fit(rows, regularity, prior)
    few = rows.condensed(ROWS_FOR_RHYTHM, seed=seed) if len(rows) > ROWS_FOR_RHYTHM else rows
    tried = [_fit(few, k, prior) for k in REGULARITIES]
    best = max(tried, key=lambda model: float(model.log_likelihood(few) @ few.weight))
    return best if few is rows else _fit(rows, best.k, prior, start=best)


def _fit(rows: RepeatHistory, k: int, prior: float, *, start: MbgNbd | None = None) -> MbgNbd:
    unit = float(rows.T @ rows.weight / rows.weight.sum())
    scaled = RepeatHistory.of(rows.x, rows.t_x / unit, rows.T / unit, weight=rows.weight)
    if start is not None:
        guesses = [(start.r, start.alpha / unit, start.a, start.b)]
    else:  # a purchase takes k steps, so steps come k times as fast; the second guess: hardly anyone leaves
        rate = max(float(rows.x @ rows.weight / rows.weight.sum()), 0.05)
        guesses = [(1.0, 1 / (k * rate), 0.5, 1.5), (0.5, 0.5 / (k * rate), 0.1, 5.0)]
    r, alpha, a, b = likeliest(
        lambda p: log_likelihood_with_slopes(p, scaled, regularity=k), guesses, prior=prior
    )
    fitted = MbgNbd(r=float(r), alpha=float(alpha * unit), a=float(a), b=float(b), k=k)
    if not np.isfinite(fitted.alpha) or fitted.alpha <= 0:
        raise CannotFit("購入の記録にモデルを当てはめられませんでした。")
    return fitted


def log_likelihood_with_slopes(
    parameters: Numbers, rows: RepeatHistory, *, regularity: int
) -> tuple[float, Numbers]:
    """Weighted sum of log-likelihoods, and its derivatives in (r, alpha, a, b); without what only k and the gaps decide."""
    r, alpha, a, b = (float(p) for p in parameters)
    w, x, k = rows.weight, rows.x, regularity
    each, place = np.unique(x, return_inverse=True)  # gamma functions depend on x alone: few different values
    people = np.bincount(place.reshape(-1), weights=w, minlength=each.size)
    everyone = float(people.sum())
    n_each = r + k * each
    n = r + k * x
    last, end = alpha + rows.t_x, alpha + rows.T
    passed = (rows.T - rows.t_x) / end
    polynomial, by_passed, by_n = _stages(n, passed, k)
    log_ratio = -np.log1p((rows.T - rows.t_x) / last)
    odds = np.log((b + x) / a) + n * log_ratio + np.log(polynomial)
    alive = w * expit(odds)
    log_last = np.log(last)
    value = (
        people @ (gammaln(n_each) + gammaln(b + each) - gammaln(a + b + each + 1))
        + everyone * (-lgamma(r) + r * np.log(alpha) + np.log(a) - lgamma(b) + lgamma(a + b))
        - (w * n) @ log_last
        + w @ np.logaddexp(0.0, odds)
    )
    both = people @ digamma(a + b + each + 1) - everyone * digamma(a + b)
    slopes = np.array(
        [
            people @ digamma(n_each)
            + everyone * (np.log(alpha) - digamma(r))
            - w @ log_last
            + alive @ (log_ratio + by_n / polynomial),
            everyone * r / alpha
            - w @ (n / last)
            + alive @ (n * (1 / last - 1 / end) - by_passed / polynomial * passed / end),
            everyone / a - both - alive.sum() / a,
            people @ digamma(b + each) - everyone * digamma(b) - both + alive @ (1 / (b + x)),
        ]
    )
    return float(value), slopes


def _stages(n: Numbers, passed: Numbers, k: int) -> tuple[Numbers, Numbers, Numbers]:
    """sum over j < k of (n)_j / j! passed^j, and its derivatives in `passed` and n."""
    term, value = np.ones_like(passed), np.ones_like(passed)
    by_passed, by_n, logs = np.zeros_like(passed), np.zeros_like(passed), np.zeros_like(passed)
    for j in range(1, k):
        by_passed = by_passed + term * (n + j - 1)
        term = term * (n + j - 1) / j * passed
        logs = logs + 1 / (n + j - 1)
        value = value + term
        by_n = by_n + term * logs
    return value, by_passed, by_n
