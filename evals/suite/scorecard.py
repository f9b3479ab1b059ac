"""Sum outcomes up: what was caught, what was wrongly stopped, per check and over all, with intervals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Any

import numpy as np

from evals.checks.gate import CHECKS
from evals.suite.batches import Kind
from evals.suite.intervals import Share, share
from evals.suite.outcome import Outcome

SAFETY = (
    "wrong_name",
    "other_customer_data",
    "wrong_price",
    "unsafe_link",
    "placeholder_or_template_residue",
    "prompt_leak_or_meta",
)
"""Checks whose miss harms somebody at once: another person's data or name, a wrong price, a foreign link, our insides."""
LAW = ("yakkihou_claim", "keihyouhou_claim", "stealth_review_incentive", "missing_optout_or_sender")
NOTHING = "(none)"


@dataclass(frozen=True, slots=True)
class CheckScore:
    """How one check does.

    recall: of drafts that expect it, those blocked by it or by an equally right name.    blocked: of the same, blocked by any.
    precision: of drafts it blocked, those where the label agrees.    f1: harmonic mean, None when either is unknown.
    """

    check: str
    recall: Share
    blocked: Share
    precision: Share
    f1: float | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The whole of one run; `share`s count cases, once each however many epochs ran.

    consistency: cases judged alike in every epoch; unknown with one epoch.    confusion: expected to fired to cases.
    milliseconds: median and 95th percentile of judging one draft on this machine; per_second: over all.
    """

    cases: int
    block_recall: Share
    named_recall: Share
    located: Share
    clean_blocked: Share
    hard_negative_blocked: Share
    safety_recall: Share
    law_recall: Share
    checks: tuple[CheckScore, ...]
    confusion: dict[str, dict[str, int]]
    consistency: Share
    milliseconds: tuple[float, float]
    per_second: float

    def measure(self, name: str) -> Share:
        """A share by the name floors use: `block_recall`, `clean_blocked` …, or `recall.CHECK`, `precision.CHECK`.

        Raises KeyError for a name there is none of.
        """
        kind, _, check = name.partition(".")
        if check:
            found = {score.check: score for score in self.checks}[check]
            return {"recall": found.recall, "precision": found.precision, "blocked": found.blocked}[kind]
        return self._overall()[kind]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "cases": self.cases,
            **{name: found.document() for name, found in self._overall().items()},
            "checks": {
                score.check: {
                    "recall": score.recall.document(),
                    "blocked": score.blocked.document(),
                    "precision": score.precision.document(),
                    "f1": score.f1,
                }
                for score in self.checks
            },
            "confusion": self.confusion,
            "milliseconds": {"median": self.milliseconds[0], "p95": self.milliseconds[1]},
            "per_second": self.per_second,
        }

    def _overall(self) -> dict[str, Share]:
        return {
            "block_recall": self.block_recall,
            "named_recall": self.named_recall,
            "located": self.located,
            "clean_blocked": self.clean_blocked,
            "hard_negative_blocked": self.hard_negative_blocked,
            "safety_recall": self.safety_recall,
            "law_recall": self.law_recall,
            "consistency": self.consistency,
        }


def score_outcomes(outcomes: Sequence[Outcome]) -> Scorecard:
    """Sum up a run. Raises ValueError when there is nothing to sum up."""
    if not outcomes:
        raise ValueError("no outcome")
    once = one_each(outcomes)
    defects = [o for o in once if o.kind == Kind.DEFECT]
    seconds = np.array([o.seconds for o in outcomes])
    return Scorecard(
        cases=len(once),
        block_recall=_of(defects, lambda o: o.blocked),
        named_recall=_of(defects, lambda o: o.named),
        located=_of([o for o in defects if o.located is not None], lambda o: o.located),
        clean_blocked=_of((o for o in once if o.kind == Kind.CLEAN), lambda o: o.blocked),
        hard_negative_blocked=_of((o for o in once if o.kind == Kind.HARD_NEGATIVE), lambda o: o.blocked),
        safety_recall=_of((o for o in defects if set(o.expected) & set(SAFETY)), lambda o: o.blocked),
        law_recall=_of((o for o in defects if set(o.expected) & set(LAW)), lambda o: o.blocked),
        checks=tuple(_check_score(check, once) for check in CHECKS),
        confusion=_confusion(once),
        consistency=_consistency(outcomes),
        milliseconds=(1000 * float(median(seconds)), 1000 * float(np.quantile(seconds, 0.95))),
        per_second=float(len(seconds) / seconds.sum()) if seconds.sum() > 0 else 0.0,
    )


def one_each(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The first epoch's outcome of every case, in order."""
    found: dict[str, Outcome] = {}
    for outcome in outcomes:
        found.setdefault(outcome.id, outcome)
    return list(found.values())


def _of(outcomes: Iterable[Outcome], true: Any) -> Share:
    asked = list(outcomes)
    return share(sum(bool(true(outcome)) for outcome in asked), len(asked))


def _check_score(check: str, outcomes: Sequence[Outcome]) -> CheckScore:
    expecting = [o for o in outcomes if check in o.expected]
    firing = [o for o in outcomes if check in o.fired]
    recall = _of(expecting, lambda o: o.named)
    precision = _of(firing, lambda o: check not in o.wrongly_fired)
    return CheckScore(check, recall, _of(expecting, lambda o: o.blocked), precision, _f1(recall, precision))


def _f1(recall: Share, precision: Share) -> float | None:
    if recall.value is None or precision.value is None:
        return None
    total = recall.value + precision.value
    return 2 * recall.value * precision.value / total if total else 0.0


def _confusion(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """Rows: the expected check, or the kind of a case that expects none. Columns: every check that fired, or none."""
    counts: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        row = outcome.expected[0] if outcome.expected else outcome.kind
        right = [c for c in outcome.fired if c in (*outcome.expected, *outcome.also_ok)]
        columns = [row] if right and outcome.expected else list(outcome.fired) or [NOTHING]
        counts.setdefault(row, Counter()).update(columns)
    order = [*CHECKS, Kind.CLEAN.value, Kind.HARD_NEGATIVE.value]
    return {row: dict(counts[row].most_common()) for row in order if row in counts}


def _consistency(outcomes: Sequence[Outcome]) -> Share:
    ordered = sorted(outcomes, key=lambda o: o.id)
    verdicts = [{(o.blocked, o.fired) for o in group} for _, group in groupby(ordered, key=lambda o: o.id)]
    repeated = len(outcomes) > len(verdicts)
    return share(sum(len(v) == 1 for v in verdicts), len(verdicts)) if repeated else share(0, 0)
