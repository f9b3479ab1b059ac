"""okaeri eval calibrate with a model that is really asked, over the OpenAI protocol."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.command import app
from agent.domain.judgement import Criterion
from agent.llm.trusted_judges import PLACE
from tests.support.openai_server import Says, serving

ANSWER = json.dumps({"evidence": [], "score": 4, "problems": []})
"""Every judge reads its own part of it: a good score, no problem."""


def test_a_judge_that_never_objects_stays_advisory_and_drafting_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKAERI_HOME", str(tmp_path))
    with serving() as server:
        monkeypatch.setenv("OKAERI_CHAT_BASE_URL", server.base_url)
        monkeypatch.setenv("OKAERI_CHAT_MODEL", "small")
        server.say(Says(ANSWER))
        done = CliRunner().invoke(
            app,
            [
                "eval",
                "calibrate",
                "--split",
                "dev",
                "--model",
                "small",
                "--limit",
                "2",
                "--tiers",
                "1",
                "--json",
            ],
        )
        assert done.exit_code == 0, done.output
        asked = len(server.bodies)
    judges = [row for row in json.loads(done.stdout)["judges"] if row["judge"] == "model:small"]
    assert {row["criterion"] for row in judges} == {c.value for c in Criterion}
    assert all(row["advisory"] for row in judges)
    assert asked == 2 * len(Criterion) * 3
    told = json.loads((tmp_path / PLACE).read_text(encoding="utf-8"))
    assert {row["criterion"] for row in told} == {c.value for c in Criterion}
    assert not any(row["trusted"] for row in told)
    assert all(len(row["prompt_digest"]) == 64 for row in told)
    recorded = (tmp_path / "evals" / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(recorded) == 2 * len(Criterion)
