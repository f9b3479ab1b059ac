"""Intervals against values printed in the literature, and a bootstrap that tells a drop from noise."""

import pytest

from evals.suite.intervals import paired_difference, share


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_intervals_newcombe_printed_in_1998(
    hits: int, of: int, low: float, high: float
) -> None:
    found = share(hits, of)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_a_share_of_nothing_is_unknown() -> None:
    assert share(0, 0).value is None


def test_one_example_lost_of_a_hundred_is_noise() -> None:
    before = [1.0] * 100
    after = [0.0, *before[1:]]
    assert not paired_difference(before, after, clusters=range(100)).real_drop


def test_ten_examples_lost_in_as_many_shops_are_a_real_drop() -> None:
    before = [1.0] * 100
    after = [0.0] * 10 + [1.0] * 90
    found = paired_difference(before, after, clusters=range(100))
    assert found.real_drop
    assert found.value == pytest.approx(-0.1)
    assert found.low < -0.1 < found.high


def test_ten_examples_lost_in_one_shop_are_not_proof() -> None:
    before = [1.0] * 100
    after = [0.0] * 10 + [1.0] * 90
    assert not paired_difference(before, after, clusters=[n // 10 for n in range(100)]).real_drop


def test_gains_and_losses_that_cancel_are_no_drop() -> None:
    found = paired_difference([1.0, 0.0] * 50, [0.0, 1.0] * 50, clusters=range(100))
    assert found.value == 0
    assert not found.real_drop


def test_the_same_seed_gives_the_same_interval() -> None:
    before, after = [1.0] * 30, [0.0] * 5 + [1.0] * 25
    first, again = (paired_difference(before, after, clusters=range(30), seed=7) for _ in range(2))
    assert first == again


def test_unequal_runs_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="same length"):
        paired_difference([1.0], [1.0, 0.0], clusters=[1])
