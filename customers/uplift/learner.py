"""Whom does a message move, as far as the hold-out can tell?"""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.domain.prediction import Uplift
from customers.uplift.ridge import RidgeLogistic, choose_penalty, fit_ridge
from customers.uplift.trial import Z80, AverageEffect, Trial, average_effect, why_not

FOLDS = 5
SEED = 20_261_122
"""Folds are drawn with a fixed seed, so that one trial always gives one answer."""

FARTHEST = 4.0
"""Standardised traits are cut off here: beyond, nobody of the trial stood."""


@dataclass(frozen=True, slots=True)
class Standard:
    """What a trait is measured against. centre also stands in for a missing value; scale 0 marks a constant trait, left out."""

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]

    def rows(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Standardised rows, shape (people, varying traits)."""
        filled = np.where(np.isfinite(features), features, self.centre)
        varying = self.scale > 0
        rows = (filled[:, varying] - self.centre[varying]) / self.scale[varying]
        return np.asarray(np.clip(rows, -FARTHEST, FARTHEST))


@dataclass(frozen=True, slots=True)
class UpliftModel:
    """Two ridge logistic models, one an arm (a T-learner), their difference drawn towards the average effect.

    personal: 0 to 1, how much of the difference between people is believed; 0 when folds left out did not confirm it.
    personal_error: its standard error.    middle: mean difference of the two models over the trial's people.
    """

    standard: Standard
    treated: RidgeLogistic
    held_out: RidgeLogistic
    average: AverageEffect
    personal: float
    personal_error: float
    middle: float

    def effects(
        self, features: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Point and 80 % interval of the change of probability for each row. Shapes (people,), within [-1, 1]."""
        rows = self.standard.rows(np.asarray(features, dtype=np.float64))
        apart = self.treated.probability(rows) - self.held_out.probability(rows) - self.middle
        point = self.average.point + self.personal * apart
        variance = (
            self.average.error**2
            + self.personal**2 * (self.treated.variance(rows) + self.held_out.variance(rows))
            + (self.personal_error * apart) ** 2
        )
        half = Z80 * np.sqrt(variance)
        return np.clip(point, -1, 1), np.clip(point - half, -1, 1), np.clip(point + half, -1, 1)

    def uplifts(self, features: NDArray[np.float64]) -> list[Uplift]:
        """`effects` as records."""
        people = self.average.treated_people + self.average.held_out_people
        columns = (column.tolist() for column in self.effects(features))
        return [
            Uplift(point, low, high, self.average.horizon_days, people)
            for point, low, high in zip(*columns, strict=True)
        ]

    def as_json(self) -> str:
        """One JSON document; `uplift_model_from` reads it back."""
        arm = {
            name: {"weights": m.weights.tolist(), "covariance": m.covariance.tolist(), "penalty": m.penalty}
            for name, m in (("treated", self.treated), ("held_out", self.held_out))
        }
        average = {name: getattr(self.average, name) for name in AverageEffect.__slots__}
        standard = {"centre": self.standard.centre.tolist(), "scale": self.standard.scale.tolist()}
        numbers = {name: getattr(self, name) for name in ("personal", "personal_error", "middle")}
        return json.dumps({**arm, **numbers, "average": average, "standard": standard})


def uplift_model_from(document: str) -> UpliftModel:
    """Read a stored document back."""
    plain = json.loads(document)

    def arm(name: str) -> RidgeLogistic:
        stored = plain[name]
        return RidgeLogistic(np.array(stored["weights"]), np.array(stored["covariance"]), stored["penalty"])

    return UpliftModel(
        standard=Standard(np.array(plain["standard"]["centre"]), np.array(plain["standard"]["scale"])),
        treated=arm("treated"),
        held_out=arm("held_out"),
        average=AverageEffect(**plain["average"]),
        personal=plain["personal"],
        personal_error=plain["personal_error"],
        middle=plain["middle"],
    )


def fit_uplift(trial: Trial) -> UpliftModel | str:
    """Fit on one trial, or the Japanese reason why not yet."""
    if reason := why_not(trial):
        return reason
    standard = standard_of(trial.features)
    rows, fold = standard.rows(trial.features), folds(trial)
    penalties = [choose_penalty(rows[arm], trial.ordered[arm], fold[arm]) for arm in _arms(trial)]
    treated, held_out = _pair(rows, trial, np.ones(len(fold), dtype=np.bool_), penalties)
    personal, error = _believed(apart_out_of_fold(rows, trial, fold, penalties), trial)
    return UpliftModel(
        standard=standard,
        treated=treated,
        held_out=held_out,
        average=average_effect(trial),
        personal=personal,
        personal_error=error,
        middle=float((treated.probability(rows) - held_out.probability(rows)).mean()),
    )


def standard_of(features: NDArray[np.float64]) -> Standard:
    """Centre and scale of each trait over the finite values; a trait without any is constant."""
    known = np.isfinite(features)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, features, 0.0).sum(axis=0) / count
    spread = np.where(known, features - centre, 0.0)
    scale = np.sqrt((spread**2).sum(axis=0) / count)
    return Standard(centre, np.where(scale > 1e-9 * (1 + np.abs(centre)), scale, 0.0))


