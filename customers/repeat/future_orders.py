"""How many purchases will someone make who is still with us?"""

from collections.abc import Callable

import numpy as np

from customers.repeat.history import Numbers

NODES, MANY_NODES = 24, 96
"""Gauss-Jacobi nodes, and those for the hard rows: newcomers at busy shops, looked at far ahead."""

HARD = 12.0
"""From this many purchases expected for each that decided p on, few nodes err (at 100 by 1e-3; many nodes do so at 1,000)."""

ROWS_AT_A_TIME = 20_000

TABLE = 64
"""Rates in a table, evenly spaced in their logarithm; cubic lines between them are true to 1e-5."""


def orders_while_staying(
    shape: Numbers, rate: Numbers, leave: float, stay: Numbers, *, regularity: int, horizon: float
) -> Numbers:
    """Expected purchases within `horizon`, for each stage already passed since the last purchase; shape (rows, regularity).

    A purchase comes every `regularity` steps of a Poisson process of rate lambda; after each, the customer leaves with
    probability p. After j steps lambda ~ Gamma(shape + j, rate), and p ~ Beta(leave, stay).

    For given p and generating function of the steps the expectation is elementary (roots of unity pick every k-th step); over p it is
    a Gauss-Jacobi sum. The textbook 2F1 form is this integral for k = 1, but 2F1 loses all digits near leave = 1 and for large shape.
    """
    steps = np.zeros((shape.size, regularity))
    if horizon <= 0:
        return steps
    ahead = np.maximum(shape, 1.0) * horizon / (rate * regularity * (leave + stay))
    for hard, nodes in ((False, NODES), (True, MANY_NODES)):
        rows = np.flatnonzero((ahead > HARD) == hard)
        at_a_time = ROWS_AT_A_TIME * NODES // nodes
        for start in range(0, rows.size, at_a_time):
            part = rows[start : start + at_a_time]
            each_stay, place = np.unique(stay[part], return_inverse=True)
            chance, weight = _beta_nodes(leave, each_stay, nodes)
            p, w = chance[place.reshape(-1)], weight[place.reshape(-1)]
            reach = (horizon / rate[part])[:, None]
            if regularity == 1:
                made = -np.expm1(-shape[part, None] * np.log1p(reach * p)) / p
                steps[part, 0] = (made * w).sum(axis=1)
            else:
                steps[part] = _erlang(shape[part, None], reach, p, w, regularity)
    return np.asarray(np.maximum(steps, 0.0))


def by_table(x: Numbers, rate: Numbers, ask: Callable[[Numbers, Numbers], Numbers]) -> Numbers:
    """ask(x, rate), shape (rows, stages), > 0 or all 0 and smooth in rate, through a table where that asks less.

    A million customers differ in few x, so that 64 rates for each x (some thousand answers) serve them all.
    """
    each, row = np.unique(x, return_inverse=True)
    logs = np.log(rate)
    low, wide = float(logs.min(initial=np.inf)), float(np.ptp(logs)) if logs.size else 0.0
    if each.size * TABLE >= x.size or wide < 1e-9:
        return ask(x, rate)
    knots = low + wide * np.arange(TABLE) / (TABLE - 1)
    answers = ask(np.repeat(each, TABLE), np.tile(np.exp(knots), each.size))
    table = np.log(np.maximum(answers, 1e-300))
    at = (logs - low) * ((TABLE - 1) / wide)
    left = np.clip(at.astype(np.intp), 1, TABLE - 3)
    f = at - left
    first = row.reshape(-1) * TABLE + left
    weights = (
        -f * (f - 1) * (f - 2) / 6,
        (f + 1) * (f - 1) * (f - 2) / 2,
        -(f + 1) * f * (f - 2) / 2,
        (f + 1) * f * (f - 1) / 6,
    )
    out = np.zeros((x.size, table.shape[1]))
    for shift, weight in zip((-1, 0, 1, 2), weights, strict=True):
        out += weight[:, None] * table[first + shift]
    return np.exp(out)


def _erlang(shape: Numbers, reach: Numbers, p: Numbers, w: Numbers, k: int) -> Numbers:
    """E[(1 - (1-p)^floor((M+j)/k)) / p] with M the Poisson steps: a sum over the k-th roots of 1 - p."""
    log_stay = np.log1p(-p)
    left = [np.zeros_like(p) for _ in range(k)]  # sum over roots of C z^j (1 + reach (1-z))^-(shape+j)
    for turn in range(k // 2 + 1):
        twice = (
            1.0 if turn == 0 or 2 * turn == k else 2.0
        )  # the other of a conjugate pair adds the same real part
        size = np.exp(log_stay / k)
        if turn == 0:
            gap = -np.expm1(log_stay / k)
            base = 1 + reach * gap
            term = p * size / (k * (1 - p) * gap) * np.exp(-shape * np.log(base))
            ratio = size / base
        else:
            root = size * np.exp(2j * np.pi * turn / k)
            base = 1 + reach * (1 - root)
            term = twice * p * root / (k * (1 - p) * (1 - root)) * np.exp(-shape * np.log(base))
            ratio = root / base
        for j in range(k):
            left[j] += term.real
            term = term * ratio
    return np.stack([((1 - part) / p * w).sum(axis=1) for part in left], axis=1)


def _beta_nodes(leave: float, stay: Numbers, nodes: int) -> tuple[Numbers, Numbers]:
    """Nodes in (0, 1) and weights (summing to 1) of Beta(leave, stay), a row for each `stay`: Golub & Welsch (1969).

    Own code, because scipy's roots_jacobi overflows in the normalising constant from stay of about 1,000 on.
    """
    one, two = stay[:, None] - 1, leave - 1  # exponents of (1-y) and (1+y) on [-1, 1]
    both = one + two
    i = np.arange(1, nodes, dtype=np.float64)
    middle = np.empty((stay.size, nodes))
    middle[:, :1] = (two - one) / (both + 2)
    middle[:, 1:] = (two**2 - one**2) / ((2 * i + both) * (2 * i + both + 2))
    beside = np.empty((stay.size, nodes - 1))
    beside[:, :1] = 4 * (1 + one) * (1 + two) / ((2 + both) ** 2 * (3 + both))
    j = i[1:]
    beside[:, 1:] = (
        4
        * j
        * (j + one)
        * (j + two)
        * (j + both)
        / ((2 * j + both) ** 2 * (2 * j + both + 1) * (2 * j + both - 1))
    )
    matrix = np.zeros((stay.size, nodes, nodes))
    at = np.arange(nodes)
    matrix[:, at, at] = middle
    matrix[:, at[1:], at[:-1]] = np.sqrt(beside)
    values, vectors = np.linalg.eigh(matrix)  # reads the lower triangle
    return np.clip((1 + values) / 2, 1e-8, 1 - 1e-8), vectors[:, 0, :] ** 2
