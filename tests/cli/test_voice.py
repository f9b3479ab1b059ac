"""okaeri voice and okaeri rules: the guide, and what was learned from edits."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli.command import app
from agent.clock import FixedClock
from agent.demo.voice import write_guide
from agent.store.engine import migrate, open_engine
from evals.suite.data import FOLDER
from tests.support.sending_desk import SendingDesk

RUN = CliRunner()
EDITS = str(FOLDER / "edits.jsonl")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> Iterator[Path]:
    monkeypatch.setenv("OKAERI_HOME", str(tmp_path))
    monkeypatch.setenv("OKAERI_NOW", "2026-11-21T12:00:00+09:00")
    engine = open_engine(f"sqlite:///{tmp_path / 'okaeri.sqlite'}")
    migrate(engine)
    SendingDesk(engine, clock)
    yield tmp_path
    engine.dispose()


def told(*words: str, code: int = 0) -> Any:
    result = RUN.invoke(app, [*words, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def said(*words: str, code: int = 0) -> str:
    result = RUN.invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout


def test_a_guide_is_checked_set_and_shown_with_its_versions(home: Path, tmp_path: Path) -> None:
    assert told("voice", "show")["digest"] is None
    file = write_guide(tmp_path)
    guide = tmp_path / "new.md"
    file.rename(guide)
    assert told("voice", "check", str(guide))["problems"] == []
    assert told("voice", "set", str(guide), "--as", "mori") | {"digest": ""} == {
        "number": 1,
        "digest": "",
        "changed": True,
    }
    assert told("voice", "set", str(guide))["changed"] is False
    shown = told("voice", "show")
    assert ["ご購入", "お求め"] in shown["say_instead"]
    assert [version["by"] for version in shown["versions"]] == ["mori"]
    assert "静かにあたたかく" in said("voice", "show")


def test_a_wrong_guide_names_its_lines_and_is_not_set(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.md"
    file.write_text("## 口癖\nですね", encoding="utf-8")
    assert "1行目" in told("voice", "check", str(file), code=1)["problems"][0]
    assert "1行目" in told("voice", "set", str(file), code=2)["error"]
    assert not (home / "voice.md").exists()
    told("voice", "check", code=2)


def test_the_demo_shop_is_proposed_what_its_own_guide_leaves_open(home: Path) -> None:
    write_guide(home)
    found = told("rules", "propose", "--from", EDITS)
    assert "「させていただきます」→「いたします」 4/4" in [rule["short"] for rule in found["proposed"]]
    [decided] = [rule for rule in found["refused"] if rule["before"] == "ご愛顧"]
    assert "voice.md" in decided["why"]


def test_thirty_edits_are_proposed_accepted_used_and_undone(home: Path) -> None:
    found = told("rules", "propose", "--from", EDITS)
    assert (found["looked"], found["edited"], len(found["proposed"]), len(found["refused"])) == (30, 24, 6, 3)
    assert all(rule["new"] for rule in found["proposed"])
    rule = next(r for r in found["proposed"] if r["before"] == "ご愛顧")
    assert rule["short"] == "「ご愛顧」の文→「いつもありがとうございます」 8/10"
    assert told("rules", "accept", rule["rule_id"], "--as", "mori", "--why", "店の声")["state"] == "accepted"
    assert [r["rule_id"] for r in told("rules", "list", "--state", "accepted")["rules"]] == [rule["rule_id"]]
    assert [r["rule_id"] for r in told("voice", "show")["rules"]] == [rule["rule_id"]]
    assert "採用中" in told("rules", "accept", rule["rule_id"], "--as", "mori", code=1)["error"]
    assert told("rules", "undo", rule["rule_id"], "--as", "mori")["state"] == "undone"
    assert told("rules", "reject", rule["rule_id"], "--as", "mori")["state"] == "rejected"
    again = told("rules", "propose", "--from", EDITS)
    assert not any(each["new"] for each in again["proposed"])
    assert told("rules", "list", "--state", "rejected")["rules"][0]["by"] == "mori"


def test_people_read_the_proposals_and_the_reasons_against(home: Path) -> None:
    text = said("rules", "propose", "--from", EDITS)
    assert "8/10" in text
    assert "提案しません: 「お肌にやさしい」→「シミに効く」 3/3" in text
    assert "薬機法" in text
    assert "mori、saeki" in said("rules", "list")


def test_the_effect_is_shown_on_the_evaluation_letters_when_nothing_waits(home: Path) -> None:
    closing = next(r for r in told("rules", "propose", "--from", EDITS)["proposed"] if r["kind"] == "closing")
    effect = told("rules", "effect", closing["rule_id"])
    assert effect["tried_on"] == "letters"
    assert 0 < effect["changed"] <= effect["of"]
    assert len(effect["shown"]) == 3
    assert all(each["after"].endswith("お返事はなくて大丈夫です。") for each in effect["shown"])
    assert not [new for new in effect["new_findings"] if new["severity"] == "block"]
    assert "このきまりでは" in said("rules", "effect", closing["rule_id"])


def test_a_writer_and_wrong_words_are_refused(home: Path) -> None:
    rule = told("rules", "propose", "--from", EDITS)["proposed"][0]["rule_id"]
    assert "オーナーか承認者" in told("rules", "accept", rule, "--as", "kaki", code=1)["error"]
    assert "はありません" in told("rules", "effect", "r0", code=2)["error"]
    assert "はありません" in told("rules", "list", "--state", "maybe", code=2)["error"]
    assert "読めません" in told("rules", "propose", "--from", str(home), code=2)["error"]
