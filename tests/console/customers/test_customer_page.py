"""What a chart tells, and what it admits not to know."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.prediction import Signal, Taste
from console.customers.customer_page import rank_share, view_page
from tests.console.frame.test_inert import CORPUS
from tests.support.console_desk import ConsoleDesk
from tests.support.insight import LIMITS, PEOPLE, TODAY, InMemoryInsight, Person

CHART = "/console/customers/c1"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def said(desk: ConsoleDesk, path: str, *, who: str = "mita") -> str:
    """The page's words, without what stands between them."""
    page = desk.browser(who).get(path)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", BeautifulSoup(page.text, "html.parser").get_text(" "))


def test_the_head_says_who_how_loyal_and_whether_we_may_write(desk: ConsoleDesk) -> None:
    page = said(desk, CHART)
    for words in (
        "石田 真帆 様",
        "離反予備軍",
        "あと66,820円でVIP",
        "メール: お送りできます",
        "LINE: 同意が確認できません",
    ):
        assert words in page


def test_a_score_comes_with_its_horizon_its_reasons_and_its_track_record(desk: ConsoleDesk) -> None:
    page = said(desk, CHART)
    for words in (
        "30日以内にお買い物がない見込み 62 %",
        "お店の標準的な方 48 %",
        "前回から92日。ふだんは34日間隔です",
        "離れる側へ強く",
        "戻る側へ",
        "112名のうち、実際にお買い物がなかったのは 59 %",
    ):
        assert words in page


def test_what_limits_the_predictions_stands_beside_them(desk: ConsoleDesk) -> None:
    assert LIMITS in said(desk, CHART)


def test_the_reasons_add_up_to_the_distance_from_the_usual_customer(desk: ConsoleDesk) -> None:
    page = desk.browser("mita").get(CHART).text
    table = BeautifulSoup(page, "html.parser").select_one(".pulls + details table")
    assert table is not None
    figures = [float(cell.get_text()) for cell in table.select("td:last-child")]
    assert abs(sum(figures[:-1]) - figures[-1]) < 0.02


def test_every_expectation_states_its_days_and_its_doubt(desk: ConsoleDesk) -> None:
    page = said(desk, CHART)
    for words in (
        "11月29日〜12月28日 80 %",
        "30日以内にお求めになる見込みです。",
        "これから365日間で およそ14,800円",
        "このような方の 80 % は、5,200円〜27,900円に収まる見込みです。",
        "+11.0 ポイント",
        "比べた方412名",
    ):
        assert words in page


def test_buying_at_a_reduction_is_not_sold_as_the_effect_of_a_coupon(desk: ConsoleDesk) -> None:
    assert "傾向の記述であって、クーポンの効果ではありません。" in said(desk, CHART)


def test_a_signal_links_to_its_records_on_the_same_page(desk: ConsoleDesk) -> None:
    page = BeautifulSoup(desk.browser("mita").get(CHART).text, "html.parser")
    targets = [str(link["href"])[1:] for link in page.select(".pull-records a")]
    assert targets
    assert all(page.find(id=target) for target in targets)


def test_what_is_not_known_is_listed_with_its_reason_and_never_as_zero(desk: ConsoleDesk) -> None:
    page = said(desk, "/console/customers/c7")
    assert "ご注文の記録がまだないため、予測できません。" in page
    assert "離れてしまう見込み・次のご注文" in page
    assert "0 %" not in page


def test_a_prediction_that_failed_its_back_test_is_hidden_and_says_so(desk: ConsoleDesk) -> None:
    desk.insight.hidden = frozenset({"ltv"})
    page = said(desk, CHART)
    assert "過去の記録で確かめた成績がお店の基準に届かなかったため、数字は出していません。" in page
    assert "検証では幅に収まったのが80 %のうち58 %でした。" in page
    assert "14,800" not in page


def test_a_track_record_too_far_from_the_score_is_not_told() -> None:
    lonely = Person(
        "c1", "石田", "真帆", "", ((9, 900, ("豆",)),), PEOPLE[0].segment, (("x", "理由", "why", 9.0, ()),)
    )
    page = InMemoryInsight(people=(lonely,)).page("c1", as_of=TODAY)
    assert page.expectations.churn is not None
    view = view_page(page, stopped={}, language="ja")
    assert view.truth is None or abs(view.truth.said - page.expectations.churn.score) <= 0.1


