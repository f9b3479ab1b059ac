"""A judge blocks only as it was measured: same model, same criterion, same prompt."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.domain.judgement import Criterion, Judgement
from agent.llm.trusted_judges import PLACE, MeasuredJudge, TrustedJudges, write_trusted

SAID = Judgement(Criterion.LAW, "small", "v1", "d1", 3, (0, 0, 0), None, (), (), True)


def test_exactly_the_measured_judge_is_trusted(tmp_path: Path) -> None:
    trusted = TrustedJudges(tmp_path)
    assert not trusted(SAID), "nobody has measured anything"
    write_trusted(
        tmp_path,
        [MeasuredJudge("small", "law", "d1", True), MeasuredJudge("small", "factuality", "d2", False)],
    )
    assert trusted(SAID)
    assert not trusted(replace(SAID, model="large"))
    assert not trusted(replace(SAID, prompt_digest="d9")), "a new prompt has to be measured again"
    assert not trusted(replace(SAID, criterion=Criterion.FACTUALITY, prompt_digest="d2"))


def test_a_new_measurement_replaces_the_old_one_at_once(tmp_path: Path) -> None:
    trusted = TrustedJudges(tmp_path)
    write_trusted(tmp_path, [MeasuredJudge("small", "law", "d1", True)])
    assert trusted(SAID)
    write_trusted(tmp_path, [MeasuredJudge("small", "law", "d1", False)])
    assert not trusted(SAID)


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"trusted": true}]', '{"model": "small"}'])
def test_a_broken_file_trusts_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / PLACE).parent.mkdir()
    (tmp_path / PLACE).write_text(content, encoding="utf-8")
    assert not TrustedJudges(tmp_path)(SAID)
