"""A second reader gets drafts without a trace of the first labels, and answers come back as labels."""

import json

import pytest

from agent.domain.errors import CallerMistake
from evals.checks.gate import CHECKS
from evals.suite.batches import OPEN_SPLITS, Kind, load_split
from evals.suite.calibrate import SecondLabel
from evals.suite.second_pass import Answer, blind_id, merge, sample

ONE, OTHER = (case.id for case in load_split(OPEN_SPLITS)[:2])


def test_a_sample_tells_neither_batch_nor_number_nor_label() -> None:
    drawn = sample(40, seed=1, second=[])
    assert len({line["id"] for line in drawn}) == 40
    assert all(line.keys() == {"id", "context", "subject", "body"} for line in drawn)
    assert not any("context_id" in line["context"] for line in drawn)
    assert not any(f'"{check}"' in json.dumps(drawn) for check in CHECKS)


def test_a_sample_is_the_same_for_a_seed_and_another_for_another() -> None:
    first = [line["id"] for line in sample(20, seed=1, second=[])]
    assert first == [line["id"] for line in sample(20, seed=1, second=[])]
    assert first != [line["id"] for line in sample(20, seed=2, second=[])]


def test_a_batch_with_a_second_label_is_not_drawn_again() -> None:
    batch = {blind_id(case.id) for case in load_split(OPEN_SPLITS) if case.batch == "a1"}
    drawn = {
        line["id"]
        for line in sample(10_000, seed=1, second=[SecondLabel(draft_id="a1-d001", kind=Kind.CLEAN)])
    }
    assert drawn
    assert not batch & drawn


def test_a_sealed_draft_is_never_drawn() -> None:
    drawn = {line["id"] for line in sample(10_000, seed=1, second=[])}
    assert blind_id("s2-d001") not in drawn
    assert blind_id("s1-d001") not in drawn


def test_answers_become_second_labels() -> None:
    answers = [
        Answer(id=blind_id(ONE), kind=Kind.CLEAN),
        Answer(id=blind_id(OTHER), kind=Kind.DEFECT, checks=("wrong_name",)),
    ]
    found = merge(answers, second=[])
    assert [(one.draft_id, one.checks) for one in found] == [(ONE, ()), (OTHER, ("wrong_name",))]


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(id="nobody", kind=Kind.CLEAN)],
        [Answer(id=blind_id(ONE), kind=Kind.CLEAN)] * 2,
        [Answer(id=blind_id(ONE), kind=Kind.DEFECT, checks=("wrong_nam",))],
        [Answer(id=blind_id(ONE), kind=Kind.DEFECT)],
        [Answer(id=blind_id(ONE), kind=Kind.CLEAN, checks=("wrong_name",))],
    ],
)
def test_an_answer_that_cannot_be_is_refused(answers: list[Answer]) -> None:
    with pytest.raises(CallerMistake):
        merge(answers, second=[])
