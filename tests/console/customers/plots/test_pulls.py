"""Which way a signal pulls."""

from agent.domain.prediction import Signal
from console.customers.plots.pulls import CENTRE, pulls


def signal(contribution: float) -> Signal:
    return Signal("code", "理由", "reason", contribution, ())


def test_reasons_to_leave_go_right_and_reasons_to_come_go_left() -> None:
    away, back = pulls([signal(0.9), signal(-0.3)])
    assert (away.side, away.x, back.side) == ("away", CENTRE, "back")
    assert back.x + back.width == CENTRE


def test_bars_keep_the_proportion_of_what_they_add() -> None:
    strong, weak = pulls([signal(0.9), signal(-0.3)])
    assert abs(strong.width / weak.width - 3) < 0.01
    assert (strong.strength, weak.strength) == ("strong", "some")


def test_a_signal_that_adds_nothing_has_no_bar_and_no_side() -> None:
    (none,) = pulls([signal(0.0)])
    assert (none.side, none.width) == ("none", 0.0)
