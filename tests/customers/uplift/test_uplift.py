"""Uplift from a randomised hold-out: simulated shops in which the truth is known."""

import numpy as np
import pytest
from scipy.special import expit

from agent.domain.prediction import Uplift
from customers.uplift.backtest import UpliftBacktest, backtest_uplift
from customers.uplift.learner import UpliftModel, fit_uplift, uplift_model_from
from customers.uplift.trial import WHAT_THIS_IS, Trial, average_effect, uplift_text


def campaign(
    people: int = 4_000, *, effect: float = 0.4, slope: float = 0.0, seed: int = 0
) -> tuple[Trial, np.ndarray]:
    """A trial in which a message adds effect + slope * first trait to the log-odds; and each person's true uplift."""
    rng = np.random.default_rng(seed)
    traits = rng.normal(size=(people, 4))
    base = -1.2 + 0.6 * traits[:, 1]
    with_word = base + effect + slope * traits[:, 0]
    treated = rng.random(people) < 0.5
    ordered = rng.random(people) < expit(np.where(treated, with_word, base))
    return Trial(traits, treated, ordered, 30), expit(with_word) - expit(base)


def fitted(trial: Trial) -> UpliftModel:
    model = fit_uplift(trial)
    assert isinstance(model, UpliftModel)
    return model


def test_a_real_effect_is_found_with_its_sign() -> None:
    trial, truth = campaign(effect=0.5)
    effect = average_effect(trial)
    assert effect.detected
    assert effect.low < truth.mean() < effect.high
    assert "上がりました" in effect.text


def test_a_harmful_message_is_called_harmful() -> None:
    effect = average_effect(campaign(effect=-0.5)[0])
    assert effect.high < 0
    assert "下がりました" in effect.text


def test_no_effect_is_seldom_taken_for_one() -> None:
    found = [average_effect(campaign(1_000, effect=0.0, seed=seed)[0]) for seed in range(200)]
    assert 3 <= sum(effect.detected for effect in found) <= 20  # 5 % of 200
    assert "差は確かめられませんでした" in next(e for e in found if not e.detected).text


def test_people_whom_a_word_moves_are_told_from_those_it_does_not() -> None:
    trial, truth = campaign(8_000, effect=0.3, slope=0.9, seed=3)
    new_people, new_truth = campaign(2_000, effect=0.3, slope=0.9, seed=4)
    model = fitted(trial)
    point, low, high = model.effects(new_people.features)
    assert np.corrcoef(point, new_truth)[0, 1] > 0.8
    assert 0.65 <= ((low <= new_truth) & (new_truth <= high)).mean() <= 1
    assert np.abs(point.mean() - truth.mean()) < 0.03


def test_without_differences_between_people_everyone_gets_nearly_the_average() -> None:
    models = [fitted(campaign(1_500, effect=0.4, seed=seed)[0]) for seed in range(12)]
    spread = [model.effects(campaign(500, seed=99)[0].features)[0].std() for model in models]
    assert float(np.median(spread)) < 0.02


def test_the_back_test_passes_real_differences_and_fails_none() -> None:
    real = backtest_uplift(campaign(8_000, effect=0.3, slope=0.9)[0])
    none = [backtest_uplift(campaign(1_500, effect=0.3, seed=seed)[0]) for seed in range(8)]
    assert isinstance(real, UpliftBacktest)
    assert real.passed
    measured = [tenth.measured or 0.0 for tenth in real.tenths]
    assert np.mean(measured[:3]) > np.mean(measured[-3:]) + 0.1
    assert sum(isinstance(b, UpliftBacktest) and b.passed for b in none) <= 2


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        (Trial(np.zeros((0, 2)), np.zeros(0, bool), np.zeros(0, bool), 30), "無作為に決めた配信がまだない"),
        (campaign(300)[0], "人から"),
        (Trial(np.zeros((900, 2)), np.arange(900) % 2 == 0, np.zeros(900, bool), 30), "ご注文は0人"),
    ],
)
def test_too_little_evidence_is_said(trial: Trial, said: str) -> None:
    refusal = fit_uplift(trial)
    assert isinstance(refusal, str)
    assert said in refusal
    assert backtest_uplift(trial) == refusal


def test_missing_constant_and_extreme_traits_do_no_harm() -> None:
    trial, _ = campaign(1_000)
    odd = trial.features.copy()
    odd[:, 2], odd[::3, 0], odd[5, 1], odd[:, 3] = 7.0, np.nan, 1e12, np.nan
    model = fitted(Trial(odd, trial.treated, trial.ordered, 30))
    for column in model.effects(np.array([[np.nan] * 4, [np.inf] * 4, [1e9] * 4, [0.0] * 4])):
        assert np.isfinite(column).all()


def test_a_stored_model_says_the_same() -> None:
    trial, _ = campaign(1_000, slope=0.8)
    model = fitted(trial)
    again = uplift_model_from(model.as_json())
    assert again.uplifts(trial.features[:5]) == model.uplifts(trial.features[:5])
    assert model.uplifts(trial.features[:1])[0].campaign_people == 1_000


def test_an_uplift_is_said_with_its_doubt_and_not_mistaken_for_a_sale_habit() -> None:
    assert uplift_text(Uplift(0.034, 0.01, 0.058, 30, 4_000)) == (
        "お便りで30日以内のご注文の見込みが3.4ポイント上がる見通しです（80%の幅で+1.0〜+5.8ポイント、4,000人の実測から）"
    )
    assert "はっきりしません" in uplift_text(Uplift(0.01, -0.01, 0.03, 30, 4_000))
    assert "セールの利用傾向や離反の見込みとは別" in WHAT_THIS_IS
