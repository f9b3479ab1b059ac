"""Which words of a text the findings point at."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.domain.finding import FieldName, Finding, Severity

_WEIGHT = {Severity.BLOCK: 3, Severity.REVIEW: 2, Severity.NOTE: 1}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same findings. severity: the worst of them; numbers: their places in the list, from 1;
    ends: the numbers whose span ends here."""

    text: str
    severity: Severity | None
    numbers: tuple[int, ...]
    ends: tuple[int, ...]


def mark(text: str, findings: Sequence[Finding], *, field: FieldName) -> list[Piece]:
    """Cut a text where findings begin and end; the pieces joined are the text again. Spans count code points."""
    spans = [
        (number, finding.severity, *_within(finding.span, len(text)))
        for number, finding in enumerate(findings, start=1)
        if finding.field == field
    ]
    spans = [span for span in spans if span[2] < span[3]]
    cuts = sorted({0, len(text), *(s[2] for s in spans), *(s[3] for s in spans)})
    pieces = []
    for start, stop in pairwise(cuts):
        over = [span for span in spans if span[2] <= start and stop <= span[3]]
        worst = max((span[1] for span in over), key=_WEIGHT.__getitem__, default=None)
        pieces.append(
            Piece(
                text[start:stop],
                worst,
                tuple(span[0] for span in over),
                tuple(span[0] for span in over if span[3] == stop),
            )
        )
    return pieces


def _within(span: tuple[int, int], length: int) -> tuple[int, int]:
    return max(0, min(span[0], length)), max(0, min(span[1], length))
