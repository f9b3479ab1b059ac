"""kill -9 while a draft is composed: made again under its id, it repeats no answered call."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.store.unit_of_work import SqlUnitOfWork
from tests.support.openai_server import OpenAIServer, Says, serving

ROOT = Path(__file__).parents[2]
PLAN = {
    "angle": "はじめて化粧水を選んでくださった方へのお礼",
    "fact_ids": ["F2"],
    "passage_ids": [],
    "useful": "",
    "request": "",
    "avoid": [],
}
OPENING = "先日は、はじめてのご注文で「さっぱり化粧水」をお選びいただき、ありがとうございました。"
WRONG = OPENING + "ただいま全品50%オフ、クーポンコードは WELCOME50 です。"


def letter(text: str) -> dict[str, object]:
    paragraph = {"text": text, "fact_ids": ["F1", "F2"], "passage_ids": []}
    return {"subject": "はじめてのご注文、ありがとうございました", "paragraphs": [paragraph]}


class Composing:
    """A process that composes, and a model that kills it when asked for the n-th time."""

    def __init__(self, server: OpenAIServer, database_url: str, home: Path) -> None:
        self.server = server
        self.worker: subprocess.Popen[str] | None = None
        self.deadly: set[int] = set()
        server.script = self.answer
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OKAERI_")},
            "OKAERI_DATABASE_URL": database_url,
            "OKAERI_HOME": str(home),
            "OKAERI_NOW": "2026-11-21T10:00:00+09:00",
            "OKAERI_CHAT_BASE_URL": server.base_url,
            "OKAERI_CHAT_MODEL": "small",
            "OKAERI_PRICES": json.dumps({"small": {"in": 1000, "out": 1000}}),
            "OKAERI_DAILY_YEN_CAP": "1000",
        }

    def answer(self, body: dict[str, Any]) -> Says:
        """The plan; then a letter the gate blocks; then, asked to revise, a good one."""
        if len(self.server.bodies) in self.deadly and self.worker:
            os.kill(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
        name = body["response_format"]["json_schema"]["name"]
        if name == "Plan":
            return Says(json.dumps(PLAN, ensure_ascii=False))
        revising = "WELCOME50" in json.dumps(body["messages"], ensure_ascii=False)
        return Says(json.dumps(letter(OPENING if revising else WRONG), ensure_ascii=False))

    def run(self) -> tuple[int, str]:
        """One process from start to end, or to its death."""
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.compose_worker", "d-kill"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        said, _ = self.worker.communicate(timeout=120)
        return self.worker.returncode, said

    def steps(self) -> list[str]:
        """What the server was asked, in order."""
        return [
            "plan"
            if body["response_format"]["json_schema"]["name"] == "Plan"
            else "revise"
            if "WELCOME50" in json.dumps(body["messages"])
            else "write"
            for body in self.server.bodies
        ]


@pytest.fixture
def composing(database_url: str, tmp_path: Path) -> Any:
    with serving() as server:
        yield Composing(server, database_url, tmp_path)


def test_a_draft_killed_at_every_step_repeats_only_the_call_in_flight(
    composing: Composing, engine: Engine, clock: FixedClock
) -> None:
    composing.deadly = {1, 3, 5}
    ends = [composing.run()[0] for _ in range(3)]
    assert ends == [-signal.SIGKILL] * 3
    code, said = composing.run()
    assert (code, said) == (0, "waiting model:small")
    assert composing.steps() == ["plan", "plan", "write", "write", "revise", "revise"]
    with SqlUnitOfWork(engine, shop_id="default", clock=clock, read_only=True) as work:
        calls = work.model_calls.of_draft("d-kill")
        day = clock.now().date()
        [every] = [one for one in work.spend.between(day, day) if one.task == "all"]
    assert [call.step for call in calls if call.error is None] == ["plan", "write", "revise"]
    assert every.calls == 3
    assert every.micro_yen > 3 * 18_000, "a call nobody heard the end of counts as what it may have cost"


def test_a_draft_that_was_finished_is_not_made_twice(composing: Composing) -> None:
    first, second = composing.run(), composing.run()
    assert first == second == (0, "waiting model:small")
    assert composing.steps() == ["plan", "write", "revise"]
