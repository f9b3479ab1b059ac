"""Draw drafts for a second reader who must not see the first labels, and take the answers in.

    python -m evals.suite.second_pass sample --n 350 --seed 3 --out sample.jsonl
    python -m evals.suite.second_pass merge answers.jsonl --out evals/suite/data/second_labels/pass3.jsonl

A line of the sample is `{"id","context","subject","body"}`: the id tells neither batch nor number, the order is random, labels
and batches are left out. A line of the answers is `{"id","kind","checks"}`, as in docs/evaluation.md.
"""

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.domain.errors import CallerMistake
from evals.checks.gate import CHECKS
from evals.suite.batches import MESSAGES, Kind, Split, known_batches, rows
from evals.suite.calibrate import SECOND_LABELS, SecondLabel, read_second_labels

READABLE = frozenset({Split.TRAIN, Split.DEV, Split.TEST})
"""Splits a second reader may see: one that is sealed must not be opened by whoever labels it again."""


class Answer(BaseModel):
    """What the reader says of one line of the sample."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Kind
    checks: tuple[str, ...] = ()


def blind_id(draft_id: str) -> str:
    """A name for a draft that says nothing of its batch; the same one each time."""
    return hashlib.sha256(f"second pass {draft_id}".encode()).hexdigest()[:12]


def sample(
    n: int, *, seed: int, second: Iterable[SecondLabel], messages: Path = MESSAGES
) -> list[dict[str, Any]]:
    """At most n drafts of batches that no second reader has seen, in random order and without labels.

    second: labels there are already: a batch with one of them is left out.
    """
    seen = {label.draft_id for label in second}
    pool = [
        line for found in _readable(messages).values() if not seen & found.keys() for line in found.values()
    ]
    pool.sort(key=lambda line: str(line["id"]))  # so that the draw depends on nothing but seed and drafts
    return random.Random(seed).sample(pool, min(n, len(pool)))  # noqa: S311 - a draw, not a secret


def merge(
    answers: Sequence[Answer], *, second: Iterable[SecondLabel], messages: Path = MESSAGES
) -> list[SecondLabel]:
    """The answers as second labels. Raises CallerMistake for an id nobody drew, a repeated one or an unknown check."""
    draft_of = {blind_id(name): name for found in _readable(messages).values() for name in found}
    done = {label.draft_id for label in second}
    made: dict[str, SecondLabel] = {}
    for answer in answers:
        draft = draft_of.get(answer.id)
        if draft is None:
            raise _wrong(answer, "標本にない id です。")
        if draft in done or draft in made:
            raise _wrong(answer, "2回目のラベルがすでにあります。")
        if unknown := [check for check in answer.checks if check not in CHECKS]:
            raise _wrong(answer, f"検査名 {unknown[0]} はありません。")
        if (answer.kind is Kind.DEFECT) != bool(answer.checks):
            raise _wrong(answer, f"{answer.kind} と checks が合いません。")
        made[draft] = SecondLabel(draft_id=draft, kind=answer.kind, checks=answer.checks)
    return list(made.values())


def _readable(messages: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Batch to draft id to the line a reader may see."""
    splits = {} if messages == MESSAGES else {"splits": messages / "splits.yaml"}
    batches = known_batches(messages=messages, **splits)
    return {name: _batch(messages / name) for name, split in batches.items() if split in READABLE}


def _batch(folder: Path) -> dict[str, dict[str, Any]]:
    contexts = {row["context_id"]: row for row in rows(folder / "contexts.jsonl")}
    labelled = {row["draft_id"] for row in rows(folder / "labels.jsonl")}
    return {
        draft["draft_id"]: {
            "id": blind_id(draft["draft_id"]),
            "context": {k: v for k, v in contexts[draft["context_id"]].items() if k != "context_id"},
            "subject": draft.get("subject"),
            "body": draft["body"],
        }
        for draft in rows(folder / "drafts.jsonl")
        if draft["draft_id"] in labelled
    }


def _wrong(answer: Answer, why: str) -> CallerMistake:
    return CallerMistake(f"second label {answer.id}: {why}", ja=f"2回目のラベル {answer.id}: {why}")


def _read_answers(file: Path) -> list[Answer]:
    found = []
    for number, row in enumerate(rows(file), start=1):
        try:
            found.append(Answer.model_validate(row))
        except ValidationError as wrong:
            raise CallerMistake(
                f"{file}:{number}: {wrong}", ja=f"{file} の{number}行目を読めません。"
            ) from wrong
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """The two steps on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    drawing = steps.add_parser("sample", help="write drafts without labels for a reader")
    drawing.add_argument("--n", type=int, default=350)
    drawing.add_argument("--seed", type=int, default=0)
    drawing.add_argument("--out", type=Path, required=True)
    merging = steps.add_parser("merge", help="take the reader's answers in as second labels")
    merging.add_argument("answers", type=Path)
    merging.add_argument("--out", type=Path, default=SECOND_LABELS / "pass3.jsonl")
    given = parser.parse_args(arguments)
    try:
        if given.step == "sample":
            lines = sample(given.n, seed=given.seed, second=read_second_labels())
        else:
            merged = merge(_read_answers(given.answers), second=read_second_labels())
            lines = [label.model_dump(mode="json", exclude_none=True) for label in merged]
    except CallerMistake as mistake:
        parser.exit(2, f"{mistake.ja}\n")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    given.out.write_text(text, encoding="utf-8")
    sys.stderr.write(f"{given.out}: {len(lines)}\n")


if __name__ == "__main__":
    main()
