"""Which sentences the second tier learns from, and what each is an example of."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from agent.domain.finding import Severity
from agent.domain.message import MessageContext, WrittenMessage
from evals.checks.fold import fold_width
from evals.checks.gate import run_checks
from evals.checks.input import parse_draft, read_contexts
from evals.checks.reading import read
from evals.checks.second.classifier import sentences_of
from evals.checks.second.criteria import CRITERIA, NAMES
from evals.checks.second.surroundings import surroundings_of
from evals.checks.second.wording import Wording, worded
from evals.suite.batches import Case, Split, load_split
from evals.suite.data import FOLDER

SENTENCES = FOLDER / "sentences"
"""The sentence bank: JSON Lines {"text", "check" or null, "occasion"?, "class"?, "facts"?, "note"?}."""
SHIPPED_CASES = Path(__file__).parents[2] / "tests" / "evals" / "checks" / "data"
"""The labelled messages the rules were written beside: good to learn from, worthless to measure on."""
NEIGHBOURS = 8
"""Lines of the bank that stay together when folds are made: variations of one thought are written one after another."""

_COLUMN = {name: column for column, name in enumerate(NAMES)}
_CLASSES = {"cosmetic": "on_skin", "quasi_drug": "on_skin", "food": "eaten", "alcohol": "eaten"}

_ALIKE = (
    {"yakkihou_claim", "keihyouhou_claim", "invented_product_attribute"},
    {"stealth_review_incentive", "invented_offer_or_changed_terms", "pushy_discount_when_vip_or_complaint"},
    {"too_casual_or_rude", "guilt_or_sarcasm_in_winback", "tone_mismatch_service_recovery", "keigo_error"},
    {"pushy_discount_when_vip_or_complaint", "tone_mismatch_service_recovery"},
    {"creepy_surveillance", "other_customer_data", "guilt_or_sarcasm_in_winback"},
    {"wrong_stock_or_delivery_promise", "invented_offer_or_changed_terms", "keihyouhou_claim"},
    {"invented_product_attribute", "wrong_stock_or_delivery_promise"},
)
"""Checks one sentence may break together: a line written for one of them says nothing about the others."""

Labels = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence to learn from. labels: 1 it is one, 0 it is none, -1 unknown, a check; group: never split between folds.

    message: the clean message it stands in, to count false alarms by message; None for any other sentence.
    """

    wording: Wording
    labels: Labels
    group: str
    message: str | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with the checks that are right, maybe right, and where (field, from, to); empty places: not told."""

    name: str
    context: MessageContext
    message: WrittenMessage
    checks: frozenset[str]
    maybe: frozenset[str]
    places: tuple[tuple[str, int, int], ...]


def shipped_messages() -> list[Labelled]:
    """The labelled messages of the rules' own tests."""
    contexts = read_contexts(_lines(SHIPPED_CASES / "contexts.jsonl"))
    found = []
    for case in map(json.loads, _lines(SHIPPED_CASES / "cases.jsonl")):
        message = parse_draft({"draft_id": case["case_id"], **case})
        checks = frozenset(case["expected"])
        found.append(
            Labelled(case["case_id"], contexts[case["context_id"]], message, checks, frozenset(), ())
        )
    return found


def suite_messages(split: Split) -> list[Labelled]:
    """The labelled messages of one split of the suite. Raises CallerMistake when it is empty."""
    return [_labelled(case) for case in load_split([split])]


def message_examples(messages: Sequence[Labelled]) -> Iterator[Example]:
    """Every sentence of labelled messages; one that occurs in several clean messages of a context is told once."""
    harmless: dict[str, set[str]] = defaultdict(set)
    for labelled in messages:
        if not labelled.checks:
            reading = read(labelled.context, labelled.message)
            harmless[labelled.context.context_id] |= {s.wording.text for s in sentences_of(reading)}
    for labelled in messages:
        yield from _examples(labelled, harmless[labelled.context.context_id])


