"""Judge the sentences of a draft that the rules left open: by wording first, by meaning where wording leaves doubt."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.domain.finding import Finding, Severity
from agent.ports.encoding import SentenceEncoder
from evals.checks.reading import FieldText, Reading
from evals.checks.second.criteria import CRITERIA
from evals.checks.second.surroundings import surroundings_of
from evals.checks.second.weights import Weights, shipped
from evals.checks.second.wording import LONGEST, Wording, worded

SHORTEST = 5
"""Code points below which a sentence says nothing to judge: 「中村様」, 「敬具」."""
MOST_ENCODED = 12
"""Sentences of one draft that are encoded at most, most doubtful first: bounds the time of a very long text."""
MOST_READ = 400
"""Sentences of one draft that are read at most: no letter to a customer comes near it, a file pasted by mistake does."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a draft: [start, end) in `field.said`, and its wording."""

    field: FieldText
    start: int
    end: int
    wording: Wording


class SecondTier:
    """The classifier with its encoder, which is asked only about doubtful sentences."""

    def __init__(self, encoder: SentenceEncoder, weights: Weights | None = None) -> None:
        """weights: None for the shipped ones, read when first needed."""
        self._encoder, self._given = encoder, weights

    @property
    def weights(self) -> Weights:
        """What it learned."""
        return self._given or shipped()

    def find(self, reading: Reading, told: Sequence[Finding]) -> Iterator[Finding]:
        """Findings on whole sentences, beside those the rules told.

        A sentence that a rule already blocked for the same check is not told twice.
        """
        sentences = list(sentences_of(reading))
        if not sentences:
            return
        weights = self.weights
        scores = doubtful_scores(self._encoder, weights, reading, [s.wording for s in sentences])
        for row, sentence_scores in scores:
            yield from _findings(weights, sentences[row], sentence_scores, told)


def sentences_of(reading: Reading) -> Iterator[Sentence]:
    """The sentences worth judging, read in the surroundings of their context; over-long ones in pieces."""
    around = surroundings_of(reading.context)
    for text in reading.fields:
        for start, end in [piece for span in text.sentences for piece in _pieces(*span)][:MOST_READ]:
            said = text.said[start:end]
            bare = said.strip(" \t\u3000\x00")
            if len(bare) >= SHORTEST:
                first = start + said.index(bare)
                yield Sentence(text, first, first + len(bare), worded(bare, around))


def first_scores(weights: Weights, wordings: Sequence[Wording]) -> Scores:
    """Logits from wording alone, shape (sentences, checks)."""
    return np.stack(
        [weights.first_bias + wording.values @ weights.first[wording.places] for wording in wordings]
    )


def second_scores(weights: Weights, first: Scores, meanings: Scores) -> Scores:
    """Logits from wording and meaning, shape (sentences, checks). first: those of wording; meanings: (sentences, encoder's size)."""
    by_meaning = meanings @ weights.meaning + weights.meaning_bias
    return np.asarray(weights.share * first + (1 - weights.share) * by_meaning, dtype=np.float32)


def doubtful_scores(
    encoder: SentenceEncoder, weights: Weights, reading: Reading, wordings: Sequence[Wording]
) -> Iterator[tuple[int, Scores]]:
    """Second logits of the sentences whose first ones leave doubt, with their places; inapplicable checks at -infinity."""
    mute = np.asarray([not criterion.applies(reading.occasion) for criterion in CRITERIA])
    first = first_scores(weights, wordings)
    above = (first - weights.doubt)[:, ~mute].max(axis=1)
    ranked = np.argsort(-above, kind="stable")[:MOST_ENCODED]
    doubtful = sorted(int(row) for row in ranked if above[row] >= 0)
    if not doubtful:
        return
    texts = [wordings[row].text for row in doubtful]
    meanings = np.asarray(encoder.embed_documents(texts), dtype=np.float32)
    scores = second_scores(weights, first[doubtful], meanings)
    scores[:, mute] = -np.inf
    yield from zip(doubtful, scores, strict=True)


def _findings(
    weights: Weights, sentence: Sentence, scores: Scores, told: Iterable[Finding]
) -> Iterator[Finding]:
    """What one sentence's logits mean: every check that blocks, else the surest one that asks for a look."""
    blocking = np.flatnonzero(scores >= weights.block)
    asking = np.flatnonzero(scores >= weights.review)
    if not blocking.size and asking.size:
        asking = asking[[int(np.argmax((scores - weights.review)[asking]))]]
    severity = Severity.BLOCK if blocking.size else Severity.REVIEW
    for column in blocking if blocking.size else asking:
        criterion = CRITERIA[int(column)]
        found = sentence.field.find(criterion.check, sentence.start, sentence.end, criterion.why, severity)
        if not any(_says_as_much(earlier, found) for earlier in told):
            yield found


def _says_as_much(earlier: Finding, found: Finding) -> bool:
    overlaps = earlier.span[0] < found.span[1] and found.span[0] < earlier.span[1]
    as_grave = earlier.severity is Severity.BLOCK or found.severity is not Severity.BLOCK
    return earlier.check == found.check and earlier.field == found.field and overlaps and as_grave


def _pieces(start: int, end: int) -> list[tuple[int, int]]:
    return [(at, min(at + LONGEST, end)) for at in range(start, end, LONGEST)]
