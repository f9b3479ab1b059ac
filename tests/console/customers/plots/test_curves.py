"""The square plots of the track record."""

from agent.domain.nps import summarise
from agent.domain.prediction import LiftStep, ReliabilityBin
from console.customers.plots.curves import BOTTOM, LEFT, gains_plot, nps_columns, reliability_plot, step_at


def test_an_honest_bin_lies_on_the_diagonal() -> None:
    plot = reliability_plot([ReliabilityBin(0.5, 0.5, 0.4, 0.6, 90)])
    assert plot is not None
    (dot,) = plot.dots
    assert abs((dot.x - LEFT) - (BOTTOM - dot.y)) < 0.2


def test_rare_events_get_a_plot_of_their_own_size() -> None:
    plot = reliability_plot([ReliabilityBin(0.02, 0.03, 0.01, 0.05, 900)])
    assert plot is not None
    assert plot.ticks[-1][2] == 0.1


def test_more_people_make_a_bigger_dot_and_nobody_makes_none() -> None:
    plot = reliability_plot(
        [
            ReliabilityBin(0.2, 0.2, 0.1, 0.3, 10),
            ReliabilityBin(0.5, 0.6, 0.4, 0.7, 900),
            ReliabilityBin(0.9, 0, 0, 1, 0),
        ]
    )
    assert plot is not None
    small, big = plot.dots
    assert small.r < big.r


def test_without_bins_or_steps_there_is_no_plot() -> None:
    assert reliability_plot([]) is None
    assert gains_plot([], mark=None) is None
    assert step_at([LiftStep(0, 0), LiftStep(1, 1)], 0.2) is None


def test_the_told_step_is_the_nearest_one() -> None:
    steps = [LiftStep(0.1, 0.3), LiftStep(0.25, 0.5), LiftStep(1, 1)]
    assert step_at(steps, 0.2) == LiftStep(0.25, 0.5)


def test_each_answer_has_its_column_and_its_kind() -> None:
    columns = nps_columns(summarise({0: 1, 7: 2, 10: 4}))
    assert [column.people for column in columns] == [1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 4]
    assert (columns[6].kind, columns[7].kind, columns[9].kind) == ("detractor", "passive", "promoter")
    assert columns[10].height == 2 * columns[7].height
