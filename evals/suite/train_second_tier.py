"""Train the gate's second tier from the labelled messages and the sentence bank, and choose its thresholds.

    python -m evals.suite.train_second_tier            write evals/checks/second/weights.npz
    python -m evals.suite.train_second_tier --dry-run  only print what it would catch

Deterministic: the same data gives the same file, byte for byte, on one machine and version of the libraries.
"""

import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from agent.domain.errors import CallerMistake
from agent.domain.message import MessageContext
from evals.checks import second
from evals.checks.second.criteria import NAMES
from evals.checks.second.weights import FILE, Numbers, Weights, features_digest, halved
from evals.checks.second.wording import BUCKETS, Wording
from evals.suite.batches import Split
from evals.suite.second_tier_examples import (
    Example,
    Labelled,
    bank_examples,
    message_examples,
    shipped_messages,
    suite_messages,
)
from evals.suite.second_tier_thresholds import Evidence, share_budget
from retrieval.embed import CarriedEncoder

FOLDS = 5
STRENGTH = 20.0
"""Inverse regularisation of the regression on meaning: out of fold, 3 found less and 100 as much (docs/adr/0016)."""
MARGIN = 0.3
"""Inverse regularisation of the support vector machine on wording: out of fold, 1 found less (docs/adr/0016)."""
STRETCH = 6.0
"""Margins are multiplied by it, so that they spread as wide as logits: out of fold, half of it and double found less."""
WORDING = 0.7
"""Share of the wording's logit in the second one: out of fold, 0.3 and 0.5 found less (docs/adr/0016)."""
SILENT = -20.0
"""Bias of a check that has nothing to learn from."""
RARE = 4.0
"""Weight of a guilty sentence in training: there are some hundred harmless ones for each."""
FALSE_BLOCKS, FALSE_REVIEWS = 0.0025, 0.05
"""Clean messages that the second tier may newly block, and newly mark for a look. Thresholds judged on shops that did not
choose them block twice what they were bought for: 0.0025 here is the 0.5 % that docs/adr/0016 allows."""
ENCODED = 1.6
"""Harmless sentences of a message that may be encoded, on average: 2 ms each of the 16 ms a draft may take."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Examples as numbers. sparse: (n, buckets); meanings: (n, encoder's size); labels: (n, k); groups, messages: (n,)."""

    sparse: csr_matrix
    meanings: Matrix
    labels: NDArray[np.int8]
    groups: NDArray[np.str_]
    messages: NDArray[np.str_]


def main() -> None:
    """Train, print what out-of-fold and dev scores promise, and write the weights unless told not to."""
    with threadpool_limits(
        1
    ):  # more threads only wait for each other on so little, and would sum in another order
        _run()


def _run() -> None:
    learned = shipped_messages() + messages_if_any(Split.TRAIN)
    chosen_on = messages_if_any(Split.DEV)
    encoder = CarriedEncoder()
    examples = [*message_examples(learned), *bank_examples(_contexts(learned))]
    weights, report = train(examples, list(message_examples(chosen_on)), encoder)
    print(report)
    if "--dry-run" not in sys.argv:
        weights.save(Path(second.__file__).parent / FILE)


def messages_if_any(split: Split) -> list[Labelled]:
    """The messages of a split, none while it has no data."""
    try:
        return suite_messages(split)
    except CallerMistake:
        return []


def train(examples: Sequence[Example], dev: Sequence[Example], encoder: Embeddings) -> tuple[Weights, str]:
    """Fit both classifiers; choose thresholds on out-of-fold scores of the examples and on scores of dev.

    Returns the weights and a table of what is to be expected, as text.
    """
    examples = _told_once(examples)
    table = tabled(examples, encoder)
    first_out, second_out = out_of_fold(table)
    both = Fitted.to(table, slice(None))
    labels, messages = table.labels, table.messages
    if dev:
        held = tabled(dev, encoder)
        dev_first, dev_second = both.scores(held, slice(None))
        first_out, second_out = np.vstack([first_out, dev_first]), np.vstack([second_out, dev_second])
        labels, messages = np.vstack([labels, held.labels]), np.concatenate([messages, held.messages])
    block = share_budget(by_message(second_out, labels, messages), FALSE_BLOCKS)
    review = share_budget(by_message(second_out, labels, messages), FALSE_REVIEWS)
    doubt = share_budget(worth_encoding(first_out, second_out, labels, messages, review), ENCODED)
    made = Weights(
        checks=NAMES,
        digest=digest(examples),
        features=features_digest(),
        first=both.wording,
        first_bias=both.wording_bias,
        share=np.asarray([WORDING], dtype=np.float32),
        meaning=both.meaning,
        meaning_bias=both.meaning_bias,
        doubt=np.asarray(doubt, dtype=np.float32),
        review=np.minimum(review, block).astype(np.float32),
        block=np.asarray(block, dtype=np.float32),
    )
    return made, told(made, first_out, second_out, labels, messages, out_of=len(table.labels))


