"""What became of one case: what was expected, what fired, where, how fast."""

from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from agent.domain.finding import Finding, Severity, Verdict
from evals.suite.batches import Case, Kind


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case judged once.

    expected, also_ok: as labelled.    fired: checks with a blocking finding.    seconds: of judging alone, on this machine.
    named: an expected (or equally right) check fired; None unless a defect.
    located: one of those findings overlaps the labelled words; None without labelled words or when none fired.
    findings: all, as plain JSON.
    """

    id: str
    batch: str
    split: str
    kind: str
    group: str
    occasion: str
    channel: str
    expected: tuple[str, ...]
    also_ok: tuple[str, ...]
    fired: tuple[str, ...]
    blocked: bool
    named: bool | None
    located: bool | None
    seconds: float
    epoch: int
    findings: tuple[dict[str, Any], ...]

    @property
    def right(self) -> bool:
        """Blocked when it should be, let through when it should be."""
        return self.blocked == (self.kind == Kind.DEFECT)

    @property
    def wrongly_fired(self) -> tuple[str, ...]:
        """Checks that blocked without the label asking for it."""
        return tuple(c for c in self.fired if c not in self.expected and c not in self.also_ok)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def outcome_of(case: Case, verdict: Verdict, *, seconds: float, epoch: int = 1) -> Outcome:
    """Hold a verdict against a label."""
    blocking = [f for f in verdict.findings if f.severity is Severity.BLOCK]
    right = [f for f in blocking if f.check in case.right_names]
    defect = case.label.kind is Kind.DEFECT
    spans = case.spans()
    return Outcome(
        id=case.id,
        batch=case.batch,
        split=case.split.value,
        kind=case.label.kind.value,
        group=f"{case.batch}/{case.context.context_id}",
        occasion=case.context.occasion.value,
        channel=case.context.channel.value,
        expected=case.label.checks,
        also_ok=case.label.also_ok,
        fired=tuple(dict.fromkeys(f.check for f in blocking)),
        blocked=bool(blocking),
        named=bool(right) if defect else None,
        located=any(_overlaps(f, spans) for f in right) if right and spans else None,
        seconds=seconds,
        epoch=epoch,
        findings=tuple(_finding(f) for f in verdict.findings),
    )


def read_outcome(text: str) -> Outcome:
    """An outcome from its JSON. Raises pydantic's ValidationError."""
    return _OUTCOME.validate_json(text)


def _overlaps(finding: Finding, spans: list[tuple[str, int, int]]) -> bool:
    start, end = finding.span
    return any(field == finding.field and start < to and since < end for field, since, to in spans)


def _finding(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "severity": finding.severity.value, "span": list(finding.span)}


_OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)
