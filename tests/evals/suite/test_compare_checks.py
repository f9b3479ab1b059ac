"""A check that loses what it caught is a drop; one draft lost is not, and gains elsewhere hide nothing."""

import pytest

from evals.suite.compare import Example
from evals.suite.compare_checks import compare_checks, holm


def examples(check: str, caught: int, missed: int) -> dict[str, Example]:
    return {
        f"{check}{n}": Example(cluster=f"c{n}", scores={"defects_named": float(n < caught)}, checks=(check,))
        for n in range(caught + missed)
    }


def drops(before: dict[str, Example], after: dict[str, Example], *, tuned_on: bool = False) -> list[str]:
    return [one.check for one in compare_checks(before, after, tuned_on=tuned_on) if one.real_drop]


@pytest.mark.parametrize(("caught", "lost"), [(2, 2), (5, 2), (8, 2), (9, 3), (12, 3), (40, 10)])
def test_a_quarter_of_what_was_caught_is_a_collapse(caught: int, lost: int) -> None:
    assert drops(examples("a", caught, 1), examples("a", caught - lost, 1 + lost)) == ["a"]


@pytest.mark.parametrize(("caught", "lost"), [(1, 1), (5, 1), (9, 2), (40, 4)])
def test_less_is_none(caught: int, lost: int) -> None:
    assert drops(examples("a", caught, 1), examples("a", caught - lost, 1 + lost)) == []


def test_many_lost_of_very_many_is_told_by_the_exact_test() -> None:
    assert drops(examples("a", 100, 0), examples("a", 91, 9)) == ["a"]


def test_gains_of_another_check_hide_no_collapse() -> None:
    before = examples("a", 5, 0) | examples("b", 2, 8)
    assert drops(before, examples("a", 0, 5) | examples("b", 10, 0)) == ["a"]


def test_gains_of_the_same_check_make_up_for_its_losses() -> None:
    before, after = examples("a", 4, 4), examples("a", 0, 8)
    after |= {f"a{n}": before["a0"] for n in range(4, 8)}
    assert drops(before, after) == []


def test_of_drafts_the_rules_were_written_on_two_are_too_many() -> None:
    before = examples("a", 23, 0)
    assert drops(before, examples("a", 21, 2)) == []
    assert drops(before, examples("a", 21, 2), tuned_on=True) == ["a"]
    assert drops(before, examples("a", 22, 1), tuned_on=True) == []


def test_holm_multiplies_the_smallest_most_and_never_turns_the_order() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({"a": 0.9, "b": 0.8}) == {"b": 1.0, "a": 1.0}