def bank_examples(contexts: Sequence[MessageContext], *, folder: Path = SENTENCES) -> Iterator[Example]:
    """The sentence bank, each line placed in a context of its occasion and class, chosen by its text."""
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(_lines(file)):
            row = json.loads(line)
            context = _setting(row, contexts)
            wording = worded(fold_width(row["text"]).text, surroundings_of(context))
            group = f"{file.stem}:{number // NEIGHBOURS}"
            yield Example(wording, _bank_labels(row), group, None)


def _labelled(case: Case) -> Labelled:
    return Labelled(
        case.id,
        case.context,
        case.message,
        frozenset(case.label.checks),
        frozenset(case.label.also_ok),
        tuple(case.spans()),
    )


def _examples(labelled: Labelled, harmless: set[str]) -> Iterator[Example]:
    reading = read(labelled.context, labelled.message)
    told = [
        f
        for f in run_checks(labelled.context, labelled.message).findings
        if f.severity is Severity.BLOCK and f.check in _COLUMN
    ]
    places = {check: list(labelled.places) for check in labelled.checks}
    for check in labelled.checks:
        if not places[check]:
            places[check] = [(f.field, *f.span) for f in told if f.check == check]
    sentences = list(sentences_of(reading))
    spans = [(s.field.field, *s.field.plain.span(s.start, s.end)) for s in sentences]
    for sentence, span in zip(sentences, spans, strict=True):
        labels = np.zeros(len(NAMES), dtype=np.int8)
        guilty = any(_overlap(span, place) for found in places.values() for place in found)
        for check, column in _COLUMN.items():
            if not CRITERIA[column].applies(labelled.context.occasion):
                labels[column] = -1
            elif check in labelled.checks and any(_overlap(span, place) for place in places[check]):
                labels[column] = 1
            elif guilty and (
                check in labelled.maybe
                or any(f.check == check and _overlap(span, (f.field, *f.span)) for f in told)
            ):
                labels[column] = -1
            elif check in labelled.checks and sentence.wording.text not in harmless:
                labels[column] = -1 if not places[check] else 0
        clean = None if labelled.checks else labelled.name
        yield Example(sentence.wording, labels, labelled.context.shop.name, clean)


def _overlap(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _bank_labels(row: dict[str, Any]) -> Labels:
    """A harmless line is an example of nothing, save that without facts nobody knows whether it is invented."""
    check = row["check"]
    if check is not None and check not in _COLUMN:
        raise ValueError(f"the bank names an unknown check: {check}")
    labels = np.zeros(len(NAMES), dtype=np.int8)
    told = any(key in row for key in ("facts", "offer", "policies"))
    for name, column in _COLUMN.items():
        unknown = CRITERIA[column].needs_facts and not told
        if unknown or any({check, name} <= alike for alike in _ALIKE):
            labels[column] = -1
    if check is not None:
        labels[_COLUMN[check]] = 1
    return labels


def _setting(row: dict[str, Any], contexts: Sequence[MessageContext]) -> MessageContext:
    """A context of the line's occasion and class where there is one; its own facts added."""
    fitting = [c for c in contexts if row.get("occasion") in (None, c.occasion.value)] or list(contexts)
    kind = row.get("class")
    if kind is not None:
        wanted = f"kind:{_CLASSES.get(kind, 'thing')}"
        fitting = [c for c in fitting if wanted in surroundings_of(c).frame] or fitting
    if row["check"] == "invented_offer_or_changed_terms":
        fitting = [c for c in fitting if c.offer is None] or fitting
    chosen = fitting[crc32(row["text"].encode()) % len(fitting)]
    return replace(chosen, policies=(*chosen.policies, *row.get("facts", ())))


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def columns_of(names: Iterable[str]) -> list[int]:
    """Columns of checks by name; names of other checks are passed over."""
    return [_COLUMN[name] for name in names if name in _COLUMN]
