"""One problem in a draft, and what the problems together mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """block: must not reach a reviewer as fine. review: a person should look. note: advice."""

    BLOCK = "block"
    REVIEW = "review"
    NOTE = "note"


FieldName = Literal["subject", "preheader", "body", "alt_text", "buttons"]
"""buttons: all of them as one text, a line each, label, space, address."""
_READ_IN_ORDER: tuple[FieldName, ...] = ("subject", "preheader", "body", "alt_text", "buttons")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem a check found.

    check: name of the check, as in the command-line contract.    severity: how bad.
    field: which text the span counts in.    span: [from, to) in code points of that text.
    quote: text[from:to].    message: why, in Japanese, and what to do.    suggestion: a rewrite, where one exists.
    """

    check: str
    severity: Severity
    field: FieldName
    span: tuple[int, int]
    quote: str
    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings on one text, in a stable order: in the order a reader meets the fields, then by position, then by check."""

    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Verdict":
        """Sort and remove exact repeats."""
        order = sorted(
            set(findings), key=lambda f: (_READ_IN_ORDER.index(f.field), f.span, f.check, f.message)
        )
        return cls(tuple(order))

    @property
    def blocked(self) -> bool:
        """True when any finding blocks."""
        return any(f.severity is Severity.BLOCK for f in self.findings)