def tabled(examples: Sequence[Example], encoder: Embeddings) -> Table:
    """Examples as matrices; every sentence is encoded once."""
    texts = list(dict.fromkeys(e.wording.text for e in examples))
    vector = dict(zip(texts, encoder.embed_documents(texts), strict=True))
    meanings = np.asarray([vector[e.wording.text] for e in examples], dtype=np.float64)
    return Table(
        _sparse([e.wording for e in examples]),
        meanings.reshape(len(examples), -1),
        np.asarray([e.labels for e in examples], dtype=np.int8).reshape(len(examples), len(NAMES)),
        np.asarray([e.group for e in examples]),
        np.asarray([e.message or "" for e in examples]),
    )


def out_of_fold(table: Table) -> tuple[Matrix, Matrix]:
    """First and second logits of every example from models that saw nothing of its shop or its lines of the bank."""
    first, second_ = np.zeros(table.labels.shape), np.zeros(table.labels.shape)
    folds = GroupKFold(n_splits=min(FOLDS, len(set(table.groups)))).split(table.sparse, groups=table.groups)
    for seen, unseen in folds:
        first[unseen], second_[unseen] = Fitted.to(table, seen).scores(table, unseen)
    return first, second_


@dataclass(frozen=True)
class Fitted:
    """Both classifiers, their numbers as they will be kept."""

    wording: Numbers
    wording_bias: Numbers
    meaning: Numbers
    meaning_bias: Numbers

    @classmethod
    def to(cls, table: Table, rows: "slice | NDArray[np.int64]") -> "Fitted":
        """Fit to some rows of a table."""
        wording, wording_bias = _fitted(table.sparse[rows], table.labels[rows], _machine)
        meaning, meaning_bias = _fitted(table.meanings[rows], table.labels[rows], _regression)
        return cls(halved(wording), wording_bias, halved(meaning), meaning_bias)

    def scores(self, table: Table, rows: "slice | NDArray[np.int64]") -> tuple[Matrix, Matrix]:
        """First and second logits of some rows, shape (rows, k) each."""
        first = table.sparse[rows] @ self.wording + self.wording_bias
        by_meaning = table.meanings[rows] @ self.meaning + self.meaning_bias
        return first, WORDING * first + (1 - WORDING) * by_meaning


def _fitted(
    features: "csr_matrix | Matrix",
    labels: NDArray[np.int8],
    fit: "Callable[[Any, Any], tuple[Matrix, float]]",
) -> tuple[Numbers, Numbers]:
    """One classifier a check on the examples whose label is known: weights (features, k) and biases (k,).

    A check without both kinds of examples stays silent.
    """
    weights = np.zeros((features.shape[1], labels.shape[1]), dtype=np.float32)
    biases = np.full(labels.shape[1], SILENT, dtype=np.float32)
    for column in range(labels.shape[1]):
        known = labels[:, column] >= 0
        truth = labels[known, column]
        if set(truth.tolist()) == {0, 1}:
            weights[:, column], biases[column] = fit(features[known], truth)
    return weights, biases


def _machine(features: csr_matrix, truth: NDArray[np.int8]) -> tuple[Matrix, float]:
    model = LinearSVC(C=MARGIN, class_weight={0: 1.0, 1: RARE}, dual=True, random_state=0, max_iter=2000)
    model.fit(features, truth)
    return STRETCH * model.coef_[0], STRETCH * float(model.intercept_[0])


def _regression(features: Matrix, truth: NDArray[np.int8]) -> tuple[Matrix, float]:
    model = LogisticRegression(C=STRENGTH, class_weight={0: 1.0, 1: RARE}, max_iter=300).fit(features, truth)
    return model.coef_[0], float(model.intercept_[0])


