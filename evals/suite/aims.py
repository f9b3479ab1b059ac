"""How a run stands to what we want of it: every limit and aim with what was measured, kept or missed."""

from dataclasses import dataclass
from typing import Any

from evals.suite.floors import Floor, Held, hold, read_floors
from evals.suite.run import Run

DRAFTS_A_SECOND = {"rules": 200, "gate": 60}
"""Aims of speed on one core: the rules alone, and with the second tier. By the first word of the subject's name."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A measure, the share wanted of it and what was measured. at_least: else at most. met: None when there is no case.

    sure: the whole interval lies on the same side of the aim as the share; False: too few cases to say.
    """

    measure: str
    wanted: float
    at_least: bool
    measured: dict[str, Any]
    met: bool | None
    sure: bool


def aims_of(run: Run, floors: tuple[Floor, ...] | None = None) -> list[Aim]:
    """Every limit of the floors (default: the shipped ones); where it has an aim, the aim is what counts here."""
    return [_aim(held) for held in hold(read_floors() if floors is None else floors, run.measure)]


def _aim(held: Held) -> Aim:
    floor = held.floor
    at_least = floor.at_least is not None
    limit = floor.at_least if at_least else floor.at_most
    assert limit is not None  # noqa: S101 - the floor's validator
    wanted = limit if floor.aim is None else floor.aim
    value = held.measured.value
    met = None if value is None else (value >= wanted if at_least else value <= wanted)
    low, high = held.measured.low, held.measured.high
    within = low is not None and high is not None and low < wanted < high
    return Aim(floor.measure, wanted, at_least, held.measured.document(), met, sure=not within)


def speed_aim(run: Run) -> int:
    """Drafts a second that this gate should judge on one core."""
    return DRAFTS_A_SECOND[run.subject.name.split()[0]]
