"""Scorers of gate verdicts: blocked as expected, by the expected check, at the labelled words. Shares carry Wilson's interval."""

import math
from collections.abc import Callable, Mapping

from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, Value, metric, scorer
from inspect_ai.solver import TaskState

from evals.suite.batches import Kind
from evals.suite.intervals import share
from evals.suite.outcome import Outcome, read_outcome


def outcome_in(state: TaskState) -> Outcome:
    """The outcome a gate solver left in the sample."""
    return read_outcome(state.output.completion)


@metric
def shares_by_kind() -> Metric:
    """For every kind of case: the share scored 1, its interval and the count. With several epochs a sample's mean is rounded."""

    def measure(scores: list[SampleScore]) -> Value:
        found: dict[str, float] = {}
        kinds = sorted({str((s.sample_metadata or {}).get("kind", "all")) for s in scores})
        for kind in kinds:
            of_kind = [s for s in scores if str((s.sample_metadata or {}).get("kind", "all")) == kind]
            found |= _named(kind, [s.score.as_float() for s in of_kind])
        return found

    return measure


@metric
def share_of_all() -> Metric:
    """The share scored 1, its interval and the count."""

    def measure(scores: list[SampleScore]) -> Value:
        return _named("share", [s.score.as_float() for s in scores])

    return measure


def _named(name: str, values: list[float]) -> Mapping[str, float]:
    known = [value for value in values if not math.isnan(value)]
    found = share(sum(round(value) for value in known), len(known))
    if found.value is None or found.low is None or found.high is None:
        return {}
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high, f"{name}_n": len(known)}


@scorer(metrics=[shares_by_kind()])
def blocked() -> Scorer:
    """1 when a defect is blocked, or a clean message or hard negative is let through."""
    return _scoring(lambda o: o.right, lambda o: "、".join(o.fired))


@scorer(metrics=[shares_by_kind()])
def named() -> Scorer:
    """1 when an expected or equally right check blocks; defects only."""
    return _scoring(lambda o: o.named, lambda o: f"{'、'.join(o.expected)} → {'、'.join(o.fired)}")


@scorer(metrics=[shares_by_kind()])
def located() -> Scorer:
    """1 when such a finding overlaps the labelled words; only where a defect was named and has such words."""
    return _scoring(lambda o: o.located, lambda o: "")


def _scoring(judge: Callable[[Outcome], bool | None], explain: Callable[[Outcome], str]) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        found = outcome_in(state)
        value = judge(found)
        if value is None:
            return Score.unscored(reason="not applicable", explanation=str(Kind(found.kind)))
        return Score(value=float(value), explanation=explain(found) or None)

    return score
