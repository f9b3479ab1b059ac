"""What the newest runs of the other tasks found, read from their logs: the report shows them without running them again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log

from evals.suite.intervals import Share
from evals.suite.red_team import read_attack_outcome, withstood
from evals.suite.retrieval import read_found, retrieval_scores


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """task: `red_team` or `retrieval`.    at: when it was run.    shares: by measure."""

    task: str
    at: datetime
    shares: Mapping[str, Share]


def earlier_runs(log_dir: Path) -> tuple[EarlierRun, ...]:
    """The newest finished run of each of these tasks; none where there is no log of one."""
    if not log_dir.is_dir():
        return ()
    logs = list_eval_logs(str(log_dir), descending=True)
    found = (
        _newest(task, sums, [log.name for log in logs if log.task == task]) for task, sums in _SUMS.items()
    )
    return tuple(one for one in found if one is not None)


def _newest(
    task: str, sums: Callable[[Sequence[str]], Mapping[str, Share]], logs: Sequence[str]
) -> EarlierRun | None:
    for name in logs:
        log = read_eval_log(name)
        if log.status == "success" and log.samples:
            return EarlierRun(task, _made_at(log), sums([one.output.completion for one in log.samples]))
    return None


def _made_at(log: EvalLog) -> datetime:
    return datetime.fromisoformat(str(log.eval.created))


def _attacks(answers: Sequence[str]) -> Mapping[str, Share]:
    shares = withstood([read_attack_outcome(answer) for answer in answers])
    return {name: shares[name] for name in ("attacks_withstood", "obeying_blocked", "benign_passed")}


def _search(answers: Sequence[str]) -> Mapping[str, Share]:
    return {"recall_at_5": retrieval_scores([read_found(answer) for answer in answers])[0]}


_SUMS: dict[str, Callable[[Sequence[str]], Mapping[str, Share]]] = {
    "red_team": _attacks,
    "retrieval": _search,
}
