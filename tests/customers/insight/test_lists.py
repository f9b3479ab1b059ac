"""Whom to write to, whom the shop would miss, who is where: lists in the order they promise, with nobody who must be left alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.domain.chart import Chart, Segment
from agent.domain.errors import CallerMistake
from agent.domain.prediction import Backtest
from agent.main import App
from tests.support.lively_shop import TODAY, Lively, file_shop, shop_app

CUT = TODAY + timedelta(days=1)
PEOPLE = 100


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("shop")
    engine = file_shop(home, Lively(people=PEOPLE))
    app = shop_app(engine, home)
    yield app
    app.engine.dispose()
    engine.dispose()


@pytest.fixture(scope="module")
def charts(shop: App) -> dict[str, Chart]:
    return {chart.customer_id: chart for chart in shop.charts.charts(as_of=TODAY)}


def test_the_priority_list_ranks_by_what_writing_brings(shop: App) -> None:
    found = shop.insight.priorities(as_of=TODAY, limit=PEOPLE)
    gains = [each.gain.yen for each in found]
    assert len(found) > 5
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] > 0
    churn = [each.churn.score for each in found if each.churn]
    assert churn != sorted(churn, reverse=True)


def test_nobody_without_consent_withdrawn_or_never_to_be_contacted_is_on_it(
    shop: App, charts: dict[str, Chart]
) -> None:
    found = {each.customer.customer_id for each in shop.insight.priorities(as_of=TODAY, limit=PEOPLE)}
    shut_out = {who for who, c in charts.items() if not c.contactable or c.consent_email is not True}
    frame = shop.insight.standings.at(CUT).drop_nulls("gain_yen")
    worth = set(frame.filter(frame["gain_yen"] > 0)["customer_id"])
    assert worth & shut_out
    assert found == worth - shut_out


def test_where_a_message_costs_more_than_it_brings_nobody_is_named(shop: App) -> None:
    app = shop_app(shop.engine, shop.settings.home, gain_cost_yen=1_000_000.0)
    assert app.insight.priorities(as_of=TODAY, limit=PEOPLE) == []
    cheap = len(shop.insight.priorities(as_of=TODAY, limit=PEOPLE))
    some = shop_app(shop.engine, shop.settings.home, gain_cost_yen=20.0)
    dear = some.insight.priorities(as_of=TODAY, limit=PEOPLE)
    assert 0 < len(dear) < cheap
    assert min(each.gain.yen for each in dear) > 0


def test_every_name_on_it_comes_with_reasons_and_the_yen_in_words(shop: App) -> None:
    for each in shop.insight.priorities(as_of=TODAY, limit=10):
        assert len(each.why) >= 2
        assert all(sentence.strip() for sentence in each.why)
        assert "円" in each.why[-1]


def test_a_second_page_goes_on_where_the_first_ended(shop: App) -> None:
    both = [p.customer.customer_id for p in shop.insight.priorities(as_of=TODAY, limit=8)]
    second = [p.customer.customer_id for p in shop.insight.priorities(as_of=TODAY, limit=4, offset=4)]
    assert second == both[4:]
    assert len(set(both)) == 8
    assert shop.insight.priorities(as_of=TODAY, limit=8, offset=PEOPLE) == []


def test_the_five_most_precious_come_with_two_sentences_and_are_the_first_of_the_list(shop: App) -> None:
    five = shop.insight.precious(as_of=TODAY)
    assert len(five) == 5
    for each in five:
        assert len(each.sentences) == 2
        assert f"{each.customer.orders}回" in each.sentences[0]
        assert f"{each.customer.net_revenue_yen:,}円" in each.sentences[0]
    listed = [chart.customer_id for chart, _ in shop.insight.listed(as_of=TODAY, by="precious", top=5)]
    assert [each.customer.customer_id for each in five] == listed


@pytest.mark.parametrize("by", ["churn", "ltv"])
def test_a_list_is_ordered_by_the_number_it_is_named_after(shop: App, by: str) -> None:
    found = [expected for _, expected in shop.insight.listed(as_of=TODAY, by=by)]
    values = [e.churn.score if by == "churn" else e.ltv.point for e in found if e.churn and e.ltv]
    assert len(values) == PEOPLE
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > PEOPLE / 2


@pytest.mark.parametrize("by", ["churn", "ltv", "precious"])
def test_the_top_is_the_beginning_of_the_whole_list_with_the_same_numbers(shop: App, by: str) -> None:
    whole = list(shop.insight.listed(as_of=TODAY, by=by))
    top = list(shop.insight.listed(as_of=TODAY, by=by, top=7))
    assert [chart.customer_id for chart, _ in top] == [chart.customer_id for chart, _ in whole[:7]]
    for (_, brief), (_, full) in zip(whole[:7], top, strict=True):
        assert brief.churn is not None
        assert full.churn is not None
        assert brief.churn.score == pytest.approx(full.churn.score)
        assert (brief.churn.signals, bool(full.churn.signals)) == ((), True)


@pytest.mark.parametrize("by", [None, "churn", "ltv", "precious"])
def test_a_segment_lists_its_own_people_and_no_others(
    shop: App, charts: dict[str, Chart], by: str | None
) -> None:
    segments = {chart.segment for chart in charts.values()} - {Segment.NONE}
    assert len(segments) >= 3
    for segment in segments:
        listed = {c.customer_id for c, _ in shop.insight.listed(as_of=TODAY, by=by, segment=segment)}
        assert listed == {who for who, chart in charts.items() if chart.segment is segment}


def test_segments_are_counted_as_they_are_listed(shop: App, charts: dict[str, Chart]) -> None:
    counts = shop.insight.segments(as_of=TODAY)
    for segment, count in counts.items():
        lines = shop.insight.in_segment(segment, as_of=TODAY, limit=PEOPLE)
        assert len(lines) == count, segment
        assert {line.segment for line in lines} <= {segment}
    days = [line.recency_days for line in shop.insight.in_segment(None, as_of=TODAY, limit=PEOPLE)]
    assert days == sorted(days, key=lambda back: PEOPLE**3 if back is None else back)


@pytest.mark.parametrize("by", ["risk", "Churn", "", "net_yen"])
def test_an_order_nobody_knows_is_refused_with_those_there_are(shop: App, by: str) -> None:
    with pytest.raises(CallerMistake) as wrong:
        list(shop.insight.listed(as_of=TODAY, by=by))
    for known in ("precious", "ltv", "churn"):
        assert known in wrong.value.ja


def test_a_top_of_nobody_is_refused(shop: App) -> None:
    for by in ("churn", "precious"):
        with pytest.raises(CallerMistake):
            list(shop.insight.listed(as_of=TODAY, by=by, top=0))


def test_the_share_of_buyers_who_bring_most_is_of_this_shops_buyers(
    shop: App, charts: dict[str, Chart]
) -> None:
    view = shop.insight.pareto(as_of=TODAY)
    assert view is not None
    yen = sorted((c.net_revenue_yen for c in charts.values() if c.orders), reverse=True)
    best = sum(yen[: view.buyers_needed])
    assert view.net_revenue_yen == sum(yen)
    assert best >= view.goal * sum(yen) > sum(yen[: view.buyers_needed - 1])
    assert (view.curve[0].revenue, view.curve[-1].revenue) == (0, 1)


def test_the_back_tests_shown_start_with_the_one_that_was_chosen(shop: App) -> None:
    tests = shop.insight.backtests()
    first: dict[str, Backtest] = {}
    for test in tests:
        first.setdefault(test.task, test)
    assert {"order_within", "next_order", "ltv", "next_products"} <= first.keys()
    assert all(test.chosen for test in first.values())
    assert all(test.cut < CUT and test.people > 0 and test.verdict for test in tests)
