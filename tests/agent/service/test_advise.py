"""When we advise against writing, and in which words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.domain.chart import Segment
from agent.domain.draft import Draft, DraftState, Recommendation
from agent.domain.occasion import Channel, Occasion
from agent.service.advise import Advice, Degree, advise
from tests.support.drafting import LOTION, TEA, chart_of

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def told(occasion: Occasion, days: int) -> Draft:
    return Draft(
        "d1",
        "c1",
        occasion,
        Channel.EMAIL,
        "a@mail.example",
        DraftState.DELIVERED,
        Recommendation.SEND,
        "",
        None,
        None,
        None,
        None,
        (),
        NOW - timedelta(days=days),
        None,
    )


def asked(
    occasion: Occasion = Occasion.THANK_YOU, *, earlier: tuple[Draft, ...] = (), **changes: object
) -> Advice:
    chart = chart_of(**changes)  # type: ignore[arg-type]
    return advise(chart, occasion=occasion, channel=Channel.EMAIL, told=earlier, suppressed=None, now=NOW)


def test_a_fresh_first_order_is_a_reason_to_write_and_says_so() -> None:
    advice = asked()
    assert advice.degree is Degree.WRITE
    assert advice.why == "はじめてのご注文から3日。お礼をお伝えする時期です。"


@pytest.mark.parametrize(("days", "degree"), [(6, Degree.ADVISE_AGAINST), (7, Degree.WRITE)])
def test_the_same_kind_is_not_repeated_within_its_window(days: int, degree: Degree) -> None:
    assert asked(earlier=(told(Occasion.THANK_YOU, days),)).degree is degree


@pytest.mark.parametrize(("days", "degree"), [(2, Degree.ADVISE_AGAINST), (3, Degree.WRITE)])
def test_after_any_message_comes_a_rest(days: int, degree: Degree) -> None:
    advice = asked(earlier=(told(Occasion.WIN_BACK, days),))
    assert advice.degree is degree
    if degree is Degree.ADVISE_AGAINST:
        assert f"{days}日前" in advice.why


@pytest.mark.parametrize(
    ("occasion", "bought_on", "degree", "said"),
    [
        (Occasion.THANK_YOU, date(2026, 11, 17), Degree.ADVISE_AGAINST, "遅すぎます"),
        (Occasion.THANK_YOU, date(2026, 11, 1), Degree.DO_NOT_COMPOSE, "遅すぎます"),
        (Occasion.FOLLOW_UP, date(2026, 11, 19), Degree.DO_NOT_COMPOSE, "早すぎます"),
        (Occasion.FOLLOW_UP, date(2026, 9, 1), Degree.ADVISE_AGAINST, "遅すぎます"),
        (Occasion.FOLLOW_UP, date(2026, 6, 1), Degree.DO_NOT_COMPOSE, "遅すぎます"),
        (Occasion.WIN_BACK, date(2026, 11, 1), Degree.DO_NOT_COMPOSE, "早すぎます"),
        (Occasion.VIP, date(2026, 10, 1), Degree.DO_NOT_COMPOSE, "VIPではない"),
    ],
)
def test_an_occasion_that_does_not_fit_is_not_advised_and_gets_no_text_that_would_be_untrue(
    occasion: Occasion, bought_on: date, degree: Degree, said: str
) -> None:
    advice = asked(occasion, bought=((LOTION, bought_on),))
    assert advice.degree is degree
    assert said in advice.why


def test_a_regular_who_still_buys_is_not_told_that_we_missed_them() -> None:
    advice = asked(Occasion.WIN_BACK, bought=((TEA, date(2026, 8, 1)),), segment=Segment.LOYAL)
    assert advice.degree is Degree.ADVISE_AGAINST


def test_a_stopped_address_is_never_written_to_and_says_why() -> None:
    advice = advise(
        chart_of(),
        occasion=Occasion.THANK_YOU,
        channel=Channel.EMAIL,
        told=(),
        suppressed="宛先不明で戻りました",
        now=NOW,
    )
    assert advice.degree is Degree.DO_NOT_COMPOSE
    assert "宛先不明で戻りました" in advice.why


def test_trouble_long_past_no_longer_counts() -> None:
    chart = chart_of(notes=("配送トラブルでお怒り",))
    [*facts, note] = chart.facts
    for days, degree in ((30, Degree.DO_NOT_COMPOSE), (200, Degree.WRITE)):
        aged = replace(chart, facts=(*facts, replace(note, at=NOW - timedelta(days=days))))
        advice = advise(
            aged, occasion=Occasion.THANK_YOU, channel=Channel.EMAIL, told=(), suppressed=None, now=NOW
        )
        assert advice.degree is degree


def test_a_product_named_like_trouble_is_no_trouble() -> None:
    odd = replace(LOTION, title="クレーム・ブリュレ")
    assert asked(bought=((odd, date(2026, 11, 18)),)).degree is Degree.WRITE
