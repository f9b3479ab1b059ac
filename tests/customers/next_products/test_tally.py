"""The tally of arrays and the definition in Ibis count the same."""

import math
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from customers.features.pairs import HOT, pair_accumulators
from customers.features.purchases import EPOCH
from customers.features.session import open_session
from customers.next_products.tally import tally
from tests.customers.next_products.shops import DAY0, Row, on, purchases

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bo", "cy"]),
        st.integers(DAY0, DAY0 + 40),
        st.sampled_from(["tea", "cup", "jam", None]),
        st.integers(-1, 3),
        st.integers(-500, 500),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_arrays_and_ibis_count_the_same_pairs(rows: list[Row]) -> None:
    bought, cut = purchases(rows), DAY0 + 30
    with open_session(threads=1) as session:
        found = session.evaluate(
            lambda lines: pair_accumulators(lines, before=on(cut)), lines=bought.lines_table()
        ).to_pylist()
    seen = tally(bought, cut=cut)
    assert bought.lines is not None
    ours = {
        (bought.ids[int(seen.person[row])], bought.lines.skus[int(seen.item[row])]): row
        for row in range(len(seen.person))
    }
    assert set(ours) == {(row["customer_id"], row["sku"]) for row in found}
    for row in found:
        mine = ours[row["customer_id"], row["sku"]]
        assert seen.times[mine] == row["times"]
        assert on(cut) - timedelta(days=int(seen.first[mine])) == row["first_on"]
        assert on(cut) - timedelta(days=int(seen.last[mine])) == row["last_on"]
        assert (seen.units[mine], seen.last_units[mine]) == (row["units"], row["last_units"])
        ago = cut - (row["last_on"] - EPOCH).days
        for place, half in enumerate(HOT):
            assert math.isclose(seen.hot[place][mine], row[f"hot_{half}"] * 0.5 ** (ago / half), rel_tol=1e-5)


def test_nothing_on_or_after_the_cut_is_seen() -> None:
    seen = tally(purchases([("ann", DAY0, "tea", 1, 100), ("ann", DAY0 + 9, "cup", 1, 100)]), cut=DAY0 + 9)
    assert (seen.times.tolist(), seen.variety.tolist(), seen.since.tolist()) == ([1], [1], [9])
