"""Which check catches less than it did? Pooled shares hide a check that is gone behind gains elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol

from scipy.stats import binomtest

LIKELY_NOISE = 0.05
"""Of Holm's step-down over all checks: the chance that any of them is called a drop though each flip was a coin's."""
LOST_SHARE, LOST_AT_LEAST = 1 / 4, 2
"""A collapse in a small sample: a quarter of what was caught, and two drafts at the least, so that one flip is never one.

Editorial: five drafts a check are too few for any test to speak, and a check that is gone must not pass for that. On drafts
that rules were written on, two lost are enough whatever the share: they were caught on purpose.
"""


MEASURE = "defects_named"
"""What is paired: blocked under the expected name or an equally right one."""


class Scored(Protocol):
    """What one example scored, and which checks were expected of it."""

    @property
    def scores(self) -> Mapping[str, float]: ...

    @property
    def checks(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class CheckChange:
    """The drafts labelled with one check, in both runs.

    before, after: of `of` drafts, those blocked under its name or an equally right one.    lost, gained: drafts that changed.
    p: exact one-sided McNemar test that losses outweigh gains, after Holm over the checks.
    bearable: so many net losses, and no more, say nothing when the test does not.
    """

    check: str
    of: int
    before: int
    after: int
    lost: int
    gained: int
    p: float
    bearable: int

    @property
    def real_drop(self) -> bool:
        """More was lost than chance or one flipped draft explains."""
        return self.lost - self.gained > self.bearable or self.p < LIKELY_NOISE

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "before": self.before,
            "after": self.after,
            "of": self.of,
            "lost": self.lost,
            "gained": self.gained,
            "p": self.p,
            "real_drop": self.real_drop,
        }


def compare_checks(
    before: Mapping[str, Scored], after: Mapping[str, Scored], *, tuned_on: bool = False
) -> tuple[CheckChange, ...]:
    """Every check with a labelled draft in both runs, by name. Labels are those of the later run.

    tuned_on: rules were written on these drafts, so that a share of them may not be lost.
    """
    flips: dict[str, list[tuple[bool, bool]]] = {}
    for name, now in after.items():
        if name in before and MEASURE in now.scores and MEASURE in before[name].scores:
            pair = (before[name].scores[MEASURE] > 0, now.scores[MEASURE] > 0)
            for check in now.checks:
                flips.setdefault(check, []).append(pair)
    raw = {check: _chance(pairs) for check, pairs in flips.items()}
    adjusted = holm(raw)
    return tuple(
        CheckChange(
            check=check,
            of=len(pairs),
            before=sum(was for was, _ in pairs),
            after=sum(is_ for _, is_ in pairs),
            lost=sum(was and not is_ for was, is_ in pairs),
            gained=sum(is_ and not was for was, is_ in pairs),
            p=adjusted[check],
            bearable=_bearable(sum(was for was, _ in pairs), tuned_on=tuned_on),
        )
        for check, pairs in sorted(flips.items())
    )


def holm(raw: Mapping[str, float]) -> dict[str, float]:
    """Adjusted p values: each holds against all of them together (Holm 1979)."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, (name, p) in enumerate(sorted(raw.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, p * (len(raw) - place)))
        adjusted[name] = highest
    return adjusted


def _bearable(caught: int, *, tuned_on: bool) -> int:
    enough = LOST_AT_LEAST if tuned_on else max(LOST_AT_LEAST, ceil(LOST_SHARE * caught))
    return enough - 1


def _chance(pairs: Sequence[tuple[bool, bool]]) -> float:
    """McNemar's exact test, one-sided: were each changed draft a coin, how often would as many be lost?"""
    lost = sum(was and not is_ for was, is_ in pairs)
    changed = sum(was != is_ for was, is_ in pairs)
    return float(binomtest(lost, changed, alternative="greater").pvalue) if changed else 1.0
