"""One occasion is the best for a customer on a day; the others say which, and when their own time comes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.domain.chart import Chart, ChartFact, Segment
from agent.domain.draft import Draft, DraftState, Recommendation
from agent.domain.experience import NOTHING_KNOWN, Answer, Experience, OrderStory
from agent.domain.occasion import Channel, Occasion
from agent.service.about_occasion import AboutOccasion, read_about
from agent.service.advise import Advice, Degree
from agent.service.best_occasion import advise_best
from tests.agent.service.test_advise import told
from tests.support.drafting import LOTION, TEA, VASE, HandCatalogue, HandCharts, Shop, chart_of

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def advised(
    chart: Chart,
    occasion: Occasion,
    experience: Experience = NOTHING_KNOWN,
    *,
    earlier: tuple[Draft, ...] = (),
    waiting: tuple[Draft, ...] = (),
) -> Advice:
    def about(one: Occasion) -> AboutOccasion:
        return read_about(
            chart,
            occasion=one,
            today=TODAY,
            catalogue=HandCatalogue(LOTION, TEA, VASE),
            retriever=None,
            experience=experience,
        )

    return advise_best(
        chart,
        occasion=occasion,
        channel=Channel.EMAIL,
        told=earlier,
        waiting=waiting,
        suppressed=None,
        now=NOW,
        about=about(occasion),
        other=about,
    )


def bought(*days_ago: int, **more: object) -> Chart:
    return chart_of(bought=tuple((LOTION, TODAY - timedelta(days=ago)) for ago in days_ago), **more)  # type: ignore[arg-type]


def born(chart: Chart, day: str) -> Chart:
    return replace(
        chart, facts=(*chart.facts, ChartFact("profile:birthday", f"お誕生日は{day}", "customers:c1", None))
    )


def shipped(days_ago: int) -> Experience:
    on = TODAY - timedelta(days=days_ago)
    return Experience(
        orders=(OrderStory("order-90001", on - timedelta(days=1), on, 0, False, "", (LOTION.title,)),)
    )


def standing(occasion: Occasion, channel: Channel = Channel.EMAIL) -> Draft:
    return replace(told(occasion, 1), draft_id="d77", state=DraftState.WAITING, channel=channel)


CUSTOMERS = {
    "a first order two days ago": (bought(2), shipped(1)),
    "thirteen days after the order": (bought(13), shipped(12)),
    "a lotion about to run out": (bought(94, 64, 30), NOTHING_KNOWN),
    "a birthday today, an order yesterday": (born(bought(1), "11月21日"), shipped(0)),
    "a birthday next week, an order yesterday": (born(bought(1), "11月27日"), shipped(0)),
    "a VIP seven weeks after the order": (bought(50, rank="vip", segment=Segment.LOYAL), shipped(49)),
    "a silent VIP": (bought(300, 200, rank="vip", segment=Segment.AT_RISK), NOTHING_KNOWN),
    "a silent regular": (bought(300, 200, segment=Segment.DORMANT), NOTHING_KNOWN),
    "a low score": (
        bought(13),
        replace(shipped(12), answers=(Answer("e1", date(2026, 11, 18), 3, "対応が遅いです"),)),
    ),
}
BEST = dict(
    zip(
        CUSTOMERS,
        (
            Occasion.THANK_YOU,
            Occasion.FOLLOW_UP,
            Occasion.REPLENISHMENT,
            Occasion.BIRTHDAY,
            Occasion.THANK_YOU,
            Occasion.REVIEW_REQUEST,
            Occasion.WIN_BACK,
            Occasion.WIN_BACK,
            Occasion.SERVICE_RECOVERY,
        ),
        strict=True,
    )
)


@pytest.mark.parametrize("who", CUSTOMERS)
def test_one_occasion_a_day_is_advised_and_it_is_the_sensible_one(who: str) -> None:
    chart, experience = CUSTOMERS[who]
    sent = [one for one in Occasion if advised(chart, one, experience).degree is Degree.WRITE]
    assert sent == [BEST[who]]


def test_an_occasion_that_waits_names_the_better_one_and_its_own_time() -> None:
    advice = advised(bought(13), Occasion.REVIEW_REQUEST, shipped(12))
    assert advice.degree is Degree.ADVISE_AGAINST
    assert "いまは「その後いかがですか」が先です。" in advice.why
    assert "そのお返事をうかがうか" in advice.why
    assert "12月22日以降" in advice.why


def test_an_occasion_whose_time_is_over_names_the_one_that_fits() -> None:
    advice = advised(bought(13), Occasion.THANK_YOU, shipped(12))
    assert "お礼には遅すぎます" in advice.why
    assert "いま書くなら「その後いかがですか」が合います。" in advice.why


def test_birthday_wishes_that_can_wait_say_until_when() -> None:
    advice = advised(born(bought(1), "11月27日"), Occasion.BIRTHDAY, shipped(0))
    assert "お誕生日の11月27日ごろで間に合います" in advice.why


def test_a_content_customer_may_be_asked_for_a_review_at_once() -> None:
    happy = replace(shipped(12), answers=(Answer("e1", date(2026, 11, 18), 10, "気に入りました"),))
    assert advised(bought(13), Occasion.REVIEW_REQUEST, happy).degree is Degree.WRITE
    assert advised(bought(13), Occasion.FOLLOW_UP, happy).degree is Degree.ADVISE_AGAINST


def test_a_review_waits_for_the_answer_to_a_follow_up_and_then_has_its_turn() -> None:
    for days, degree in ((5, Degree.ADVISE_AGAINST), (8, Degree.WRITE)):
        asked = told(Occasion.FOLLOW_UP, days)
        advice = advised(bought(20), Occasion.REVIEW_REQUEST, shipped(19), earlier=(asked,))
        assert advice.degree is degree


def test_a_draft_that_waits_for_a_decision_is_named_whatever_else_fits() -> None:
    waits = standing(Occasion.VIP, Channel.LINE)
    advice = advised(bought(2), Occasion.THANK_YOU, shipped(1), waiting=(waits,))
    assert advice.degree is Degree.ADVISE_AGAINST
    assert "「特別なお客さまへ」の下書き（d77、LINE）が確認を待っています" in advice.why
    same = advised(
        bought(2), Occasion.THANK_YOU, shipped(1), waiting=(standing(Occasion.THANK_YOU, Channel.LINE),)
    )
    assert "どちらか一方" in same.why


@pytest.mark.parametrize(
    "changes", [{"recommendation": Recommendation.DO_NOT_SEND}, {"expires_at": NOW - timedelta(hours=1)}]
)
def test_a_draft_nobody_should_send_stands_in_nobodys_way(changes: dict[str, object]) -> None:
    waits = replace(standing(Occasion.VIP), **changes)  # type: ignore[arg-type]
    assert advised(bought(2), Occasion.THANK_YOU, shipped(1), waiting=(waits,)).degree is Degree.WRITE


def test_an_apology_waits_for_no_other_draft() -> None:
    chart, experience = CUSTOMERS["a low score"]
    waits = standing(Occasion.FOLLOW_UP)
    assert advised(chart, Occasion.SERVICE_RECOVERY, experience, waiting=(waits,)).degree is Degree.WRITE


async def test_the_second_draft_for_a_customer_is_advised_against_and_names_the_first(
    drafting_shop: Shop,
) -> None:
    drafting_shop.charts = HandCharts(chart_of())
    compose = drafting_shop.composer()
    first = await compose(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    second = await compose(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.LINE)
    assert first.recommendation is Recommendation.SEND
    assert second.recommendation is Recommendation.DO_NOT_SEND
    assert first.draft_id in second.why
    again = await compose(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert again.recommendation is Recommendation.SEND
