"""Notes through the command line: add, list, strike, restore; and events through `okaeri import`."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli.command import app

LIST = "顧客名,メール,購入日,商品,個数,金額\n佐藤 花,a@example.com,2026/11/1,石けん,1,500\n"
EVENTS = "種類,メールアドレス,日時,点数,コメント\nNPS,a@example.com,2026/11/2,9,よい\n来店,x@example.com,2026/11/3,,\n"


def okaeri(*arguments: str) -> tuple[int, Any]:
    done = CliRunner().invoke(app, [*arguments, "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OKAERI_HOME", "var")
    monkeypatch.setenv("OKAERI_NOW", "2026-11-21T10:00:00+09:00")
    (tmp_path / "orders.csv").write_text(LIST, encoding="cp932")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="cp932")
    assert okaeri("import", "orders.csv")[0] == 0
    return tmp_path


def texts(*more: str) -> list[str]:
    code, found = okaeri("fact", "list", "a@example.com", *more)
    assert code == 0
    return [fact["text"] for fact in found]


def test_a_note_is_added_struck_listed_and_restored(home: Path) -> None:
    code, (added,) = okaeri(
        "fact", "add", "a@example.com", "柚子の香りがお好き", "--quote", "柚子よね", "--as", "佐藤"
    )
    assert (code, added["author"], added["quote"]) == (0, "佐藤", "柚子よね")
    assert texts() == ["柚子の香りがお好き"]
    _, (chart,) = okaeri("chart", "a@example.com")
    (fact,) = [fact for fact in chart["facts"] if fact["id"].startswith("note:")]
    assert "2026年11月21日 店頭メモ（佐藤）" in fact["source"]

    code, (struck,) = okaeri("fact", "strike", fact["id"], "--as", "佐藤", "--reason", "聞きちがい")
    assert (code, struck["struck_by"], struck["struck_reason"]) == (0, "佐藤", "聞きちがい")
    assert (texts(), texts("--all")) == ([], ["柚子の香りがお好き"])
    _, (chart,) = okaeri("chart", "a@example.com")
    assert "柚子" not in json.dumps(chart, ensure_ascii=False)

    assert okaeri("fact", "restore", added["fact_id"], "--as", "佐藤")[0] == 0
    assert texts() == ["柚子の香りがお好き"]


def test_a_long_note_is_taken_whole_and_a_letter_is_still_written(home: Path) -> None:
    long = "渋めのお茶がお好き。" * 500
    code, (added,) = okaeri("fact", "add", "a@example.com", long, "--as", "佐藤")
    assert (code, len(added["text"])) == (0, 5_000)
    assert texts() == [long]
    for channel in ("email", "line"):
        drafting = ("--customer", "a@example.com", "--occasion", "follow_up", "--channel", channel)
        code, (draft,) = okaeri("draft", *drafting)
        assert code in (0, 1)
        assert draft["body"] is None or "渋めのお茶" not in draft["body"]
        assert not [f for f in draft["findings"] if f["check"] == "too_long_for_channel"]
    assert okaeri("fact", "add", "a@example.com", long + "。", "--as", "佐藤")[0] == 2


def test_a_viewer_is_told_why_not_and_nothing_is_written(home: Path) -> None:
    okaeri("user", "add", "mita", "--role", "viewer")
    code, (said,) = okaeri("fact", "add", "a@example.com", "犬がいる", "--as", "mita")
    assert (code, "閲覧のみ" in said["error"]) == (1, True)
    assert texts("--all") == []


def test_a_fact_or_customer_nobody_knows_is_a_wrong_call(home: Path) -> None:
    assert okaeri("fact", "strike", "f_0", "--as", "佐藤")[0] == 2
    assert okaeri("fact", "list", "nobody@example.com")[0] == 2


def test_a_list_of_events_is_imported_with_its_count(home: Path) -> None:
    code, (report,) = okaeri("import", "events.csv")
    assert (code, report["events"], report["orders"], report["encoding"]) == (0, 2, 0, "cp932")
    code, (undone,) = okaeri("import", "undo", report["import_id"])
    assert (code, undone["removed"]) == (0, 2)


def test_people_see_how_many_events_came_in(home: Path) -> None:
    shown = CliRunner().invoke(app, ["import", "events.csv"]).stdout
    assert "行動の記録" in shown


def test_a_chart_tells_its_customer_in_one_paragraph_only_when_asked(home: Path) -> None:
    assert "summary" not in okaeri("chart", "a@example.com")[1][0]
    _, (chart,) = okaeri("chart", "a@example.com", "--summary")
    (sentence,) = chart["summary"]
    assert sentence["text"] == "佐藤さまは、2026年11月1日に『石けん』を1点、初めてお求めになりました。"
    ids = {fact["id"] for fact in chart["facts"]}
    assert ids >= set(sentence["fact_ids"])
    assert "組み立てました" in chart["reasons"]["summary"]
