"""The gate over labelled messages."""

import json
from collections.abc import Sequence
from time import perf_counter

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.suite.batches import Case, digest
from evals.suite.outcome import outcome_of
from evals.suite.subject import Subject
from evals.suite.tasks.scorers import blocked, located, named


def gate_task(cases: Sequence[Case], subject: Subject, *, name: str = "gate") -> Task:
    """One sample a case; solved by the gate itself, no model asked."""
    return Task(
        name=name,
        dataset=MemoryDataset([_sample(case) for case in cases], name="messages"),
        solver=judge_messages(cases, subject),
        scorer=[blocked(), named(), located()],
        metadata={"data": digest(cases), "subject": subject.name, "subject_digest": subject.digest},
    )


@solver
def judge_messages(cases: Sequence[Case], subject: Subject) -> Solver:
    """Ask the gate for a verdict and leave the outcome, as JSON, where a model's answer would be."""
    by_id = {case.id: case for case in cases}

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case = by_id[str(state.sample_id)]
        began = perf_counter()
        verdict = subject.judge(case.context, case.message)
        found = outcome_of(case, verdict, seconds=perf_counter() - began, epoch=state.epoch)
        state.output = ModelOutput.from_content(
            subject.name, json.dumps(found.document(), ensure_ascii=False)
        )
        return state

    return solve


def _sample(case: Case) -> Sample:
    subject = f"件名: {case.message.subject}\n\n" if case.message.subject is not None else ""
    return Sample(
        id=case.id,
        input=subject + case.message.body,
        target=list(case.label.checks) or "",
        metadata={
            "kind": case.label.kind.value,
            "batch": case.batch,
            "split": case.split.value,
            "occasion": case.context.occasion.value,
            "channel": case.context.channel.value,
        },
    )
