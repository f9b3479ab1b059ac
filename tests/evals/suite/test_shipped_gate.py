"""The gate as shipped holds its floors and its record; without any one check, the evaluation says so."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from agent.domain.finding import Verdict
from evals.checks.gate import CHECKS
from evals.suite.batches import OPEN_SPLITS, Case, Split, digest, load_split
from evals.suite.compare import Comparison, compare, examples_of, read_recorded
from evals.suite.data import FOLDER
from evals.suite.floors import hold, read_floors
from evals.suite.known import known_beside
from evals.suite.letters import Writer, letters_to_write, write_all
from evals.suite.outcome import outcome_of
from evals.suite.run import Run
from evals.suite.scorecard import score_outcomes
from evals.suite.subject import gate_subject, leave_out

BASELINE = FOLDER / "baseline" / "test.json"


@dataclass(frozen=True)
class Judged:
    """Every draft of the test split and of the open ones, judged once."""

    run: Run
    test: list[tuple[Case, Verdict]]
    known: list[tuple[Case, Verdict]]


@pytest.fixture(scope="module")
def judged() -> Judged:
    subject = gate_subject()

    def verdicts(splits: set[Split]) -> list[tuple[Case, Verdict]]:
        return [(case, subject.judge(case.context, case.message)) for case in load_split(splits)]

    test = verdicts({Split.TEST})
    cases = tuple(case for case, _ in test)
    outcomes = tuple(outcome_of(case, verdict, seconds=0.001) for case, verdict in test)
    letters = write_all(Writer(), letters_to_write(Writer()), subject)
    scorecard = score_outcomes(outcomes)
    run = Run(Split.TEST, digest(cases), subject, Writer(), cases, outcomes, scorecard, letters, (Path("l"),))
    return Judged(run, test, verdicts(set(OPEN_SPLITS)))


def against_the_record(found: list[tuple[Case, Verdict]], record: Path, *, tuned_on: bool) -> Comparison:
    outcomes = [outcome_of(case, verdict, seconds=0.001) for case, verdict in found]
    return compare(read_recorded(record).examples, examples_of(outcomes), tuned_on=tuned_on)


def without(found: list[tuple[Case, Verdict]], check: str) -> list[tuple[Case, Verdict]]:
    return [(case, leave_out(verdict, {check})) for case, verdict in found]


def test_no_floor_is_broken(judged: Judged) -> None:
    assert [one.floor.measure for one in hold(read_floors(), judged.run.measure) if one.broken] == []


def test_nothing_fell_since_the_record(judged: Judged) -> None:
    made = judged.run.recorded().examples
    assert compare(read_recorded(BASELINE).examples, made).real_drops == []


def test_what_was_once_caught_in_drafts_the_rules_were_written_on_stays_caught(judged: Judged) -> None:
    assert against_the_record(judged.known, known_beside(BASELINE), tuned_on=True).real_drops == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_missing_check_is_noticed_on_either_side(judged: Judged, check: str) -> None:
    held_out = against_the_record(without(judged.test, check), BASELINE, tuned_on=False)
    known = against_the_record(without(judged.known, check), known_beside(BASELINE), tuned_on=True)
    assert f"recall.{check}" in held_out.real_drops
    assert f"recall.{check}" in known.real_drops


def test_one_flipped_draft_of_any_check_is_no_drop(judged: Judged) -> None:
    """Every defect that is caught under its name, missed alone: none of the hundreds of flips fails the gate."""
    before = examples_of(judged.run.outcomes)
    for outcome in judged.run.outcomes:
        if outcome.named:
            missed = replace(outcome, blocked=False, fired=(), named=False)
            after = {**before, **examples_of([missed])}
            assert compare(before, after).real_drops == [], outcome.batch
