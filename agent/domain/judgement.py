"""What a judge says of a text: a score, or places where something is wrong. Never both, and never a guess."""

from dataclasses import dataclass
from enum import StrEnum


class Criterion(StrEnum):
    """What a judge looks at, one at a time."""

    WARMTH = "warmth"
    RELEVANCE = "relevance"
    RESPECT = "respect"
    CLARITY = "clarity"
    GENTLENESS = "gentleness"
    FACTUALITY = "factuality"
    LAW = "law"


CRITERION_JA = {
    Criterion.WARMTH: "あたたかさ",
    Criterion.RELEVANCE: "この方らしさ",
    Criterion.RESPECT: "敬意",
    Criterion.CLARITY: "わかりやすさ",
    Criterion.GENTLENESS: "押しつけのなさ",
    Criterion.FACTUALITY: "事実どおり",
    Criterion.LAW: "法と表示",
}
"""How staff read a criterion."""

INSPECTED = frozenset({Criterion.FACTUALITY, Criterion.LAW})
"""Criteria answered with a list of problems; the others with a score of 1 (bad) to 5 (good)."""


@dataclass(frozen=True, slots=True)
class JudgedProblem:
    """Words of the text that a judge objects to.

    check: name of the check it belongs to.    quote: as it stands in the text.    why: in Japanese.
    votes: how many of the repeats named the place.    sure: whether most of those were sure.
    """

    check: str
    quote: str
    why: str
    votes: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """The majority of one judge's repeats on one criterion.

    score: 1 to 5, the median of the repeats; None for inspected criteria and when nothing could be judged.
    problems: for inspected criteria.    scores: what each usable repeat said (inspected: how many problems).
    asked: repeats asked; those missing from `scores` gave no usable answer.
    judged: False means "not judged": fewer than half of the repeats were usable. It is never to be read as a score.
    """

    criterion: Criterion
    model: str
    prompt_version: str
    prompt_digest: str
    asked: int
    scores: tuple[int, ...]
    score: float | None
    problems: tuple[JudgedProblem, ...]
    reasons: tuple[str, ...]
    judged: bool


class Better(StrEnum):
    """Which of two texts a judge prefers. UNSTABLE: the answer turned with the order, so it is none."""

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"
    UNSTABLE = "unstable"
    NOT_JUDGED = "not_judged"
