"""`okaeri eval` measures, refuses a worsened gate, calibrates and reports; without its extra it says what to install."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli.command import app

SHOP = {
    "name": "茶の間",
    "sender_name": "茶の間",
    "address": "〒100-0000 東京都千代田区1-1",
    "contact": "a@chanoma.example",
    "unsubscribe_url": "https://chanoma.example/stop",
    "site_domain": "chanoma.example",
}
TEA = {
    "id": "T1",
    "title": "煎茶 わかば 100g",
    "price_yen": 1080,
    "stock": 12,
    "facts": ["春に摘んだ煎茶です"],
}


def context(number: int) -> dict[str, Any]:
    fact = {"fact_id": "f1", "text": "2026年11月18日に『煎茶 わかば 100g』を1点ご購入"}
    return {
        "context_id": f"c{number}",
        "shop": SHOP,
        "customer": {"customer_id": "k", "family_name": "石田", "given_name": "薫", "facts": [fact]},
        "products": [TEA],
        "policies": [],
        "offer": None,
        "occasion": "thank_you",
        "channel": "line",
        "today": "2026-11-20",
    }


GOOD = "石田様、先日は「煎茶 わかば 100g」をお求めいただき、ありがとうございました。"
BAD = GOOD + "くわしくは https://chanoma-shop.example/tea をご覧ください。"


FLOORS = """
floors:
- {measure: recall.unsafe_link, at_least: 0.99, by: interval, reason: 外部のリンクは詐欺に直結する。}
- {measure: clean_blocked, at_most: 0.03, by: interval, reason: 止めすぎると読まれなくなる。}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Twenty defects and ten clean messages in a split called dev, and half of them in one called test."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("OKAERI_HOME", str(home / "var"))
        settings.setenv("OKAERI_NOW", "2026-11-21T10:00:00+09:00")
        write_data(home)
        yield home