def folds(trial: Trial) -> NDArray[np.int64]:
    """A fold for each person, even within arm and outcome."""
    order = np.random.default_rng(SEED).permutation(len(trial.treated))
    kind = (trial.treated * 2 + trial.ordered)[order]
    fold = np.empty(len(order), dtype=np.int64)
    fold[order[np.argsort(kind, kind="stable")]] = np.arange(len(order)) % FOLDS
    return fold


def apart_out_of_fold(
    rows: NDArray[np.float64], trial: Trial, fold: NDArray[np.int64], penalties: list[float]
) -> NDArray[np.float64]:
    """Each person's difference of the two models, from models that did not see their fold, less the fold's mean."""
    apart = np.zeros(len(fold))
    for held in range(FOLDS):
        treated, held_out = _pair(rows, trial, fold != held, penalties)
        own = fold == held
        apart[own] = treated.probability(rows[own]) - held_out.probability(rows[own])
        apart[own] -= apart[own].mean()
    return apart


def _believed(apart: NDArray[np.float64], trial: Trial) -> tuple[float, float]:
    """How much of the predicted differences the people left out confirm, and the standard error of that.

    Slope of the transformed outcome on the predicted difference (best linear predictor: Chernozhukov, Demirer, Duflo and
    Fernández-Val, 2018), times the positive part of 1 - 1 / t^2 (James and Stein), so that noise is believed less than signal.
    """
    spread = float((apart**2).sum())
    if spread <= 1e-12:
        return 0.0, 0.0
    share = float(trial.treated.mean())
    # centred on each arm's mean: the slope is the same on average, its noise smaller
    outcome = trial.ordered - np.where(
        trial.treated, trial.ordered[trial.treated].mean(), trial.ordered[~trial.treated].mean()
    )
    moved = outcome * (trial.treated - share) / (share * (1 - share))
    slope = float((apart * moved).sum() / spread)
    error = float(np.sqrt((apart**2 * (moved - slope * apart) ** 2).sum()) / spread)
    if slope <= 0 or error <= 0:
        return 0.0, 0.0
    kept = max(0.0, 1 - (error / slope) ** 2)
    return float(np.clip(slope, 0, 1) * kept), min(error, 1.0) * kept


def _arms(trial: Trial) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return trial.treated, ~trial.treated


def _pair(
    rows: NDArray[np.float64], trial: Trial, seen: NDArray[np.bool_], penalties: list[float]
) -> tuple[RidgeLogistic, RidgeLogistic]:
    one, other = (
        fit_ridge(rows[arm & seen], trial.ordered[arm & seen], penalty=penalty)
        for arm, penalty in zip(_arms(trial), penalties, strict=True)
    )
    return one, other
