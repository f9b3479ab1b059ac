"""A shop whose customers really behave as MBG/CNBD-k says."""

from dataclasses import dataclass

import numpy as np

from customers.repeat.history import Numbers, RepeatHistory
from customers.repeat.mbg_nbd import MbgNbd


@dataclass(frozen=True)
class Simulated:
    """history: until T.    orders: in (T, T + ahead].    wait: to the next purchase after T, inf if none ever comes."""

    history: RepeatHistory
    orders: Numbers
    wait: Numbers
    alive: Numbers


def simulate(model: MbgNbd, *, people: int, seen: Numbers, ahead: float, seed: int) -> Simulated:
    """Buy and leave as the model says, until everybody has left or is past T + ahead."""
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(model.r, 1 / model.alpha, people), rng.beta(model.a, model.b, people)
    now, last, logs = np.zeros(people), np.zeros(people), np.zeros(people)
    bought, orders, wait = np.zeros(people), np.zeros(people), np.full(people, np.inf)
    here = rng.random(people) >= leave
    alive = here.copy()  # not left by the last purchase before T
    while here.any():
        gap = rng.gamma(model.k, 1 / np.maximum(rate, 1e-12))
        now = np.where(here, now + gap, now)
        early, late = here & (now <= seen), here & (now > seen) & (now <= seen + ahead)
        bought += early
        last = np.where(early, now, last)
        logs += np.where(early, np.log(gap), 0.0)
        orders += late
        wait = np.where(here & (now > seen), np.minimum(wait, now - seen), wait)
        stays = rng.random(people) >= leave
        alive = np.where(early, stays, alive)
        here &= stays & (now <= seen + ahead)
    return Simulated(
        RepeatHistory.of(bought, last, seen, log_gaps=logs), orders, wait, alive.astype(np.float64)
    )
