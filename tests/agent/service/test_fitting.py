"""Each of the eight occasions says when sending nothing is better, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.domain.chart import Chart, ChartFact
from agent.domain.draft import Recommendation
from agent.domain.experience import NOTHING_KNOWN, Answer, Experience, OrderStory, ReviewLeft
from agent.domain.message import Passage, ProductFacts
from agent.domain.occasion import Channel, Occasion
from agent.service.about_occasion import AboutOccasion, read_about
from agent.service.advise import Advice, Degree, advise
from tests.agent.service.test_advise import told
from tests.support.drafting import LOTION, TEA, VASE, HandCatalogue, HandRetriever, chart_of

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
RICE = ProductFacts("RICE-1", "炊き込みごはんの素 2合用", 540, 9, ("国産の食材を炊いた食品です。",))
POT = ProductFacts("POT-1", "鋳物の小鍋 20cm", 9800, 3, ("南部鉄器の小鍋です。",))
POINTS = Passage(
    "policy:points#0",
    "policy:points",
    None,
    "ポイントについて",
    "ポイントについて\n- レビューを投稿された方には、評価にかかわらず100ポイントをお付けします（当店からのお礼です）。",
)


def about(
    chart: Chart, occasion: Occasion, experience: Experience = NOTHING_KNOWN, *passages: Passage
) -> AboutOccasion:
    return read_about(
        chart,
        occasion=occasion,
        today=TODAY,
        catalogue=HandCatalogue(LOTION, TEA, VASE, RICE, POT),
        retriever=HandRetriever(passages),
        experience=experience,
    )


def asked(
    chart: Chart, occasion: Occasion, experience: Experience = NOTHING_KNOWN, *passages: Passage
) -> Advice:
    found = about(chart, occasion, experience, *passages)
    return advise(
        chart, occasion=occasion, channel=Channel.EMAIL, told=(), suppressed=None, now=NOW, about=found
    )


def bought(*days_ago: int) -> Chart:
    return chart_of(bought=tuple((LOTION, TODAY - timedelta(days=ago)) for ago in days_ago))


def born(day: str) -> Chart:
    chart = chart_of()
    return replace(
        chart, facts=(*chart.facts, ChartFact("profile:birthday", f"お誕生日は{day}", "customers:c1", None))
    )


def shipped(days_ago: int, **more: object) -> Experience:
    on = TODAY - timedelta(days=days_ago)
    story = OrderStory("order-90001", on - timedelta(days=1), on, 0, False, "", (LOTION.title,))
    return Experience(orders=(replace(story, **more),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "degree", "said"),
    [
        ((94, 64, 30), Degree.WRITE, "「さっぱり化粧水」の前回から30日（ふだん32日）"),
        ((70, 38, 5), Degree.DO_NOT_COMPOSE, "5日前にお求めになったばかり"),
        ((80, 50, 20), Degree.DO_NOT_COMPOSE, "まだ残っているころ"),
        ((200, 170, 140), Degree.DO_NOT_COMPOSE, "大きく過ぎました"),
        ((30,), Degree.DO_NOT_COMPOSE, "なくなるころを見積もれません"),
    ],
)
def test_a_refill_is_offered_when_it_is_due(days: tuple[int, ...], degree: Degree, said: str) -> None:
    advice = asked(bought(*days), Occasion.REPLENISHMENT)
    assert advice.degree is degree
    assert said in advice.why


def test_what_is_sold_out_is_not_offered() -> None:
    chart = chart_of(bought=tuple((TEA, TODAY - timedelta(days=ago)) for ago in (90, 60, 30)))
    assert "品切れ" in asked(chart, Occasion.REPLENISHMENT).why


@pytest.mark.parametrize(
    ("day", "degree", "said"),
    [
        ("11月21日", Degree.WRITE, "今日がお誕生日"),
        ("11月24日", Degree.WRITE, "あと3日"),
        ("12月20日", Degree.DO_NOT_COMPOSE, "あと29日あります。12月13日ごろから"),
        ("11月1日", Degree.DO_NOT_COMPOSE, "20日過ぎています"),
    ],
)
def test_a_birthday_is_wished_only_when_it_is_near(day: str, degree: Degree, said: str) -> None:
    advice = asked(born(day), Occasion.BIRTHDAY)
    assert advice.degree is degree
    assert said in advice.why


def test_an_unknown_birthday_is_a_reason_to_send_nothing_and_says_what_to_do() -> None:
    advice = asked(chart_of(), Occasion.BIRTHDAY)
    assert (advice.degree, advice.recommendation) == (Degree.DO_NOT_COMPOSE, Recommendation.DO_NOT_SEND)
    assert "うかがっていない" in advice.why
    assert "記録してください" in advice.why


def test_the_wording_of_a_birthday_letter_has_a_last_day() -> None:
    assert about(born("11月24日"), Occasion.BIRTHDAY).good_until == date(2026, 11, 23)
    assert about(born("11月21日"), Occasion.BIRTHDAY).good_until == TODAY
    month = chart_of(notes=("誕生月は11月",))
    assert about(month, Occasion.BIRTHDAY).good_until == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("experience", "degree", "said"),
    [
        (shipped(20), Degree.WRITE, "発送から20日"),
        (shipped(3), Degree.DO_NOT_COMPOSE, "1週間たったご注文がない"),
        (shipped(3, shipped_on=None), Degree.DO_NOT_COMPOSE, "1週間たったご注文がない"),
        (shipped(80), Degree.ADVISE_AGAINST, "遅すぎます"),
    ],
)
def test_a_review_is_asked_for_once_the_parcel_has_been_lived_with(
    experience: Experience, degree: Degree, said: str
) -> None:
    days = (TODAY - experience.orders[0].ordered_on).days
    advice = asked(bought(days), Occasion.REVIEW_REQUEST, experience, POINTS)
    assert advice.degree is degree
    assert said in advice.why


def test_nobody_is_asked_for_a_review_twice_or_after_a_complaint() -> None:
    done = replace(shipped(20), reviews=(ReviewLeft("e1", date(2026, 11, 10), LOTION.id, 5, ""),))
    assert "すでにご感想" in asked(bought(21), Occasion.REVIEW_REQUEST, done).why
    cross = replace(shipped(20), answers=(Answer("e1", date(2026, 11, 10), 3, ""),))
    advice = asked(bought(21), Occasion.REVIEW_REQUEST, cross)
    assert advice.degree is Degree.ADVISE_AGAINST
    assert "先にお詫び" in advice.why
    chart = bought(21)
    again = advise(
        chart,
        occasion=Occasion.REVIEW_REQUEST,
        channel=Channel.EMAIL,
        told=(told(Occasion.REVIEW_REQUEST, 60),),
        suppressed=None,
        now=NOW,
        about=about(chart, Occasion.REVIEW_REQUEST, shipped(20)),
    )
    assert "ご感想のお願い" in again.why


def test_points_are_promised_only_where_a_policy_gives_them_whatever_the_rating() -> None:
    known = about(bought(21), Occasion.REVIEW_REQUEST, shipped(20), POINTS).review
    assert known is not None
    assert known.points == 100
    only_good = replace(POINTS, text="レビューで星5つの方に100ポイントをお付けします。")
    assert about(bought(21), Occasion.REVIEW_REQUEST, shipped(20), only_good).review is None


def test_an_apology_needs_something_to_apologise_for() -> None:
    advice = asked(chart_of(), Occasion.SERVICE_RECOVERY)
    assert advice.degree is Degree.DO_NOT_COMPOSE
    assert "記録がありません" in advice.why
    settled = asked(chart_of(notes=("箱の破損で苦情。対応済み",)), Occasion.SERVICE_RECOVERY)
    assert "対応済み" in settled.why


def test_open_trouble_stops_every_letter_but_the_apology_even_without_consent() -> None:
    chart = chart_of(notes=("箱の破損で苦情あり",), consent_email=False)
    assert asked(chart, Occasion.SERVICE_RECOVERY).degree is Degree.WRITE
    willing = chart_of(notes=("箱の破損で苦情あり",), rank="vip")
    for occasion in set(Occasion) - {Occasion.SERVICE_RECOVERY}:
        assert asked(willing, occasion).degree is Degree.DO_NOT_COMPOSE


def test_a_wish_for_no_contact_stops_the_apology_too() -> None:
    advice = asked(chart_of(notes=("破損の件でご立腹。もう連絡しないでとのこと",)), Occasion.SERVICE_RECOVERY)
    assert advice.degree is Degree.DO_NOT_COMPOSE
    assert "ご希望の記録" in advice.why


def test_a_fresh_low_score_makes_a_vip_letter_wait() -> None:
    for words, degree in (("", Degree.ADVISE_AGAINST), ("箱がつぶれて届きました", Degree.DO_NOT_COMPOSE)):
        known = Experience(answers=(Answer("e1", date(2026, 11, 10), 3, words),))
        advice = asked(chart_of(rank="vip"), Occasion.VIP, known)
        assert advice.degree is degree
        assert "先にお詫び" in advice.why


def test_once_an_apology_was_sent_other_letters_wait_a_fortnight_and_say_so() -> None:
    known = Experience(answers=(Answer("e1", date(2026, 10, 20), 3, ""),))
    chart = chart_of(rank="vip")
    for days, degree in ((5, Degree.ADVISE_AGAINST), (20, Degree.WRITE)):
        advice = advise(
            chart,
            occasion=Occasion.VIP,
            channel=Channel.EMAIL,
            told=(told(Occasion.SERVICE_RECOVERY, days),),
            suppressed=None,
            now=NOW,
            about=about(chart, Occasion.VIP, known),
        )
        assert advice.degree is degree
        if degree is Degree.ADVISE_AGAINST:
            assert "「お詫び」を5日前にお送りしています" in advice.why
            assert "11月30日ごろまで" in advice.why


@pytest.mark.parametrize(
    ("product", "days", "degree", "said"),
    [
        (RICE, 12, Degree.WRITE, "お味をうかがう時期"),
        (RICE, 43, Degree.ADVISE_AGAINST, "もう召し上がったあと"),
        (POT, 43, Degree.WRITE, "使い勝手をうかがう時期"),
        (LOTION, 43, Degree.WRITE, "使い心地をうかがう時期"),
        (LOTION, 60, Degree.ADVISE_AGAINST, "遅すぎます"),
        (POT, 130, Degree.DO_NOT_COMPOSE, "遅すぎます"),
        (POT, 4, Degree.DO_NOT_COMPOSE, "早すぎます"),
    ],
)
def test_how_long_one_asks_how_it_is_goes_by_the_kind_of_thing(
    product: ProductFacts, days: int, degree: Degree, said: str
) -> None:
    chart = chart_of(bought=((product, TODAY - timedelta(days=days)),))
    advice = asked(chart, Occasion.FOLLOW_UP, shipped(days - 1))
    assert advice.degree is degree
    assert said in advice.why


def test_thanks_may_come_with_a_parcel_that_left_late() -> None:
    chart = bought(9)
    story = replace(shipped(4).orders[0], ordered_on=TODAY - timedelta(days=9))
    advice = asked(chart, Occasion.THANK_YOU, Experience(orders=(story,)))
    assert advice.degree is Degree.WRITE
    assert "お手元に届くころ" in advice.why
    assert "遅すぎます" in asked(chart, Occasion.THANK_YOU, shipped(8)).why


def test_a_review_of_an_order_just_arrived_is_asked_for_later_and_says_from_when() -> None:
    fresh = replace(shipped(4).orders[0], order_id="order-90002")
    advice = asked(bought(120, 5), Occasion.REVIEW_REQUEST, Experience(orders=(fresh,)))
    assert advice.degree is Degree.DO_NOT_COMPOSE
    assert "11月24日ごろから" in advice.why
