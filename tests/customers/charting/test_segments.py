"""Every segment at its bounds, in a shop whose customers usually come back after 30 days."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.chart import Rfm, Segment
from customers.charting.rfm import FixedSteps, Quintiles, cut_points
from customers.charting.segments import segment_of, segments_of

BEST, OFTEN, RICH, PLAIN = Rfm(5, 5, 5), Rfm(2, 4, 1), Rfm(1, 1, 4), Rfm(3, 3, 3)


@pytest.mark.parametrize(
    ("orders", "recency_days", "rfm", "segment"),
    [
        (1, 0, PLAIN, Segment.NEW),
        (1, 30, BEST, Segment.NEW),
        (1, 31, PLAIN, Segment.NURTURE),
        (1, 60, RICH, Segment.NURTURE),
        (1, 61, PLAIN, Segment.LAPSED_ONCE),
        (1, 61, RICH, Segment.AT_RISK),
        (2, 0, PLAIN, Segment.NURTURE),
        (5, 60, Rfm(4, 4, 4), Segment.LOYAL),
        (5, 60, Rfm(3, 5, 5), Segment.NURTURE),
        (5, 60, Rfm(5, 3, 5), Segment.NURTURE),
        (5, 60, Rfm(5, 5, 3), Segment.NURTURE),
        (5, 61, BEST, Segment.AT_RISK),
        (5, 120, OFTEN, Segment.AT_RISK),
        (5, 121, OFTEN, Segment.DORMANT),
        (1, 121, RICH, Segment.DORMANT),
        (2, 61, PLAIN, Segment.LOW),
        (2, 999, PLAIN, Segment.LOW),
        (1, 999, PLAIN, Segment.LAPSED_ONCE),
    ],
)
def test_each_segment_begins_and_ends_where_the_rules_say(
    orders: int, recency_days: int, rfm: Rfm, segment: Segment
) -> None:
    assert segment_of(orders=orders, recency_days=recency_days, rfm=rfm, usual_gap_days=30) is segment


SCORE = st.integers(1, 5)


@given(st.integers(1, 40), st.integers(0, 900), SCORE, SCORE, SCORE)
def test_every_buyer_has_a_segment_and_longer_silence_never_sounds_better(
    orders: int, days: int, r: int, f: int, m: int
) -> None:
    better = [
        {Segment.NEW, Segment.LOYAL, Segment.NURTURE},
        {Segment.AT_RISK, Segment.LAPSED_ONCE, Segment.LOW},
        {Segment.DORMANT, Segment.LAPSED_ONCE, Segment.LOW},
    ]
    segment = segment_of(orders=orders, recency_days=days, rfm=Rfm(r, f, m), usual_gap_days=30)
    assert segment in better[0 if days <= 60 else 1 if days <= 120 else 2]


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 500), st.integers(-500, 90_000)), min_size=1, max_size=80
    ),
    st.integers(7, 90),
)
def test_many_customers_at_once_get_the_segments_they_get_alone(
    people: list[tuple[int, int, int]], gap: int
) -> None:
    orders, recency, net = (np.asarray(column, dtype=np.int64) for column in zip(*people, strict=True))
    for scale in (
        Quintiles(cut_points(-recency), cut_points(orders), cut_points(net)),
        FixedSteps(usual_gap_days=gap, typical_order_yen=3000),
    ):
        rfm = scale.score_many(recency_days=recency, orders=orders, net_yen=net)
        together = segments_of(orders=orders, recency_days=recency, rfm=rfm, usual_gap_days=gap)
        alone = [
            segment_of(
                orders=n,
                recency_days=d,
                rfm=scale.score(recency_days=d, orders=n, net_yen=y),
                usual_gap_days=gap,
            )
            for n, d, y in people
        ]
        assert list(together) == alone
