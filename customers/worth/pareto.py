"""Which share of the customers brings 80 % of the revenue?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from customers.repeat.history import Numbers

POINTS = 100


@dataclass(frozen=True, slots=True)
class ParetoView:
    """How a shop's net revenue is spread over its customers, the best first.

    people, total_yen: of those with revenue above 0.    curve: (share of people, share of revenue) from (0, 0) to (1, 1), rising.
    share, people_needed: the best customers it takes for `of_revenue` of the revenue, and their share of people.    gini: 0 all
    bring the same, near 1 one brings all.    negative_people, negative_yen: customers whose returns outweigh their purchases, and their
    sum (<= 0); they are left out above, or the curve would rise over 100 %.    text: for staff.
    """

    people: int
    total_yen: int
    curve: tuple[tuple[float, float], ...]
    of_revenue: float
    share: float
    people_needed: int
    gini: float
    negative_people: int
    negative_yen: int
    text: str


def pareto_view(
    net_yen: npt.ArrayLike, *, of_revenue: float = 0.8, points: int = POINTS
) -> ParetoView | None:
    """net_yen: of each customer, may be negative or 0.    of_revenue: in (0, 1].    points: at most so many on the curve.

    None when nobody brought revenue. One sort: a million customers take a tenth of a second.
    """
    every = np.asarray(net_yen, dtype=np.float64).reshape(-1)
    losing = every < 0
    best = np.sort(every[every > 0])[::-1]
    if not best.size:
        return None
    brought: Numbers = np.cumsum(best)
    total = float(brought[-1])
    needed = min(int(np.searchsorted(brought, of_revenue * total * (1 - 1e-12))) + 1, best.size)
    at = np.unique(np.rint(np.linspace(0, best.size, max(min(points, best.size + 1), 2))).astype(np.intp))
    revenue = np.concatenate([[0.0], brought])[at] / total
    rank = np.arange(1, best.size + 1)
    gini = float((best.size + 1 - 2 * (rank @ best) / total) / best.size)
    share = needed / best.size
    return ParetoView(
        people=int(best.size),
        total_yen=round(total),
        curve=tuple((float(i / best.size), float(min(y, 1.0))) for i, y in zip(at, revenue, strict=True)),
        of_revenue=of_revenue,
        share=share,
        people_needed=needed,
        gini=min(max(gini, 0.0), 1.0),
        negative_people=int(losing.sum()),
        negative_yen=round(float(every[losing].sum())),
        text=f"お買い上げ額の上位{share:.0%}（{needed:,}名）のお客さまで、売上の{of_revenue:.0%}になります。",
    )
