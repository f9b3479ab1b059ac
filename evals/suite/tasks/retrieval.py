"""Search over paraphrased questions: recall at five and mean reciprocal rank."""

import json
from collections.abc import Sequence

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from agent.ports import Retriever
from evals.suite.retrieval import Question, found_document, look_up, read_found
from evals.suite.tasks.scorers import share_of_all


def retrieval_task(questions: Sequence[Question], search: Retriever) -> Task:
    """One sample a question; solved by the shop's own search."""
    samples = [Sample(id=one.id, input=one.text, target=one.document_id) for one in questions]
    return Task(
        name="retrieval",
        dataset=MemoryDataset(samples, name="questions"),
        solver=ask(questions, search),
        scorer=[among_five(), reciprocal_rank()],
    )


@solver
def ask(questions: Sequence[Question], search: Retriever) -> Solver:
    """Search for the sample's question."""
    by_id = {one.id: one for one in questions}

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        found = look_up(search, by_id[str(state.sample_id)])
        state.output = ModelOutput.from_content("search", json.dumps(found_document(found)))
        return state

    return solve


@scorer(metrics=[share_of_all()])
def among_five() -> Scorer:
    """1 when the right document is among the first five."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=float(read_found(state.output.completion).rank is not None))

    return score


@scorer(metrics=[mean(), stderr()])
def reciprocal_rank() -> Scorer:
    """One over the rank, 0 when not among the first five."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=read_found(state.output.completion).reciprocal)

    return score
