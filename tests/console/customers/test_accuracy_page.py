"""The track record says how good a prediction is, and which ones are not shown."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.nps import summarise
from agent.domain.prediction import Measured
from console.customers.accuracy_page import nps_range, view_test
from tests.support.console_desk import ConsoleDesk
from tests.support.insight import backtests

PLACE = "/console/accuracy"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def said(desk: ConsoleDesk, path: str = PLACE) -> str:
    """The page's words."""
    page = desk.browser("mita").get(path)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", BeautifulSoup(page.text, "html.parser").get_text(" "))


def test_each_back_test_states_its_day_its_people_its_figures_and_a_verdict(desk: ConsoleDesk) -> None:
    page = said(desk)
    for words in (
        "30日以内のお買い物",
        "2026年10月1日（木）",
        "773名",
        "0.842 95 %の幅 0.811〜0.871",
        "いつものやり方 0.797",
        "0.1385",
        "100組のうち、およそ84組",
        "いつものやり方（RFMの合計点）より確かに見分けられ",
        "上位 20 % の方に声をかけると、お買い物をした方の 42 % に届きました。",
    ):
        assert words in page


def test_candidates_that_were_not_taken_wait_folded(desk: ConsoleDesk) -> None:
    page = BeautifulSoup(desk.browser("mita").get(PLACE).text, "html.parser")
    folded = page.select("details.test-tried")
    assert [one.summary.get_text(" ", strip=True) for one in folded if one.summary] == [
        "30日以内のお買い物: 日付・回数・金額から（RFM） 比べた候補"
    ]


def test_a_failed_prediction_is_marked_as_not_shown(desk: ConsoleDesk) -> None:
    page = said(desk)
    assert "不合格・出していません" in page
    assert "80 %のうち58 %にとどまったため" in page


def test_every_picture_has_a_name_and_its_figures_as_a_table(desk: ConsoleDesk) -> None:
    page = BeautifulSoup(desk.browser("mita").get(PLACE).text, "html.parser")
    pictures = page.select("main svg[role=img]")
    assert len(pictures) == 8
    for picture in pictures:
        title = picture.find("title")
        assert picture.get("aria-label") or (title and title.get_text().strip())
    assert len(page.select("figure")) == len(page.select("figure table"))


def test_how_to_read_it_is_told_in_plain_words(desk: ConsoleDesk) -> None:
    page = said(desk)
    for words in ("図の見かた", "くじ引き", "小さいほど良い", "斜めの線"):
        assert words in page


def test_a_shop_too_young_for_a_track_record_is_told_what_is_missing(desk: ConsoleDesk) -> None:
    desk.insight.bare = True
    page = said(desk)
    assert "まだ成績を出せません" in page
    assert "あと19名です" in page
    assert "おすすめ度のお答えがまだありません。" in page


def test_the_page_speaks_english(desk: ConsoleDesk) -> None:
    page = said(desk, f"{PLACE}?lang=en")
    for words in (
        "How the predictions did",
        "An order within 30 days",
        "better than the habit",
        "failed, not shown",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("auc", "verdict"),
    [
        (Measured(0.84, 0.81, 0.87), "better"),
        (Measured(0.80, 0.77, 0.83), "even"),
        (Measured(0.70, 0.66, 0.74), "worse"),
        (None, None),
    ],
)
def test_better_is_said_only_when_chance_cannot_explain_it(auc: Measured | None, verdict: str | None) -> None:
    assert view_test(replace(backtests()[0], auc=auc), "ja").against == verdict


def test_figures_carry_their_units_and_unknown_ones_their_own_name() -> None:
    test = replace(
        backtests()[2],
        figures=(("mean_error_days", 7.94), ("mae_yen", 12_345.6), ("held_share", 0.79), ("odd", 1.5)),
    )
    assert [value for _, value in view_test(test, "ja").figures] == ["7.9日", "12,346円", "79.0 %", "1.500"]
    assert view_test(test, "ja").figures[3][0] == "odd"


def test_an_unknown_task_is_shown_under_its_own_name() -> None:
    assert view_test(replace(backtests()[0], task="new_thing"), "en").title == "new_thing (30 days)"


def test_few_answers_make_a_wide_range() -> None:
    few, many = nps_range(summarise({9: 6, 3: 4})), nps_range(summarise({9: 600, 3: 400}))
    assert few is not None
    assert many is not None
    assert few[1] - few[0] > 5 * (many[1] - many[0])
    assert nps_range(summarise({})) is None
