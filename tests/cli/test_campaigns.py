"""okaeri draft --segment, okaeri campaigns and okaeri shown, as a shop's scripts call them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli.command import app
from agent.service.shown_blocks import shown_blocks
from agent.store.engine import migrate, open_engine
from tests.support.lively_shop import Lively, fill

RUN = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("OKAERI_HOME", str(tmp_path))
    monkeypatch.setenv("OKAERI_NOW", "2026-11-21T12:00:00+09:00")
    engine = open_engine(f"sqlite:///{tmp_path / 'okaeri.sqlite'}")
    migrate(engine)
    fill(engine, Lively(people=30, silent=2))
    yield tmp_path
    engine.dispose()


def told(*words: str, code: int = 0) -> list[dict[str, Any]]:
    result = RUN.invoke(app, [*words, "--json"])
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--customer", "a", "--segment", "new"), "どれか1つ"),
        ((), "どれか1つ"),
        (("--segment", "new"), "--occasion"),
        (("--segment", "友の会", "--occasion", "thank_you", "--channel", "email"), "new（新規）"),
        (("--customer", "a", "--occasion", "vip", "--channel", "email", "--batch"), "--segment と一緒"),
        (("--segment", "all", "--occasion", "vip", "--channel", "email", "--variants", "2"), "--variants"),
        (("--resume", "k-nobody"), "okaeri campaigns"),
    ],
)
def test_a_wrong_call_says_what_to_do(home: Path, words: tuple[str, ...], said: str) -> None:
    [error] = told("draft", *words, code=2)
    assert said in error["error"]
    assert told("campaigns") == []


def test_a_campaign_prints_a_line_a_draft_and_a_summary_and_is_listed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--segment", "全員", "--occasion", "win_back", "--channel", "email", "--yes")
    for name in ("SHOP_NAME", "SHOP_SENDER_NAME", "SHOP_ADDRESS", "SHOP_CONTACT", "SHOP_DOMAIN"):
        monkeypatch.setenv(f"OKAERI_{name}", "shop@hana.example.jp")
    *drafts, last = told("draft", *words, code=0)
    summary = last["summary"]
    assert summary["waiting"] > 0
    assert summary["do_not_send"]["reasons"]
    assert summary["people"] == len(drafts) > 0
    assert summary["waiting"] + summary["do_not_send"]["count"] + summary["held"] == len(drafts)
    assert {draft["campaign_id"] for draft in drafts} == {summary["campaign_id"]}
    assert told("campaigns") == [summary]
    again = told("draft", "--resume", summary["campaign_id"], code=0)
    assert again[:-1] == [], "nobody is drafted for twice"


def test_what_a_model_was_shown_names_the_marked_blocks() -> None:
    assert shown_blocks(["<事実>\nF1\n</事実>\n<資料>\n</資料>", "<事実>\n</事実>"]) == ["事実", "資料"]
