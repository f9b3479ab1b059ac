"""Read the labelled messages: which drafts, with which context, expected how, in which split."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.domain.errors import CallerMistake
from agent.domain.message import MessageContext, WrittenMessage
from evals.checks.gate import CHECKS
from evals.checks.input import read_contexts, read_drafts
from evals.suite.data import FOLDER

MESSAGES = FOLDER / "messages"
SPLITS = FOLDER / "splits.yaml"


class Split(StrEnum):
    """train: rules and classifiers learn from it. dev: thresholds are chosen on it. test: nobody looks at single drafts.

    sealed: opened once, at the end. spent: was sealed and has been opened: no rule was written on it, and it may be shown.
    """

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"
    SEALED = "sealed"
    SPENT = "spent"


OPEN_SPLITS = frozenset({Split.TRAIN, Split.DEV})
"""Splits that rules and thresholds were made on."""
HELD_OUT = frozenset({Split.TEST, Split.SEALED})
"""Splits that say how the gate does on drafts never seen. One that was opened and shown does not any more."""
SHOWN_SPLITS = OPEN_SPLITS | {Split.SPENT}
"""Splits whose drafts may be shown one by one; of the others only counts are shown unless somebody insists."""


class Kind(StrEnum):
    """clean: must pass. hard_negative: looks suspicious and is right, must pass. defect: must be blocked."""

    CLEAN = "clean"
    HARD_NEGATIVE = "hard_negative"
    DEFECT = "defect"


class Quoted(BaseModel):
    """The exact offending words and the text they stand in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: Literal["subject", "body"]
    quote: str = Field(min_length=1)


class Label(BaseModel):
    """What a person expects of the gate on one draft.

    checks: names that should fire, empty unless a defect.    also_ok: other names that would be as right.
    quotes: where; empty for something missing.    why: one Japanese sentence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    draft_id: str
    kind: Kind
    checks: tuple[str, ...]
    also_ok: tuple[str, ...] = ()
    quotes: tuple[Quoted, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled draft with everything needed to judge it."""

    batch: str
    split: Split
    context: MessageContext
    message: WrittenMessage
    label: Label

    @property
    def id(self) -> str:
        """The draft's id, unique over all batches."""
        return self.message.draft_id

    @property
    def right_names(self) -> frozenset[str]:
        """Checks that would be right to fire."""
        return frozenset({*self.label.checks, *self.label.also_ok})

    def spans(self) -> list[tuple[str, int, int]]:
        """Where the offending words stand: field, from, to in code points; the first place of each quote."""
        found: list[tuple[str, int, int]] = []
        for quoted in self.label.quotes:
            start = self.text(quoted.field).index(quoted.quote)
            found.append((quoted.field, start, start + len(quoted.quote)))
        return found

    def text(self, field: str) -> str:
        """The subject or the body."""
        return (self.message.subject or "") if field == "subject" else self.message.body


class BadBatch(CallerMistake):
    """A batch contradicts itself or the checks."""

    def __init__(self, batch: str, why: str) -> None:
        super().__init__(f"batch {batch}: {why}", ja=f"評価データ {batch} に誤りがあります: {why}")


def known_batches(*, messages: Path = MESSAGES, splits: Path = SPLITS) -> dict[str, Split]:
    """Batches that are there, with their split, in the order of their names. Raises BadBatch for one without a split."""
    try:
        assigned: dict[str, str] = yaml.safe_load(splits.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CallerMistake(
            f"cannot read {splits}: {error}",
            ja=f"{splits} を読めません。「バッチ名: dev」のように、各バッチのスプリットを書いてください。",
        ) from error
    found = sorted(f.parent.name for f in messages.glob("*/labels.jsonl"))
    if strangers := [name for name in found if name not in assigned]:
        raise BadBatch(strangers[0], f"{splits.name} にスプリットがありません。")
    return {name: Split(assigned[name]) for name in found}


def load_split(
    wanted: Iterable[Split], *, messages: Path = MESSAGES, splits: Path = SPLITS
) -> tuple[Case, ...]:
    """Every case of these splits, batch after batch in the files' order.

    Raises BadBatch when a label, quote, check or id is wrong, CallerMistake when there is no case at all.
    """
    asked = set(wanted)
    cases = [
        case
        for batch, split in known_batches(messages=messages, splits=splits).items()
        if split in asked
        for case in load_batch(messages / batch, split)
    ]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise BadBatch(case.batch, f"draft_id「{case.id}」が重複しています。")
        seen.add(case.id)
    if not cases:
        names = "、".join(sorted(asked))
        raise CallerMistake(
            f"no labelled message in {names}", ja=f"スプリット {names} に評価データがありません。"
        )
    return tuple(cases)


def load_batch(folder: Path, split: Split) -> Iterator[Case]:
    """The labelled drafts of one batch; a draft without a label is passed over. Raises BadBatch, UnreadableLine."""
    name = folder.name
    contexts = read_contexts(_lines(folder / "contexts.jsonl"), source=f"{name}/contexts.jsonl")
    drafts = {
        draft.draft_id: draft
        for draft in read_drafts(_lines(folder / "drafts.jsonl"), source=f"{name}/drafts.jsonl")
    }
    for label in read_labels(folder / "labels.jsonl"):
        message = drafts.get(label.draft_id)
        if message is None or message.context_id not in contexts:
            raise BadBatch(name, f"{label.draft_id} の下書きか context がありません。")
        case = Case(name, split, contexts[message.context_id], message, label)
        _require_sound(case)
        yield case


def read_labels(file: Path) -> Iterator[Label]:
    """Labels in the file's order. Raises BadBatch."""
    for number, line in enumerate(_lines(file), start=1):
        try:
            yield Label.model_validate_json(line)
        except ValidationError as wrong:
            raise BadBatch(file.parent.name, f"{file.name} の{number}行目を読めません。") from wrong


def digest(cases: Sequence[Case]) -> str:
    """SHA-256 over every text and label, in order: two runs with one digest judged the same data."""
    lines = (
        json.dumps([case.id, case.message.subject, case.message.body, case.label.model_dump(mode="json")])
        for case in cases
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _require_sound(case: Case) -> None:
    label = case.label
    if unknown := sorted(case.right_names - CHECKS.keys()):
        raise BadBatch(case.batch, f"{case.id}: 検査名 {unknown[0]} はありません。")
    if (label.kind is Kind.DEFECT) != bool(label.checks):
        raise BadBatch(case.batch, f"{case.id}: {label.kind} と checks が合いません。")
    for quoted in label.quotes:
        if quoted.quote not in case.text(quoted.field):
            raise BadBatch(case.batch, f"{case.id}: 引用「{quoted.quote}」が{quoted.field}にありません。")


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """Decoded lines of any JSON Lines file of the suite."""
    for line in _lines(file):
        yield json.loads(line)
