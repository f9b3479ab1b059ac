"""Judge every draft the rules were written on: no measure of how the gate does, but what it once caught must stay caught."""

from collections.abc import Iterable
from pathlib import Path

from evals.suite.batches import OPEN_SPLITS, Case, digest, load_split
from evals.suite.compare import Recorded, examples_of
from evals.suite.outcome import outcome_of
from evals.suite.subject import Subject

NAME = "known"


def known_drafts(subject: Subject, cases: Iterable[Case] | None = None) -> Recorded:
    """What this gate makes of them. cases: default, all of the open splits that are shipped. Raises BadBatch."""
    judged = tuple(load_split(OPEN_SPLITS) if cases is None else cases)
    outcomes = [outcome_of(case, subject.judge(case.context, case.message), seconds=0.0) for case in judged]
    return Recorded(split=NAME, data=digest(judged), subject=subject.digest, examples=examples_of(outcomes))


def known_beside(baseline: Path) -> Path:
    """Where the record of the known drafts stands: in the folder of the split's own."""
    return baseline.parent / f"{NAME}.json"