def by_message(scores: Matrix, labels: NDArray[np.int8], messages: NDArray[np.str_]) -> list[Evidence]:
    """For each check: the highest score of every clean message, and the score of every guilty sentence."""
    names = sorted(set(messages) - {""})
    place = {name: row for row, name in enumerate(names)}
    rows = np.asarray([place.get(name, -1) for name in messages])
    found = []
    for column in range(labels.shape[1]):
        highest = np.full(len(names), -30.0)
        here = (rows >= 0) & (labels[:, column] == 0)
        np.maximum.at(highest, rows[here], scores[here, column])
        found.append(Evidence(highest, scores[labels[:, column] == 1, column]))
    return found


def worth_encoding(
    first: Matrix,
    second_: Matrix,
    labels: NDArray[np.int8],
    messages: NDArray[np.str_],
    review: Sequence[float],
) -> list[Evidence]:
    """First scores of the guilty sentences the second would speak of, against those of harmless ones.

    Harmless scores are repeated so that a rate per unit is a number of sentences per clean message.
    """
    harmless = messages != ""
    return [
        Evidence(
            first[harmless & (labels[:, column] == 0), column],
            first[(labels[:, column] == 1) & (second_[:, column] >= review[column]), column],
        )
        for column in range(labels.shape[1])
    ]


def told(
    made: Weights,
    first: Matrix,
    second_: Matrix,
    labels: NDArray[np.int8],
    messages: NDArray[np.str_],
    *,
    out_of: int,
) -> str:
    """What the thresholds catch: guilty sentences by check, clean messages by outcome, sentences encoded."""
    doubtful = first >= made.doubt
    lines = [f"{'check':40} guilty  doubt block review  thresholds"]
    for column, name in enumerate(NAMES):
        guilty = labels[:, column] == 1
        total = max(int(guilty.sum()), 1)
        seen = guilty & doubtful.any(axis=1)
        lines.append(
            f"{name:40} {guilty.sum():6} {seen.sum() / total:6.2f}"
            f" {(seen & (second_[:, column] >= made.block[column])).sum() / total:5.2f}"
            f" {(seen & (second_[:, column] >= made.review[column])).sum() / total:6.2f}"
            f"  {made.doubt[column]:.2f} {made.review[column]:.2f} {made.block[column]:.2f}"
        )
    applies = labels >= 0
    for part, rows in (("out of fold", slice(0, out_of)), ("dev", slice(out_of, None))):
        clean = messages[rows] != ""
        names = set(messages[rows][clean])
        if not names:
            continue
        asked = np.asarray((doubtful & applies)[rows].any(axis=1))
        over = asked[:, None] & applies[rows]
        blocked, marked = (
            set(messages[rows][clean & np.any(over & (second_[rows] >= at), axis=1)])
            for at in (made.block, made.review)
        )
        lines.append(
            f"{part}: {len(names)} clean messages, blocked {len(blocked)}, marked {len(marked)},"
            f" sentences encoded {(asked & clean).sum() / len(names):.2f} a message"
        )
    return "\n".join(lines)


def digest(examples: Sequence[Example]) -> str:
    """SHA-256 over every sentence and label learned from, in order."""
    mixed = hashlib.sha256()
    for example in examples:
        mixed.update(f"{example.wording.text}\t{example.group}\t".encode())
        mixed.update(example.labels.tobytes())
    return mixed.hexdigest()


def _told_once(examples: Sequence[Example]) -> list[Example]:
    """Without repeats: defective messages share their other sentences with clean ones, which are kept."""
    clean = {(e.wording.text, e.group) for e in examples if e.message}
    seen: set[tuple[str, str, bytes]] = set()
    kept = []
    for example in examples:
        key = (example.wording.text, example.group, example.labels.tobytes())
        if example.message is None:
            if key in seen or ((key[0], key[1]) in clean and not (example.labels == 1).any()):
                continue
            seen.add(key)
        kept.append(example)
    return kept


def _sparse(wordings: Sequence[Wording]) -> csr_matrix:
    counts = [0, *(w.places.size for w in wordings)]
    return csr_matrix(
        (
            np.concatenate([np.zeros(0), *(w.values for w in wordings)]),
            np.concatenate([np.zeros(0, dtype=np.int64), *(w.places for w in wordings)]),
            np.cumsum(counts),
        ),
        shape=(len(wordings), BUCKETS),
    )


def _contexts(messages: Sequence[Labelled]) -> list[MessageContext]:
    return list({m.context.context_id: m.context for m in messages}.values())


if __name__ == "__main__":
    main()