def test_the_small_rest_of_the_reasons_never_becomes_the_headline() -> None:
    person = Person(
        "c1",
        "石田",
        "真帆",
        "",
        ((9, 900, ("豆",)),),
        PEOPLE[0].segment,
        (("others", "そのほか", "Other", 2.0, ()), ("silence", "前回から9日", "9 days", 0.1, ())),
    )
    view = view_page(InMemoryInsight(people=(person,)).page("c1", as_of=TODAY), stopped={}, language="ja")
    assert view.summary == ("前回から9日",)
    assert [pull.signal.code for pull in view.pulls] == ["others", "silence"]
    assert isinstance(view.pulls[0].signal, Signal)


def test_a_taste_that_says_nothing_is_listed_as_not_known_yet() -> None:
    page = InMemoryInsight().page("c1", as_of=TODAY)
    silent = Taste(None, None, (), (), (), None, None, ())
    view = view_page(
        replace(page, expectations=replace(page.expectations, taste=silent)), stopped={}, language="ja"
    )
    assert not view.has_taste
    assert [one.cards for one in view.missing] == [("taste_card",)]
    assert view.missing[0].reason


def test_a_long_past_is_cut_off_and_counted(desk: ConsoleDesk) -> None:
    many = tuple((n, 100, ("豆",)) for n in range(1, 251))
    desk.insight.people = (Person("c1", "石田", "真帆", "", many, PEOPLE[0].segment),)
    page = said(desk, CHART)
    assert "さらに前の88件" in page
    assert "これより前の15" in page
    assert page.count("ご注文 注文 #") <= 100


def test_a_damaged_name_is_not_called_and_the_page_says_why(desk: ConsoleDesk) -> None:
    page = said(desk, "/console/customers/c9")
    assert "お名前のないお客さま" in page
    assert "宛名には使えません" in page
    assert "�" not in page


def test_a_rare_character_of_a_name_arrives_unharmed(desk: ConsoleDesk) -> None:
    assert "𠮷田 航 様" in said(desk, "/console/customers/c6")


def test_an_unknown_customer_gives_a_page_that_leads_back(desk: ConsoleDesk) -> None:
    answer = desk.browser("mita").get("/console/customers/nobody")
    assert answer.status_code == 404
    assert 'href="/console/"' in answer.text


def test_the_chart_speaks_english_and_keeps_the_words_of_the_records(desk: ConsoleDesk) -> None:
    page = said(desk, f"{CHART}?lang=en")
    for words in (
        "Chance of no order within 30 days",
        "92 days since the last order; usually 34 days apart",
        "away, strongly",
        "深煎りブレンド 200g",
    ):
        assert words in page


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_records_are_shown_on_a_chart_and_do_nothing(desk: ConsoleDesk, text: str) -> None:
    person = Person(
        "c1",
        text,
        text,
        text,
        ((9, 900, (text,)), (40, 900, (text,))),
        PEOPLE[0].segment,
        ((text, text, text, 0.4, (text,)),),
    )
    desk.insight.people = (person,)
    browser = desk.browser("mori")
    browser.post(f"{CHART}/notes", page=CHART, text=text, quote=text)
    for path in (CHART, f"{CHART}?lang=en", "/console/customers", "/console/customers?tab=precious"):
        answer = browser.get(path)
        assert answer.status_code == 200
        parsed = BeautifulSoup(answer.text, "html.parser")
        scripts = parsed.find_all("script")
        assert all(str(one.get("src")).startswith("/console/static/") and not one.string for one in scripts)
        assert not parsed.find_all(["iframe", "object", "embed", "style", "base"])
        for element in parsed.find_all(True):
            assert not [name for name in element.attrs if name.startswith("on") or name == "style"]
            assert not str(element.get("href", "")).strip().lower().startswith(("javascript:", "data:"))


@pytest.mark.parametrize(
    ("net", "missing", "share"),
    [(0, 30_000, 0), (-500, 30_500, 0), (29_999, 1, 99), (15_000, 15_000, 50), (9, None, None)],
)
def test_the_way_to_the_next_rank_is_never_said_to_be_done(
    net: int, missing: int | None, share: int | None
) -> None:
    assert rank_share(net, missing) == share


def test_the_paragraph_on_a_customer_links_each_sentence_to_its_facts(desk: ConsoleDesk) -> None:
    page = BeautifulSoup(desk.browser("mita").get(CHART).text, "html.parser")
    told = page.select(".who-told a")
    assert [link.get_text() for link in told] == ["石田さまのご注文は、これまでに9回です。"]
    assert "これまでのご注文は9回" in str(told[0]["title"])
    target = page.select_one(str(told[0]["href"]))
    assert target is not None
    assert "これまでのご注文は9回" in target.get_text()
