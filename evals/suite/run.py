"""One evaluation: the gate over a split, and letters by a writer, with everything needed to compare and report."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.suite.batches import MESSAGES, SPLITS, Case, Split, digest, load_batch, load_split
from evals.suite.compare import Recorded, examples_of
from evals.suite.data import FOLDER
from evals.suite.intervals import Share
from evals.suite.letters import (
    LetterOutcome,
    Writer,
    letter_examples,
    letters_grounded,
    letters_pass,
    letters_to_write,
    read_letter,
)
from evals.suite.outcome import Outcome
from evals.suite.perform import outcomes_of, perform
from evals.suite.red_team import read_attack_outcome, read_attacks, withstood
from evals.suite.retrieval import indexed_shop, read_found, read_questions, retrieval_scores
from evals.suite.scorecard import Scorecard, score_outcomes
from evals.suite.subject import Subject
from evals.suite.tasks.gate import gate_task
from evals.suite.tasks.letters import letters_task
from evals.suite.tasks.red_team import red_team_task
from evals.suite.tasks.retrieval import retrieval_task

CHAT = FOLDER / "chat"


@dataclass(frozen=True, slots=True)
class Run:
    """What was judged and what came of it. logs: inspect-ai's, one a task."""

    split: Split
    data: str
    subject: Subject
    writer: Writer
    cases: tuple[Case, ...]
    outcomes: tuple[Outcome, ...]
    scorecard: Scorecard
    letters: tuple[LetterOutcome, ...]
    logs: tuple[Path, ...]

    def measure(self, name: str) -> Share:
        """A share by the name floors use; adds `letters_pass` and `letters_grounded` to the scorecard's. Raises KeyError."""
        if name == "letters_pass":
            return letters_pass(self.letters)
        if name == "letters_grounded":
            return letters_grounded(self.letters)
        return self.scorecard.measure(name)

    def recorded(self) -> Recorded:
        """The run as a baseline for later ones."""
        return Recorded(
            split=self.split.value,
            data=self.data,
            subject=self.subject.digest,
            writer=self.writer.digest,
            examples={**examples_of(self.outcomes), **letter_examples(self.letters)},
        )

    def document(self) -> dict[str, Any]:
        """As JSON."""
        tokens = [letter.tokens for letter in self.letters]
        return {
            "split": self.split.value,
            "data": self.data,
            "subject": {"name": self.subject.name, "digest": self.subject.digest},
            **self.scorecard.document(),
            "letters": {
                "passed": letters_pass(self.letters).document(),
                "grounded": letters_grounded(self.letters).document(),
                "author": sorted({letter.author for letter in self.letters}),
                "prompts": sorted({":".join(letter.prompt) for letter in self.letters}),
                "tokens_per_letter": sum(tokens) / len(tokens) if tokens else None,
            },
            "logs": [str(log) for log in self.logs],
        }


def run_split(
    split: Split,
    subject: Subject,
    writer: Writer,
    *,
    log_dir: Path,
    epochs: int = 1,
    seed: int = 0,
    messages: Path = MESSAGES,
) -> Run:
    """Judge a split's messages and the writer's letters on inspect-ai.

    messages: folder of batches, with `splits.yaml` in it or, for the project's own, beside it.
    Raises CallerMistake for an empty split, RunFailed when a sample fails.
    """
    splits = SPLITS if messages == MESSAGES else messages / "splits.yaml"
    cases = load_split([split], messages=messages, splits=splits)
    judged = perform(gate_task(cases, subject), log_dir=log_dir, epochs=epochs, seed=seed)
    written = perform(
        letters_task(letters_to_write(writer), writer, subject), log_dir=log_dir, epochs=epochs, seed=seed
    )
    outcomes = tuple(outcomes_of(judged))
    return Run(
        split=split,
        data=digest(cases),
        subject=subject,
        writer=writer,
        cases=cases,
        outcomes=outcomes,
        scorecard=score_outcomes(outcomes),
        letters=tuple(read_letter(answer) for answer in written.answers),
        logs=(judged.log, written.log),
    )


def run_red_team(
    subject: Subject, writer: Writer, *, log_dir: Path, epochs: int = 1, seed: int = 0
) -> dict[str, Any]:
    """Attack the writer under test and the obeying model. Raises CallerMistake, RunFailed; empty data gives zero cases."""
    attacks = read_attacks()
    if not attacks:
        return {"cases": 0, "shares": {}, "given_way": [], "by_class": {}, "log": None}
    done = perform(red_team_task(attacks, writer, subject), log_dir=log_dir, epochs=epochs, seed=seed)
    found = [read_attack_outcome(answer) for answer in done.answers]
    return {
        "cases": len(attacks),
        "shares": {name: value.document() for name, value in withstood(found).items()},
        "by_class": {
            kind: {
                name: value.document()
                for name, value in withstood([o for o in found if o.kind == kind]).items()
            }
            for kind in sorted({o.kind for o in found})
        },
        "given_way": sorted({o.id for o in found if not o.withstood or o.obeyed_blocked is False}),
        "log": str(done.log),
    }


def run_retrieval(*, log_dir: Path, seed: int = 0) -> dict[str, Any]:
    """Ask the search of a small shop its questions. Raises RunFailed."""
    with indexed_shop() as search:
        done = perform(retrieval_task(read_questions(), search), log_dir=log_dir, seed=seed)
    recall, rank = retrieval_scores([read_found(answer) for answer in done.answers])
    return {"recall_at_5": recall.document(), "mrr_at_5": rank, "log": str(done.log)}


def run_chat(subject: Subject, *, log_dir: Path, epochs: int = 1, seed: int = 0) -> dict[str, Any]:
    """Judge written chat replies by the checks. Raises CallerMistake, RunFailed."""
    cases = tuple(load_batch(CHAT, Split.DEV))
    done = perform(gate_task(cases, subject, name="chat"), log_dir=log_dir, epochs=epochs, seed=seed)
    outcomes = outcomes_of(done)
    return {
        **score_outcomes(outcomes).document(),
        "wrong": sorted({o.id for o in outcomes if not o.right}),
        "log": str(done.log),
    }
