"""What customers are expected to bring within a horizon, held against simulated and real shops."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.metadata import files
from pathlib import Path

import numpy as np
import pytest

from agent.domain.prediction import Backtest
from customers.repeat.history import CannotFit, Numbers
from customers.worth.ltv import Ltv, PastWindow, fit_ltv, past_windows
from customers.worth.revenue_forecast import SpendHistory

NEW_YEAR = (date(1997, 1, 1) - date(1970, 1, 1)).days


class Till:
    """Purchases of a shop (one a customer and day), from which histories and outcomes are read at any cut."""

    def __init__(self, who: Numbers, day: Numbers, yen: Numbers) -> None:
        order = np.lexsort((day, who))
        self.who, self.day, self.yen = who[order].astype(np.intp), day[order], yen[order]
        self.people = int(self.who.max()) + 1

    def history(self, cut: int) -> SpendHistory:
        seen = self.day < cut
        who, day, yen = self.who[seen], self.day[seen], self.yen[seen]
        first, last, logs = (np.zeros(self.people) for _ in range(3))
        first[who[::-1]], last[who] = day[::-1], day
        again = who[1:] == who[:-1]
        np.add.at(logs, who[1:][again], np.log(np.diff(day)[again]))
        days = np.bincount(who, minlength=self.people).astype(float)
        return SpendHistory(
            days, first, last, np.bincount(who, weights=yen, minlength=self.people).astype(float), logs
        )

    def window(self, cut: int, horizon: int) -> PastWindow:
        inside = (self.day >= cut) & (self.day < cut + horizon)
        outcome = np.bincount(self.who[inside], weights=self.yen[inside], minlength=self.people)
        return PastWindow(self.history(cut), cut, horizon, outcome.astype(float))

    def fitted(self, cut: int, horizon: int) -> Ltv:
        windows = [self.window(*w) for w in past_windows(int(self.day.min()), cut, horizon)]
        return fit_ltv(self.history(cut), cut=cut, horizon_days=horizon, windows=windows)


@cache
def cdnow() -> Till:
    """The full CDNOW cohort: 23,570 customers over 78 weeks; cents taken as yen."""
    [found] = [f for f in files("lifetimes") or [] if f.name == "CDNOW_master.txt"]
    rows = [line.split() for line in Path(str(found.locate())).read_text().splitlines()[1:]]
    who = np.array([int(row[0]) - 1 for row in rows])
    day = np.array([(date(int(d[:4]), int(d[4:6]), int(d[6:])) - date(1970, 1, 1)).days for _, d, *_ in rows])
    yen = np.array([float(row[3]) * 100 for row in rows])
    key, place = np.unique(who * 100_000 + day, return_inverse=True)
    return Till(
        key // 100_000,
        (key % 100_000).astype(float),
        np.bincount(place.reshape(-1), weights=yen).astype(float),
    )


@cache
def corner_shop(people: int = 600, *, seed: int = 1, days: int = 500) -> Till:
    """Customers who join over time, come about monthly and spend about 3,000 yen; half of them stop some day."""
    rng = np.random.default_rng(seed)
    who, day = [], []
    for person in range(people):
        gap, now = rng.gamma(3, 12) + 3, rng.uniform(0, days * 0.6)
        stop = rng.exponential(days) if rng.random() < 0.5 else np.inf
        end = now + stop
        while now < min(days, end):
            who.append(person)
            day.append(np.floor(now))
            now += max(rng.gamma(2, gap / 2), 1.0)
    spend = rng.gamma(6, 500, people)
    each = np.array(who)
    return Till(each, np.array(day), np.rint(rng.gamma(4, spend[each] / 4)))


def _figures(backtest: Backtest | None) -> dict[str, float]:
    assert backtest is not None
    return dict(backtest.figures)


def _inside(model: Ltv, window: PastWindow) -> tuple[float, float, float]:
    """Share of outcomes inside, share stated, and predicted over actual sum, of those who had bought."""
    said = model.predict(window.history, cut=window.cut)
    known = said.known
    came = window.outcome_yen
    inside = (came >= said.low) & (came <= said.high)
    return (
        float(inside[known].mean()),
        float(said.coverage[known].mean()),
        float(said.point[known].sum() / came[known].sum()),
    )


@pytest.mark.parametrize(("cut", "horizon"), [(365, 180), (400, 140)])
def test_eighty_percent_means_eighty_on_cdnows_held_out_months(cut: int, horizon: int) -> None:
    till, day = cdnow(), NEW_YEAR + cut
    model = till.fitted(day, horizon)
    held_out = till.window(day, horizon)
    said = model.predict(held_out.history, cut=day)
    plain = said.known & (
        said.coverage <= 0.8
    )  # elsewhere nothing alone is likelier than that, and it is said
    came = held_out.outcome_yen
    assert np.mean((came >= said.low)[plain] & (came <= said.high)[plain]) == pytest.approx(0.8, abs=0.03)
    inside, stated, ratio = _inside(model, held_out)
    assert inside == pytest.approx(stated, abs=0.03)
    assert ratio == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("people", [120, 600])
def test_a_small_shop_gets_bounds_that_hold(people: int) -> None:
    till = corner_shop(people)
    model = till.fitted(380, 120)
    inside, stated, ratio = _inside(model, till.window(380, 120))
    assert inside == pytest.approx(stated, abs=0.06 if people > 500 else 0.12)
    assert ratio == pytest.approx(1, abs=0.25)


def test_the_back_test_stands_on_days_it_has_not_learned_from() -> None:
    till = corner_shop()
    model = till.fitted(380, 120)
    backtest = model.backtest
    assert backtest is not None
    assert (backtest.task, backtest.horizon_days) == ("ltv", 120)
    assert backtest.cut == date(1970, 1, 1) + timedelta(days=260)
    assert backtest.people == till.history(260).bought(260).sum()
    assert backtest.passed
    assert "実績" in backtest.verdict
    figures = _figures(backtest)
    assert figures["mae_yen"] < figures["mae_habit_yen"] * 1.05
    assert figures["coverage"] == pytest.approx(figures["coverage_stated"], abs=0.08)


def test_a_forecast_whose_sum_is_far_off_fails_its_back_test_and_says_so() -> None:
    till = corner_shop()
    first, second = (till.window(*w) for w in past_windows(0, 380, 120))
    broken = replace(second, outcome_yen=second.outcome_yen * 8)  # prices rose eightfold meanwhile
    model = fit_ltv(till.history(380), cut=380, horizon_days=120, windows=[first, broken])
    assert model.backtest is not None
    assert not model.backtest.passed
    assert model.backtest.verdict.endswith("表示しません。")


def test_one_window_alone_is_split_between_learning_and_testing() -> None:
    till = corner_shop()
    model = fit_ltv(till.history(380), cut=380, horizon_days=120, windows=[till.window(260, 120)])
    assert model.backtest is not None
    assert 0.3 < model.backtest.people / till.history(260).bought(260).sum() < 0.7


def test_without_a_past_the_models_own_bounds_are_given_and_no_back_test() -> None:
    till = corner_shop()
    model = fit_ltv(till.history(80), cut=80, horizon_days=120)
    assert past_windows(0, 80, 120) == ()
    assert model.backtest is None
    assert model.predict(till.history(80), cut=80).point.sum() > 0


def test_who_buys_more_often_dearer_and_lately_is_worth_more() -> None:
    model = corner_shop().fitted(380, 120)
    history = SpendHistory(
        days=np.array([1.0, 8, 8, 8, 0]),
        first_day=np.array([200.0, 100, 100, 100, 0]),
        last_day=np.array([200.0, 200, 370, 370, 0]),
        net_yen=np.array([3000.0, 24_000, 24_000, 80_000, 0]),
    )
    said = model.predict(history, cut=380)
    once, gone, lately, dear, never = said.point
    assert once < lately
    assert gone < lately < dear
    assert never == 0
    assert said.known.tolist() == [True, True, True, True, False]
    assert model.predict_one(history.only(slice(4, 5)), cut=380) is None
    one = model.predict_one(history.only(slice(2, 3)), cut=380)
    assert one is not None
    assert 0 < one.low <= one.point <= one.high
    assert (one.point, one.horizon_days, one.coverage) == (int(lately), 120, 0.8)


def test_the_mean_is_never_mistaken_for_the_end_of_its_interval() -> None:
    till = cdnow()
    said = till.fitted(NEW_YEAR + 365, 180).predict(till.history(NEW_YEAR + 365), cut=NEW_YEAR + 365)
    some = said.known & (said.p_nothing < 0.99)
    assert some.mean() > 0.9
    assert (said.high[some] > 1.05 * said.point[some]).mean() > 0.99
    seldom = some & (said.p_nothing > 0.9)
    assert seldom.sum() > 100
    assert (said.coverage[seldom] > 0.9).all()


def test_how_likely_nothing_is_holds_on_days_nobody_has_seen() -> None:
    till, day = cdnow(), NEW_YEAR + 365
    held_out = till.window(day, 180)
    said = till.fitted(day, 180).predict(held_out.history, cut=day)
    for low, high in ((0.0, 0.5), (0.5, 0.8), (0.8, 1.0)):
        among = said.known & (said.p_nothing >= low) & (said.p_nothing < high)
        assert among.sum() > 100
        nothing = (held_out.outcome_yen[among] <= 0).mean()
        assert nothing == pytest.approx(said.p_nothing[among].mean(), abs=0.06)


def test_hard_customers_get_whole_yen_in_order() -> None:
    model = corner_shop().fitted(380, 120)
    history = SpendHistory(
        days=np.array([1.0, 1, 380, 100_000, 2, 3]),
        first_day=np.array([379.0, -9000, 0, -200_000, 379, 400]),
        last_day=np.array([379.0, -9000, 379, 379, 379, 400]),  # the last one buys after the cut: invisible
        net_yen=np.array([-5000.0, 0, 1e12, 1e9, 1, 3000]),
    )
    for horizon in (1, 365, 36_500):
        said = replace(model, horizon_days=horizon).predict(history, cut=380)
        for column in (said.low, said.point, said.high, said.coverage):
            assert np.isfinite(column).all()
        assert ((said.low >= 0) & (said.low <= said.point) & (said.point <= said.high)).all()
        assert (said.coverage[said.known] >= 0.8).all()
        assert not said.known[-1]


@pytest.mark.parametrize("people", [0, 1, 29])
def test_fewer_than_thirty_buyers_get_a_reason(people: int) -> None:
    history = SpendHistory(
        np.full(people, 3.0), np.zeros(people), np.full(people, 50.0), np.full(people, 9e3)
    )
    with pytest.raises(CannotFit) as refused:
        fit_ltv(history, cut=100)
    assert "30名" in refused.value.ja


def test_thirty_buyers_of_one_price_are_enough() -> None:
    rng = np.random.default_rng(2)
    days = rng.integers(1, 5, 30).astype(float)
    last = np.where(days > 1, rng.integers(50, 200, 30), 10).astype(float)
    history = SpendHistory(days, np.full(30, 10.0), last, days * 1000)
    said = fit_ltv(history, cut=250, horizon_days=180).predict(history, cut=250)
    assert np.isfinite(said.high).all()
    assert 0 < said.point.max() < 20_000


def test_a_shop_of_one_time_buyers_or_returns_only_gets_a_reason() -> None:
    once = SpendHistory(np.ones(50), np.arange(50.0), np.arange(50.0), np.full(50, 3000.0))
    returned = SpendHistory(np.full(50, 2.0), np.zeros(50), np.full(50, 40.0), np.full(50, -100.0))
    for history in (once, returned):
        with pytest.raises(CannotFit) as refused:
            fit_ltv(history, cut=100)
        assert refused.value.ja.endswith("。")


def test_refunds_above_purchases_in_a_window_are_borne() -> None:
    till = corner_shop()
    windows = [till.window(*w) for w in past_windows(0, 380, 120)]
    refunded = [
        replace(w, outcome_yen=np.where(np.arange(600) % 50 == 0, -2000.0, w.outcome_yen)) for w in windows
    ]
    model = fit_ltv(till.history(380), cut=380, horizon_days=120, windows=refunded)
    assert _figures(model.backtest)["negative_outcomes"] > 0
    nothing = [replace(w, outcome_yen=np.zeros(600)) for w in windows]  # closed ever since
    closed = fit_ltv(till.history(380), cut=380, horizon_days=120, windows=nothing)
    assert closed.backtest is not None
    assert not closed.backtest.passed


def test_a_fitted_forecast_survives_its_document() -> None:
    till = corner_shop()
    model = till.fitted(380, 120)
    again = Ltv.from_json(model.to_json())
    assert again == replace(model, backtest=None)
    with pytest.raises(ValueError, match="Ltv"):
        Ltv.from_json('{"model": "BgNbd"}')
