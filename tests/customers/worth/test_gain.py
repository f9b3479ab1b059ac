"""What a message is worth, and whom to write first."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.prediction import Gain
from agent.settings import load_settings
from customers.worth.gain import Stakes, Why, gain_text, gains

BASKET = np.full(3, 5_000.0)


def test_neither_the_lost_nor_the_certain_come_first() -> None:
    lost_tipping_certain = np.array([0.01, 0.5, 0.99])
    assert gains(lost_tipping_certain, BASKET).order()[0] == 1


def test_the_yen_are_the_change_of_probability_times_margin_less_the_cost() -> None:
    gain, why = gains(
        np.array([0.1]), np.array([6_000.0]), stakes=Stakes(delta=0.2, margin=0.5, cost_yen=3)
    ).one(0)
    assert why is None
    assert gain is not None
    assert gain.p_with == pytest.approx(0.11950, abs=1e-5)
    assert gain.yen == pytest.approx((gain.p_with - 0.1) * 3_000 - 3)
    assert gain.source == "prior"


def test_whom_we_may_not_write_has_no_gain_but_a_reason() -> None:
    found = gains(
        np.array([0.5, 0.5, np.nan]),
        BASKET,
        contactable=np.array([False, True, True]),
        consented=np.array([True, False, True]),
    )
    assert found.why.tolist() == [Why.NOT_CONTACTABLE, Why.NO_CONSENT, Why.NO_FORECAST]
    assert found.order().size == 0
    assert found.one(1) == (None, "配信への同意が確認できないため、計算しません。")


def test_a_measured_effect_replaces_the_assumed_one() -> None:
    found = gains(np.array([0.2, 0.2, 0.2]), BASKET, uplift=np.array([0.05, -0.01, np.nan]))
    assert found.source == "hold_out"
    assert found.order().tolist() == [0, 2, 1]
    assert found.yen[1] < 0


def test_the_order_of_the_list_hardly_depends_on_the_assumed_effect() -> None:
    rng = np.random.default_rng(1)
    p, basket = rng.beta(1, 4, 2_000), rng.lognormal(8, 0.6, 2_000)
    careful, bold = (gains(p, basket, stakes=Stakes(delta=d)).order() for d in (0.05, 0.4))
    assert len(set(careful[:200].tolist()) & set(bold[:200].tolist())) >= 180


def test_a_shop_sets_its_margin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKAERI_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("OKAERI_GAIN_MARGIN", "0.55")
    assert Stakes(**load_settings(home=tmp_path).gain) == Stakes(margin=0.55)


def test_a_gain_is_said_with_what_it_rests_on() -> None:
    said = gain_text(Gain(yen=31.4, p_without=0.1, p_with=0.12, basket_yen=6_000, source="prior"))
    assert said == (
        "お便り1通で見込める粗利の上積みはおよそ31円。ご注文の見込みが10%から12%になる計算です"
        "（送信の効果は仮の値で、実測ではありません）。"
    )
    assert "見合う上積みは見込めません" in gain_text(Gain(-2.0, 0.001, 0.0012, 3_000, "prior"))


ANY = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 1))


@given(st.lists(st.tuples(ANY, ANY), max_size=30), st.floats(0, 3))
def test_a_gain_is_a_number_or_has_a_reason(rows: list[tuple[float, float]], delta: float) -> None:
    p, basket = np.array(rows, dtype=np.float64).reshape(-1, 2).T
    found = gains(np.where(np.isfinite(p), np.clip(p, 0, 1), p), basket, stakes=Stakes(delta=delta))
    assert (np.isfinite(found.yen) == (found.why == Why.NONE)).all()
    assert (found.p_with[found.why == Why.NONE] >= found.p_without[found.why == Why.NONE]).all()


@given(st.floats(0, 1), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_larger_basket_is_never_worth_less(p: float, one: float, other: float) -> None:
    found = gains(np.array([p, p]), np.array(sorted([one, other])))
    assert found.yen[0] <= found.yen[1]
