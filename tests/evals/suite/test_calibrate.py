"""Judges are held against labels; under the bar they only advise."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.domain.judgement import Criterion
from agent.llm.scripted import ScriptedModel
from evals.checks.gate import CHECKS
from evals.suite.batches import Case, Kind, Split
from evals.suite.calibrate import SecondLabel, calibrate, held_out_first, label_agreement
from evals.suite.subject import gate_subject
from evals.suite.verdicts import (
    CHECKS_OF,
    JudgeVerdict,
    gate_verdicts,
    model_verdict,
    read_verdicts,
    write_verdicts,
)
from tests.evals.suite.test_gate_runs import case

LAW = Criterion.LAW


def drafts(bad: int, good: int) -> list[Case]:
    return [case(n, checks=("yakkihou_claim",)) for n in range(bad)] + [
        case(100 + n, Kind.CLEAN) for n in range(good)
    ]


def verdict(what: Case, bad: bool | None, *repeats: bool) -> JudgeVerdict:
    return JudgeVerdict(
        draft_id=what.id,
        criterion=LAW,
        judge="j",
        bad=bad,
        repeats=repeats,
        tokens=None if bad is None else 500,
    )


def test_a_judge_that_agrees_may_decide() -> None:
    cases = drafts(20, 20)
    (found,) = calibrate(cases, [verdict(c, bool(c.label.checks), True, True) for c in cases], recorded=True)
    assert found.kappa.value == found.alpha.value == 1.0
    assert (found.base_rate.hits, found.base_rate.of) == (20, 40)
    assert (found.advisory, found.recorded, found.tokens) == (False, True, 500)


def test_agreement_says_which_drafts_it_rests_on_and_whether_they_were_tuned_on() -> None:
    splits = (Split.TEST, Split.DEV, Split.TEST)
    cases = [replace(case(n), split=split) for n, split in enumerate(splits)]
    seen, unseen = (
        calibrate(chosen, [verdict(c, True) for c in chosen], recorded=False)[0]
        for chosen in (cases, held_out_first(cases))
    )
    assert (seen.splits, seen.held_out) == ((Split.DEV, Split.TEST), False)
    assert (unseen.splits, unseen.held_out, unseen.judged.of) == ((Split.TEST,), True, 2)
    assert held_out_first(cases[1:2]) == cases[1:2]


def test_a_judge_that_objects_to_everything_only_advises() -> None:
    cases = drafts(20, 20)
    (found,) = calibrate(cases, [verdict(c, True) for c in cases], recorded=True)
    assert found.recall.value == 1.0
    assert found.advisory


def test_agreement_on_a_handful_proves_nothing() -> None:
    cases = drafts(3, 20)
    (found,) = calibrate(cases, [verdict(c, bool(c.label.checks)) for c in cases], recorded=True)
    assert found.alpha.value == 1.0
    assert found.advisory


def test_not_judged_is_no_score() -> None:
    cases = drafts(10, 10)
    said = [verdict(c, None if c.id == "d0" else bool(c.label.checks)) for c in cases]
    (found,) = calibrate(cases, said, recorded=True)
    assert (found.judged.hits, found.judged.of) == (19, 20)
    assert found.recall.of == 9


def test_self_consistency_counts_drafts_on_which_every_repeat_agrees() -> None:
    one, other = drafts(2, 0)
    (found,) = calibrate(
        [one, other], [verdict(one, True, True, True), verdict(other, True, True, False)], recorded=True
    )
    assert (found.consistency.hits, found.consistency.of) == (1, 2)


def test_an_equally_right_name_leaves_the_criterion_open() -> None:
    what = case(1, checks=("wrong_price",), also_ok=("yakkihou_claim",))
    (found,) = calibrate([what], [verdict(what, True)], recorded=True)
    assert found.base_rate.of == 0


def test_the_gate_is_a_steady_judge() -> None:
    verdicts = list(gate_verdicts([case(1)], gate_subject()))
    assert {v.criterion for v in verdicts} == set(Criterion)
    assert all(len(set(v.repeats)) == 1 for v in verdicts)


def test_criteria_speak_only_of_checks_there_are() -> None:
    assert frozenset().union(*CHECKS_OF.values()) <= CHECKS.keys()


async def test_a_model_is_asked_three_times_and_its_answers_kept() -> None:
    problem = {"check": "yakkihou_claim", "quote": "ありがとうございます", "why": "w", "sure": True}
    said: list[dict[str, object]] = [{"problems": [problem]}, {"problems": [problem]}, {"problems": []}]
    found = await model_verdict(ScriptedModel({"judge": said}), case(1), LAW)
    assert (found.bad, found.repeats, found.judge) == (True, (True, True, False), "model:scripted")


def test_verdicts_are_read_as_they_were_written(tmp_path: Path) -> None:
    made = [verdict(case(1), True, True), verdict(case(2), None)]
    write_verdicts(made, tmp_path / "j.jsonl")
    assert read_verdicts(tmp_path) == made
    assert read_verdicts(tmp_path / "nothing") == []


def test_two_label_passes_are_compared_on_every_question() -> None:
    cases = drafts(10, 10)
    second = [
        SecondLabel(
            draft_id=c.id,
            kind=c.label.kind,
            checks=("keihyouhou_claim",) if c.id == "d0" else c.label.checks,
        )
        for c in cases
    ]
    found = {one.question: one for one in label_agreement(cases, second)}
    assert found["block"].kappa.value == 1.0
    assert found["check"].same.hits == 19
    assert found["law"].kappa.value == 1.0
    assert found["check"].kappa.value == pytest.approx(0.909, abs=0.02)


def test_without_a_second_pass_there_is_no_agreement_to_report() -> None:
    assert label_agreement(drafts(2, 2), []) == []
