"""Run tasks on inspect-ai without any provider, and read back what they left in the logs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog

from agent.domain.errors import OkaeriError
from evals.suite.outcome import Outcome, read_outcome


class RunFailed(OkaeriError):
    """inspect-ai ended a task with an error; the log says where."""


@dataclass(frozen=True, slots=True)
class Performed:
    """A finished task. answers: what the solver left, sample after sample, epoch after epoch.

    metrics: scorer to metric to value, as inspect-ai computed them.    log: where the log lies.
    """

    task: str
    answers: tuple[str, ...]
    metrics: dict[str, dict[str, float]]
    log: Path
    metadata: dict[str, Any]


def perform(task: Task, *, log_dir: Path, epochs: int = 1, seed: int = 0) -> Performed:
    """Run a task and wait for it. seed: of Python's random numbers while it runs.

    Raises RunFailed when a sample fails: an evaluation with holes is none.
    """
    random.seed(seed)
    log_dir.mkdir(parents=True, exist_ok=True)
    (log,) = inspect_eval(
        task,
        model=None,
        epochs=epochs,
        seed=seed,
        log_dir=str(log_dir),
        log_format="json",
        log_level="error",
        log_realtime=False,
        display="none",
        fail_on_error=True,
        score_display=False,
        acp_server=False,
        ctl_server=False,
    )
    if log.status != "success" or log.samples is None:
        why = log.error.message if log.error else log.status
        raise RunFailed(
            f"{task.name}: {why}", ja=f"評価 {task.name} が途中で止まりました: {why}（記録: {log.location}）"
        )
    return Performed(
        task=str(task.name),
        answers=tuple(sample.output.completion for sample in log.samples),
        metrics=_metrics(log),
        log=Path(log.location.removeprefix("file://")),
        metadata=dict(task.metadata or {}),
    )


def outcomes_of(performed: Performed) -> Sequence[Outcome]:
    """The outcomes of a gate task, in the order of its samples."""
    return tuple(read_outcome(answer) for answer in performed.answers)


def _metrics(log: EvalLog) -> dict[str, dict[str, float]]:
    scores = log.results.scores if log.results else []
    return {s.name: {name: m.value for name, m in s.metrics.items()} for s in scores}
