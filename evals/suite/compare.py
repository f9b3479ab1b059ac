"""Hold a run against a recorded one, example by example: a real drop, or noise?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.domain.errors import CallerMistake
from evals.suite.batches import Kind
from evals.suite.compare_checks import CheckChange, compare_checks
from evals.suite.intervals import Difference, paired_difference
from evals.suite.outcome import Outcome
from evals.suite.scorecard import one_each


class Example(BaseModel):
    """What one example scored. cluster: drafts that resemble each other, drawn together.    checks: expected of a defect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cluster: str
    scores: dict[str, float]
    checks: tuple[str, ...] = ()


class Recorded(BaseModel):
    """A run kept for comparison. data, subject: digests of what was judged and by what.    writer: of the letters' prompts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    split: str
    data: str
    subject: str
    writer: str = ""
    examples: dict[str, Example]


@dataclass(frozen=True, slots=True)
class Changed:
    """An example that scored differently: `better` or worse."""

    id: str
    measure: str
    better: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """differences: by measure, after minus before.    checks: one by one.    changed: single examples.

    unpaired: examples in one run only.
    """

    differences: dict[str, Difference]
    checks: tuple[CheckChange, ...]
    changed: tuple[Changed, ...]
    unpaired: int

    @property
    def real_drops(self) -> list[str]:
        """Measures whose fall is not noise; `recall.CHECK` for a single check."""
        pooled = [name for name, difference in self.differences.items() if difference.real_drop]
        return pooled + [f"recall.{one.check}" for one in self.checks if one.real_drop]

    @property
    def outgrown(self) -> bool:
        """The run is really better than the record: losses from where it stands now would hide behind the gain."""
        return any(difference.low > 0 for difference in self.differences.values())


def examples_of(outcomes: Sequence[Outcome]) -> dict[str, Example]:
    """Scores of gate outcomes: `defects_blocked` and `defects_named`, or `good_passed`; 1 is good, 0 is not."""
    found = {}
    for outcome in one_each(outcomes):
        if outcome.kind == Kind.DEFECT:
            scores = {"defects_blocked": float(outcome.blocked), "defects_named": float(outcome.named or 0)}
        else:
            scores = {"good_passed": float(not outcome.blocked)}
        found[outcome.id] = Example(cluster=outcome.group, scores=scores, checks=outcome.expected)
    return found


def compare(
    before: Mapping[str, Example], after: Mapping[str, Example], *, seed: int = 0, tuned_on: bool = False
) -> Comparison:
    """Pair the examples that both runs have: bootstrap each measure over their clusters, and look at every check.

    tuned_on: rules were written on these examples: a check may not lose two of them.
    """
    both = [name for name in after if name in before]
    measures = sorted({measure for name in both for measure in after[name].scores})
    differences: dict[str, Difference] = {}
    changed: list[Changed] = []
    for measure in measures:
        paired = [n for n in both if measure in after[n].scores and measure in before[n].scores]
        if not paired:
            continue
        old = [before[name].scores[measure] for name in paired]
        new = [after[name].scores[measure] for name in paired]
        clusters = [after[name].cluster for name in paired]
        differences[measure] = paired_difference(old, new, clusters=clusters, seed=seed)
        changed += [
            Changed(n, measure, is_ > was) for n, was, is_ in zip(paired, old, new, strict=True) if was != is_
        ]
    return Comparison(
        differences,
        compare_checks(before, after, tuned_on=tuned_on),
        tuple(changed),
        len(before.keys() ^ after.keys()),
    )


def read_recorded(file: Path) -> Recorded:
    """A recorded run. Raises CallerMistake."""
    try:
        return Recorded.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise CallerMistake(
            f"cannot read baseline {file}: {error}",
            ja=f"基準の記録 {file} を読めません。okaeri eval gate --record {file} で作り直してください。",
        ) from error


def write_recorded(recorded: Recorded, file: Path) -> None:
    """Write a run for later comparison, an example a line, so that a diff shows which changed."""
    head: dict[str, Any] = recorded.model_dump(exclude={"examples"})
    lines = [
        f"  {json.dumps(name)}: {json.dumps(example.model_dump(exclude_defaults=True), ensure_ascii=False)}"
        for name, example in sorted(recorded.examples.items())
    ]
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'{opening}, "examples": {{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
