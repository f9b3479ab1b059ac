"""Agreement coefficients against their authors' worked examples and an independent implementation."""

import random

import pytest
from sklearn.metrics import cohen_kappa_score

from evals.suite.agreement import Level, cohen_kappa, krippendorff_alpha

MEG, OWEN = "0100000010", "1110010000"
BEN, GERRY = "aabbdcccedda", "babbbccceddd"
FOUR_OBSERVERS = {
    "A": "123321412***",
    "B": "1233224125*3",
    "C": "*3332342251*",
    "D": "12332441251*",
}
"""Krippendorff 2011, section C: twelve units, five values, gaps."""


def units(observers: dict[str, str]) -> list[dict[str, float | None]]:
    return [
        {name: None if values[n] == "*" else float(ord(values[n])) for name, values in observers.items()}
        for n in range(len(next(iter(observers.values()))))
    ]


def test_alpha_of_two_observers_on_binary_data_is_the_published_one() -> None:
    assert krippendorff_alpha(units({"Meg": MEG, "Owen": OWEN})).value == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_two_observers_on_nominal_data_is_the_published_one() -> None:
    assert krippendorff_alpha(units({"Ben": BEN, "Gerry": GERRY})).value == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_four_observers_with_gaps_is_the_published_one(level: Level, alpha: float) -> None:
    found = krippendorff_alpha(units(FOUR_OBSERVERS), level=level)
    assert found.value == pytest.approx(alpha, abs=5e-4)
    assert found.units == 11  # the twelfth unit has one value only


def test_kappa_of_the_textbook_table_is_two_fifths() -> None:
    one = ["yes"] * 25 + ["no"] * 25
    other = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = cohen_kappa(one, other)
    assert found.value == pytest.approx(0.4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.4 < found.high


def test_kappa_equals_that_of_scikit_learn() -> None:
    dice = random.Random(3)
    one = [dice.choice("abc") for _ in range(200)]
    other = [mine if dice.random() < 0.6 else dice.choice("abc") for mine in one]
    assert cohen_kappa(one, other).value == pytest.approx(cohen_kappa_score(one, other))


def test_agreement_on_something_that_never_varies_is_unknown() -> None:
    assert cohen_kappa(["ok"] * 9, ["ok"] * 9).value is None
    assert krippendorff_alpha([{"a": 1.0, "b": 1.0}] * 9).value is None


def test_full_agreement_is_one_with_nothing_to_doubt() -> None:
    found = krippendorff_alpha([{"a": n % 2, "b": n % 2} for n in range(20)])
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_a_unit_only_one_judge_saw_counts_for_nothing() -> None:
    both = [{"a": float(n % 2), "b": float(n % 3 == 0)} for n in range(12)]
    alone: list[dict[str, float | None]] = [{"a": 1.0, "b": None}]
    assert krippendorff_alpha([*both, *alone]).value == krippendorff_alpha(both).value


def test_judges_of_different_units_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="same units"):
        cohen_kappa(["a"], ["a", "b"])
