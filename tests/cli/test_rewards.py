"""okaeri rewards: codes from the shop system into a pool, the month's standing, the policy as read."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli.command import app
from agent.clock import FixedClock
from agent.demo.rewards import COUPON_CAMPAIGN, write_policy
from agent.store.engine import migrate, open_engine
from tests.support.sending_desk import SendingDesk

RUN = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> Iterator[Path]:
    monkeypatch.setenv("OKAERI_HOME", str(tmp_path))
    monkeypatch.setenv("OKAERI_NOW", "2026-11-21T12:00:00+09:00")
    engine = open_engine(f"sqlite:///{tmp_path / 'okaeri.sqlite'}")
    migrate(engine)
    SendingDesk(engine, clock)
    write_policy(tmp_path, today=date(2026, 11, 21))
    yield tmp_path
    engine.dispose()


def told(*words: str, code: int = 0) -> Any:
    result = RUN.invoke(app, ["rewards", *words, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_codes_are_added_once(home: Path) -> None:
    codes = home / "codes.csv"
    codes.write_text(
        "code,期限\nOKAERI-AAAA,2026-12-31\nOKAERI-BBBB,2026/12/31\nOKAERI-AAAA\n", encoding="utf-8-sig"
    )
    added = told("add-codes", str(codes), "--campaign", COUPON_CAMPAIGN)
    assert added == {"campaign": COUPON_CAMPAIGN, "read": 2, "added": 2, "known": 0}
    assert told("add-codes", str(codes), "--campaign", COUPON_CAMPAIGN)["added"] == 0
    standing = told("status")
    assert standing["pools"][0] | {} == {
        "campaign": COUPON_CAMPAIGN, "in_policy": True, "free": 2, "reserved": 0, "given": 0, "void": 0,
    }  # fmt: skip
    assert (standing["budget_yen"], standing["left_yen"], standing["promises"]) == (15_000, 15_000, [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("全角コード", "2行目「全角コード」"),
        ("123456", "英字を含めて"),
        ("AB1", "4〜20文字"),
        ("OKAERI-CCCC,年末", "2行目の日付「年末」"),
        ("=HYPERLINK(1)", "コードとして使えません"),
    ],
)
def test_a_line_that_is_no_code_stops_the_file(home: Path, line: str, said: str) -> None:
    codes = home / "codes.txt"
    codes.write_text(f"OKAERI-AAAA\n{line}\n", encoding="utf-8")
    assert said in told("add-codes", str(codes), "--campaign", COUPON_CAMPAIGN, code=2)["error"]
    assert told("status")["without_codes"] == [COUPON_CAMPAIGN]


def test_codes_need_a_coupon_of_the_policy(home: Path) -> None:
    codes = home / "codes.txt"
    codes.write_text("OKAERI-AAAA\n", encoding="utf-8")
    refused = told("add-codes", str(codes), "--campaign", "夏の市", code=2)
    assert f"あるのは {COUPON_CAMPAIGN} です" in refused["error"]


def test_the_policy_is_shown_as_read_and_its_slips_are_told(home: Path) -> None:
    shown = told("policy")
    assert [campaign["kind"] for campaign in shown["campaigns"]] == [
        "early_access",
        "story",
        "coupon",
        "points",
    ]
    (home / "rewards.yaml").write_text("monthly_budget: 100\n", encoding="utf-8")
    assert "monthly_budget: この項目はありません" in told("policy", code=2)["error"]
    (home / "rewards.yaml").unlink()
    assert told("policy")["campaigns"] == []


def test_people_read_tables(home: Path) -> None:
    result = RUN.invoke(app, ["rewards", "status"])
    assert "今月の予算 15,000円" in result.stdout
    assert f"「{COUPON_CAMPAIGN}」のコードがありません" in result.stdout
    assert "おかえり" in RUN.invoke(app, ["rewards", "policy"]).stdout
