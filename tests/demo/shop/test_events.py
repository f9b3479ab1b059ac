"""The demo's events tell the same story as its orders, on any day, and the importer takes them all."""

import csv
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.clock import FixedClock
from agent.demo.shop.events import ISSUES, WATCHED_DAYS
from agent.demo.shop.write_exports import EVENT_COLUMNS, DemoFiles, write_exports
from agent.domain.event import kind_of
from agent.domain.occasion import Occasion
from agent.store.engine import migrate, open_engine
from tests.support.import_desk import Desk

Rows = list[dict[str, str]]


@pytest.fixture(scope="module", params=[date(2026, 11, 21), date(2028, 2, 29), date(2026, 1, 1)], ids=str)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[date, DemoFiles]:
    today: date = request.param
    return today, write_exports(tmp_path_factory.mktemp("shop"), today=today)


def rows(files: DemoFiles) -> Rows:
    with files.events.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day_of(row: dict[str, str]) -> date:
    return datetime.fromisoformat(row["日時"]).date()


def test_a_few_thousand_events_of_many_kinds_all_before_today(shop: tuple[date, DemoFiles]) -> None:
    today, files = shop
    found = rows(files)
    assert 4_000 <= len(found) <= 10_000
    assert len({row["ID"] for row in found}) == len(found)
    assert {kind_of(row["種類"]) for row in found} >= {
        kind_of(word)
        for word in ("訪問", "閲覧", "カート", "配信", "開封", "クリック", "レビュー", "NPS", "来店")
    }
    assert max(map(day_of, found)) < today
    visits = [day_of(row) for row in found if row["種類"] == "訪問"]
    assert min(visits) >= today - timedelta(days=WATCHED_DAYS)


def test_only_what_was_sent_is_opened_and_only_what_was_opened_is_clicked(
    shop: tuple[date, DemoFiles],
) -> None:
    _, files = shop
    did: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for row in rows(files):
        if row["配信ID"]:
            did[row["種類"]][row["メールアドレス"], row["配信ID"]] = row["日時"]
    assert did["開封"].keys() <= did["配信"].keys()
    assert did["クリック"].keys() <= did["開封"].keys()
    assert all(at >= did["配信"][which] for which, at in did["開封"].items())
    assert len({issue for _, issue in did["配信"]}) == ISSUES


def test_the_silent_came_less_and_left_their_last_letters_unopened(shop: tuple[date, DemoFiles]) -> None:
    today, files = shop
    half = today - timedelta(days=WATCHED_DAYS // 2)
    lately = today - timedelta(days=30)
    came: Counter[str] = Counter()
    unopened = 0
    for address in files.moments[Occasion.WIN_BACK]:
        own = [row for row in rows(files) if row["メールアドレス"] == address]
        for row in own:
            if row["種類"] == "訪問":
                came["before" if day_of(row) < half else "after"] += 1
                came["lately"] += day_of(row) >= lately
        sent = [row["配信ID"] for row in own if row["種類"] == "配信"][-3:]
        opened = {row["配信ID"] for row in own if row["種類"] == "開封"}
        unopened += not opened & set(sent)
    assert came["before"] > 1.5 * came["after"]
    assert came["lately"] <= 8  # eight people, less than one visit a month each
    assert unopened >= 5


def test_answers_and_stars_stay_in_their_ranges(shop: tuple[date, DemoFiles]) -> None:
    _, files = shop
    given = defaultdict(set)
    for row in rows(files):
        if row["点数"]:
            given[row["種類"]].add(int(row["点数"]))
    assert given.keys() == {"アンケート", "レビュー"}
    assert given["アンケート"] <= set(range(11))
    assert given["レビュー"] <= set(range(1, 6))


def test_the_importer_takes_every_event_and_knows_whose_it_is(
    shop: tuple[date, DemoFiles], tmp_path: Path
) -> None:
    today, files = shop
    engine = open_engine(f"sqlite:///{tmp_path / 'okaeri.sqlite'}")
    migrate(engine)
    clock = FixedClock(datetime(today.year, today.month, today.day, 1, tzinfo=UTC))
    report = Desk(engine, tmp_path, clock).take(*files.imports)
    with engine.connect() as connection:
        unknown = connection.execute(
            text("select count(*) from events where customer_id is null")
        ).scalar_one()
    assert [found for found in report.rejected if found.file == files.events.name] == []
    assert (report.events, unknown) == (len(rows(files)), 0)
    assert tuple(rows(files)[0]) == EVENT_COLUMNS
