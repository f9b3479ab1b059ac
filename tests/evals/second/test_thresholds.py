"""Does a check speak only as often as its budget of false alarms allows?"""

import numpy as np

from evals.suite.second_tier_thresholds import Evidence, false_alarm_rate, share_budget

RANDOM = np.random.default_rng(3)
HARMLESS = RANDOM.normal(0.0, 1.0, 400)


def test_a_check_that_tells_guilty_from_harmless_speaks_within_its_budget() -> None:
    guilty = RANDOM.normal(6.0, 1.0, 60)
    (threshold,) = share_budget([Evidence(HARMLESS, guilty)], 0.005)
    assert np.mean(guilty >= threshold) > 0.9
    assert false_alarm_rate(HARMLESS, np.asarray([threshold]))[0] <= 0.005


def test_a_check_without_an_example_stays_silent() -> None:
    assert share_budget([Evidence(HARMLESS, np.zeros(0))], 0.01) == [float("inf")]


def test_a_check_that_cannot_tell_leaves_the_budget_to_one_that_can() -> None:
    blind, keen = RANDOM.normal(0.0, 1.0, 60), RANDOM.normal(4.0, 1.0, 60)
    alone = share_budget([Evidence(HARMLESS, keen)], 0.005)[0]
    both = share_budget([Evidence(HARMLESS, blind), Evidence(HARMLESS, keen)], 0.005)
    assert np.mean(blind >= both[0]) < 0.1
    assert np.mean(keen >= both[1]) >= np.mean(keen >= alone) - 0.1


def test_beyond_the_highest_harmless_score_alarms_are_still_expected() -> None:
    beyond = false_alarm_rate(HARMLESS, np.asarray([HARMLESS.max() + 0.01, HARMLESS.max() + 3]))
    assert 0 < beyond[1] < beyond[0]
