"""The demo as a newcomer runs it: everything waits for a person, one message leaves, nothing of a real shop is touched."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.command import app
from agent.demo.choose import choose
from agent.domain.chart import Chart, RankProgress, Segment
from agent.domain.occasion import Occasion


def okaeri(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout + done.stderr


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OKAERI_HOME", "var")
    monkeypatch.setenv("OKAERI_NOW", "2026-11-21T23:59:00+09:00")
    return tmp_path / "var"


def test_the_demo_walks_the_whole_road_at_any_hour(home: Path) -> None:
    code, shown = okaeri("demo", "--no-serve")
    assert code == 0
    for heading in (
        "取り込みました",
        "だれに、なにを、なぜ",
        "検査が止めます",
        "「させていただきます」→「いたします」 4/4",
        "出ていきます",
        "つづきは画面で",
    ):
        assert heading in shown
    assert "薬機法に触れる表現" in shown
    assert len(list((home / "outbox").glob("*.eml"))) == 1
    code, queue = okaeri("queue", "--json")
    assert (code, len(queue.splitlines()) >= 10) == (0, True)
    assert '"severity": "block"' not in queue
    rewarded = [json.loads(line) for line in queue.splitlines()]
    assert any(row["occasion"] == "win_back" and (row["reward"] or {}).get("code") for row in rewarded)


def test_the_demo_is_never_made_over_a_real_shop(home: Path) -> None:
    orders = home.parent / "orders.csv"
    orders.write_text(
        "顧客名,メール,購入日,商品,個数,金額\n佐藤,a@example.com,2026/11/1,石けん,1,500\n", encoding="utf-8"
    )
    okaeri("import", str(orders))
    code, said = okaeri("demo", "--no-serve")
    assert (code, "すでにお店のデータがあります" in said) == (2, True)
    assert okaeri("chart", "a@example.com")[0] == 0


def chart(customer_id: str, *, days: int, orders: int, gap: float | None, segment: Segment) -> Chart:
    return Chart(
        customer_id=customer_id,
        as_of=date(2026, 11, 21),
        email=f"{customer_id}@example.com",
        line_user_id=None,
        family_name="佐藤",
        given_name="花子",
        greetable=True,
        contactable=True,
        consent_email=True,
        consent_line=None,
        orders=orders,
        net_revenue_yen=1000 * orders,
        first_order_at=None,
        last_order_at=None,
        recency_days=days,
        average_gap_days=gap,
        rfm=None,
        segment=segment,
        rank=RankProgress("regular", "silver", 1000),
        favourite_categories=(),
        facts=(),
        purchases=(),
    )


def test_each_person_is_chosen_for_what_their_records_say() -> None:
    people = [
        chart("new", days=2, orders=1, gap=None, segment=Segment.NEW),
        chart("settling", days=12, orders=3, gap=30.0, segment=Segment.LOYAL),
        chart("silent", days=200, orders=5, gap=30.0, segment=Segment.DORMANT),
        chart("quiet", days=40, orders=2, gap=30.0, segment=Segment.LOW),
    ]
    chosen = {one.chart.customer_id: one.occasion for one in choose(people)}
    assert chosen == {
        "new": Occasion.THANK_YOU,
        "settling": Occasion.FOLLOW_UP,
        "silent": Occasion.WIN_BACK,
    }
