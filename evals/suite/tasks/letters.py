"""Letters written in prepared situations, judged by the gate."""

import json
from collections.abc import Sequence

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Scorer, Target, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.suite.letters import Writer, letter_document, letter_outcome, read_letter
from evals.suite.situations import Situation
from evals.suite.subject import Subject
from evals.suite.tasks.scorers import share_of_all


def letters_task(wanted: Sequence[Situation], writer: Writer, subject: Subject) -> Task:
    """One sample a situation; the writer under test solves it."""
    samples = [
        Sample(
            id=one.id,
            input=f"{one.context.occasion.value} / {one.context.channel.value} / {one.context.shop.name}",
            metadata={"shop": one.shop, "occasion": one.context.occasion.value},
        )
        for one in wanted
    ]
    return Task(
        name="letters",
        dataset=MemoryDataset(samples, name="situations"),
        solver=write_and_judge(wanted, writer, subject),
        scorer=[passed(), grounded()],
        metadata={"writer": writer.digest, "subject": subject.name, "subject_digest": subject.digest},
    )


@solver
def write_and_judge(wanted: Sequence[Situation], writer: Writer, subject: Subject) -> Solver:
    """Write the letter of the sample's situation."""
    by_id = {one.id: one for one in wanted}

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        found = await letter_outcome(writer, by_id[str(state.sample_id)], subject)
        state.output = ModelOutput.from_content(
            found.author, json.dumps(letter_document(found), ensure_ascii=False)
        )
        return state

    return solve


@scorer(metrics=[share_of_all()])
def passed() -> Scorer:
    """1 when the gate lets the letter through."""

    async def score(state: TaskState, target: Target) -> Score:
        found = read_letter(state.output.completion)
        return Score(value=float(not found.blocked), explanation="、".join(found.fired) or None)

    return score


@scorer(metrics=[share_of_all()])
def grounded() -> Scorer:
    """1 when the letter rests on a fact of the customer."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=float(read_letter(state.output.completion).grounded))

    return score