def write_data(home: Path) -> None:
    for batch, many in (("b1", 20), ("b2", 10)):
        label = {"kind": "defect", "checks": ["unsafe_link"], "also_ok": [], "why": "外部のリンク。"}
        quote = [{"field": "body", "quote": "https://chanoma-shop.example/tea"}]
        clean = {"kind": "clean", "checks": [], "also_ok": [], "quotes": [], "why": ""}
        rows: dict[str, list[dict[str, Any]]] = {"contexts": [], "drafts": [], "labels": []}
        for n in range(many + many // 2):
            bad, draft_id = n < many, f"{batch}-d{n}"
            rows["contexts"].append(context(n))
            rows["drafts"].append(
                {"draft_id": draft_id, "context_id": f"c{n}", "subject": None, "body": BAD if bad else GOOD}
            )
            rows["labels"].append({"draft_id": draft_id, **({**label, "quotes": quote} if bad else clean)})
        folder = home / "data" / batch
        folder.mkdir(parents=True)
        for name, lines in rows.items():
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (home / "data" / "splits.yaml").write_text("b1: dev\nb2: test\n")
    (home / "floors.yaml").write_text(FLOORS, encoding="utf-8")


def okaeri(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["eval", *arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def measured(home: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, text = okaeri(*arguments, "--data", str(home / "data"), "--json")
    return code, json.loads(text)


def gated(home: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    return measured(home, "gate", "--floors", str(home / "floors.yaml"), *arguments)


@pytest.fixture(scope="module")
def baseline(home: Path) -> str:
    file = home / "base.json"
    code, _ = gated(home, "--split", "dev", "--record", str(file))
    assert code == 0
    return str(file)


def test_a_run_tells_shares_with_intervals_and_digests(home: Path) -> None:
    code, found = measured(home, "run", "--split", "dev")
    assert code == 0
    assert (found["block_recall"]["hits"], found["block_recall"]["of"]) == (20, 20)
    assert found["clean_blocked"]["hits"] == 0
    assert found["block_recall"]["low"] == pytest.approx(0.8389, abs=1e-4)
    assert len(found["subject"]["digest"]) == 64
    assert Path(found["logs"][0]).is_relative_to(home / "var" / "evals")


def test_the_gate_as_it_is_passes_its_own_record(home: Path, baseline: str) -> None:
    code, found = gated(home, "--split", "dev", "--baseline", baseline)
    assert (code, found["passed"]) == (0, True)
    assert found["changed"]["worse"] == 0


def test_a_gate_without_a_check_fails_and_names_the_examples(home: Path, baseline: str) -> None:
    code, found = gated(home, "--split", "dev", "--baseline", baseline, "--without", "unsafe_link")
    assert (code, found["passed"]) == (1, False)
    assert found["differences"]["defects_blocked"]["real_drop"]
    assert {f["measure"] for f in found["floors"] if f["broken"]} == {"recall.unsafe_link"}
    assert {"id": "b1-d0", "measure": "defects_blocked", "better": False} in found["changed"]["examples"]


def test_a_worsened_template_fails(home: Path, baseline: str) -> None:
    worse = home / "worse.md.j2"
    worse.write_text(
        "subject| 日本一の品\nparagraph| bought | 「{{ product }}」は必ず効く日本一の品です。\n",
        encoding="utf-8",
    )
    code, found = gated(home, "--split", "dev", "--baseline", baseline, "--prompt", f"embedded/vip={worse}")
    assert (code, found["passed"]) == (1, False)
    assert found["differences"]["letters_passed"]["real_drop"]
    assert not found["differences"]["defects_blocked"]["real_drop"]


def test_examples_of_the_test_split_stay_hidden_unless_revealed(home: Path) -> None:
    base = str(home / "test.json")
    gated(home, "--split", "test", "--record", base)
    asked = ("--split", "test", "--baseline", base, "--without", "unsafe_link")
    _, hidden = gated(home, *asked)
    assert hidden["changed"]["worse"] > 0
    assert hidden["changed"]["examples"] == []
    code, text = okaeri("gate", *asked, "--data", str(home / "data"))
    assert code == 1
    assert "b2-d0" not in text
    assert "--reveal" in text
    _, shown = gated(home, *asked, "--reveal")
    assert shown["changed"]["examples"]


def test_a_run_speaks_japanese_to_people(home: Path) -> None:
    code, text = okaeri("run", "--split", "dev", "--data", str(home / "data"), "--without", "unsafe_link")
    assert code == 0
    assert "欠陥のある文面を止めた割合" in text
    assert "b1-d0" in text


def test_the_report_is_one_page(home: Path) -> None:
    out = home / "report" / "page.html"
    code, _ = okaeri("report", "--out", str(out), "--split", "dev", "--data", str(home / "data"), "--json")
    assert code == 0
    assert "<h1>" in out.read_text(encoding="utf-8")


def test_the_chat_replies_are_judged(home: Path) -> None:
    code, text = okaeri("run", "--task", "chat", "--json")
    assert code == 0
    assert json.loads(text)["chat"]["cases"] >= 20


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--split", "nothing"),
        ("run", "--split", "sealed"),
        ("run", "--without", "no_check"),
        ("run", "--prompt", "embedded/nothing"),
        ("run", "--model", "some-model"),
        ("run", "--model", "some-model", "--prompt", "embedded/vip"),
        ("gate", "--baseline", "no/such.json"),
        ("gate", "--floors", "no/such.yaml"),
        ("run", "--data", "no/such/folder"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_says_what_is_wrong(home: Path, arguments: tuple[str, ...]) -> None:
    code, text = okaeri(*arguments, "--json")
    assert code == 2
    assert json.loads(text)["error"]


def without_the_extra(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command in a Python where inspect_ai cannot be found."""
    start = "import sys; sys.modules['inspect_ai'] = None; from agent.cli.command import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    done = without_the_extra("eval", "run", cwd=tmp_path)
    assert done.returncode == 2
    assert "okaeri[evals]" in done.stderr
    assert "必要です" in done.stderr


def test_other_commands_start_without_the_extra(tmp_path: Path) -> None:
    assert without_the_extra("--help", cwd=tmp_path).returncode == 0
