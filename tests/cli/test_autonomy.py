"""okaeri autonomy and okaeri labels: standings, switches, and the shop's own evaluation set."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.command import app
from agent.cli.own_labels import write_labels
from agent.clock import FixedClock
from agent.store.engine import migrate, open_engine
from evals.checks.input import read_contexts, read_drafts
from tests.support.sending_desk import SendingDesk

RUN = CliRunner()
NOW = "2026-11-21T12:00:00+09:00"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> Iterator[SendingDesk]:
    url = f"sqlite:///{tmp_path / 'okaeri.sqlite'}"
    monkeypatch.setenv("OKAERI_HOME", str(tmp_path))
    monkeypatch.setenv("OKAERI_DATABASE_URL", url)
    monkeypatch.setenv("OKAERI_NOW", NOW)
    engine = open_engine(url)
    migrate(engine)
    made = SendingDesk(engine, clock)
    made.customer()
    yield made
    engine.dispose()


def said(*words: str, code: int = 0) -> str:
    result = RUN.invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout


def test_standings_say_how_far_it_is(desk: SendingDesk) -> None:
    desk.draft("d1")
    desk.decide.approve("d1", by="mori")
    text = said("autonomy")
    assert "お礼（thank_you）　実績を集めています" in text
    assert "1／50件" in text
    rows = {row["occasion"]: row for row in map(json.loads, said("autonomy", "--json").splitlines())}
    assert rows["thank_you"]["clean"] == 1
    assert rows["vip"]["standing"] == rows["service_recovery"]["standing"] == "never"


def test_what_is_not_earned_cannot_be_switched_on(desk: SendingDesk) -> None:
    said("user", "add", "hana", "--role", "owner", "--json")
    refused = json.loads(said("autonomy", "on", "thank_you", "--as", "hana", "--json", code=1))
    assert "あと50件" in json.dumps(refused, ensure_ascii=False)
    said("autonomy", "on", "thank-you", "--as", "hana", code=2)


def test_stop_and_resume(desk: SendingDesk) -> None:
    said("autonomy", "stop", "--as", "mori", "--why", "様子がおかしい")
    assert "様子がおかしい" in said("autonomy")
    said("autonomy", "resume", "--as", "mori", code=1)
    said("user", "add", "hana", "--role", "owner", "--json")
    said("autonomy", "resume", "--as", "hana")
    assert "様子がおかしい" not in said("autonomy")


def test_a_run_without_anything_switched_on_does_nothing(desk: SendingDesk) -> None:
    desk.draft("d1")
    assert json.loads(said("autonomy", "run", "--json")) == {
        "approved": [],
        "sampled": [],
        "refused": [],
        "lost": [],
    }


def test_labels_are_written_in_the_shape_that_the_checks_read(desk: SendingDesk, tmp_path: Path) -> None:
    for draft_id in ("d1", "d2", "d3", "d4"):
        desk.draft(draft_id)
    desk.decide.approve("d1", by="mori")
    desk.decide.reject("d2", by="mori", reason="tone")
    desk.decide.reject("d3", by="mori", reason="timing")
    assert json.loads(said("labels", "--json"))["labels"] == 2
    folder = tmp_path / "evals" / "own"
    contexts = read_contexts((folder / "contexts.jsonl").read_text(encoding="utf-8").splitlines())
    drafts = list(read_drafts((folder / "drafts.jsonl").read_text(encoding="utf-8").splitlines()))
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {draft.context_id for draft in drafts} == set(contexts)
    assert {label["draft_id"]: label["kind"] for label in labels} == {"d1": "clean", "d2": "defect"}
    assert folder.stat().st_mode & 0o077 == 0, "customers' messages are nobody else's to read"


def test_no_decision_makes_an_empty_set(tmp_path: Path) -> None:
    assert write_labels(tmp_path / "own", []) == 0
    assert (tmp_path / "own" / "labels.jsonl").read_text(encoding="utf-8") == ""
