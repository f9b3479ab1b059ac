"""Square plots of the accuracy page: said against happened, best-scored first, and who brings the money."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from agent.domain.customer_page import Pareto
from agent.domain.nps import NpsSummary, nps_kind
from agent.domain.prediction import LiftStep, ReliabilityBin
from console.customers.plots.axis import Axis

SIDE = 320
LEFT, RIGHT, TOP, BOTTOM = 44, 308, 12, 276
"""The field within the square, in picture units."""
GENTLE_TOPS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Where a reliability plot may end: rare events would huddle in the corner of a plot that goes to 100 %."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One bin: its place, its size by people, and its interval from `low` to `high` (y)."""

    x: float
    y: float
    r: float
    low: float
    high: float
    bin: ReliabilityBin


@dataclass(frozen=True, slots=True)
class ReliabilityPlot:
    """Dots against the diagonal. ticks: (place on x, place on y, share)."""

    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class CurvePlot:
    """A rising curve over the diagonal. path: of an SVG path; area: the same closed to the diagonal; mark: the point spoken of."""

    path: str
    area: str
    mark: tuple[float, float]
    ticks: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One answer of 0 to 10. kind: promoter, passive, detractor."""

    x: float
    y: float
    height: float
    score: int
    people: int
    kind: str


def reliability_plot(bins: Sequence[ReliabilityBin]) -> ReliabilityPlot | None:
    """Said (x) against happened (y); None without any bin that holds people."""
    filled = [one for one in bins if one.people > 0]
    if not filled:
        return None
    highest = max(max(one.predicted, one.happened) for one in filled)
    top = next((top for top in GENTLE_TOPS if highest <= top * 0.9), 1.0)
    x, y = Axis(0, top, LEFT, RIGHT), Axis(0, top, BOTTOM, TOP)
    most = max(one.people for one in filled)
    dots = tuple(
        Dot(
            x=x.at(one.predicted),
            y=y.at(one.happened),
            r=round(3 + 6 * sqrt(one.people / most), 1),
            low=y.at(one.low),
            high=y.at(one.high),
            bin=one,
        )
        for one in filled
    )
    return ReliabilityPlot(dots, _ticks(x, y, top))


def gains_plot(steps: Sequence[LiftStep], *, mark: LiftStep | None) -> CurvePlot | None:
    """The best-scored share (x) against the share of those who ordered (y); None without steps."""
    points = [(step.share, step.captured) for step in steps]
    return _curve(points, (mark.share, mark.captured) if mark else None)


def pareto_plot(pareto: Pareto) -> CurvePlot | None:
    """The best buyers (x) against their share of net revenue (y)."""
    points = [(point.customers, point.revenue) for point in pareto.curve]
    return _curve(points, (pareto.share_needed, pareto.goal))


def step_at(steps: Sequence[LiftStep], share: float) -> LiftStep | None:
    """The step nearest to a share; None without steps inside (0, 1)."""
    inner = [step for step in steps if 0 < step.share < 1]
    return min(inner, key=lambda step: abs(step.share - share), default=None)


def nps_columns(given: NpsSummary) -> tuple[Column, ...]:
    """Eleven columns in a field of 330 by 120 units."""
    most = max(given.counts, default=0) or 1
    y = Axis(0, most, 116, 18)
    return tuple(
        Column(
            x=4 + 30 * score,
            y=y.at(people),
            height=round(116 - y.at(people), 1),
            score=score,
            people=people,
            kind=nps_kind(score),
        )
        for score, people in enumerate(given.counts[:11])
    )


def _curve(points: Sequence[tuple[float, float]], mark: tuple[float, float] | None) -> CurvePlot | None:
    if not points:
        return None
    x, y = Axis(0, 1, LEFT, RIGHT), Axis(0, 1, BOTTOM, TOP)
    whole = sorted({(0.0, 0.0), *points, (1.0, 1.0)})
    path = "M" + "L".join(f"{x.at(share)} {y.at(reached)}" for share, reached in whole)
    spot = (x.at(mark[0]), y.at(mark[1])) if mark else (x.at(1), y.at(1))
    return CurvePlot(path, path + "Z", spot, _ticks(x, y, 1.0))


def _ticks(x: Axis, y: Axis, top: float) -> tuple[tuple[float, float, float], ...]:
    return tuple((x.at(top * n / 4), y.at(top * n / 4), top * n / 4) for n in range(5))
