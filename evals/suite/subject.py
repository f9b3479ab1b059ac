"""What the suite judges: the gate, as the one seam between the suite and the checks.

Everything here that needs a verdict asks a `Subject`; which tiers it has is decided in this module and nowhere else.
"""

import hashlib
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import evals.checks
from agent.domain.errors import CallerMistake
from agent.domain.finding import Verdict
from agent.domain.message import MessageContext, WrittenMessage
from agent.main import open_gate
from evals.checks.gate import CHECKS, run_checks

Judge = Callable[[MessageContext, WrittenMessage], Verdict]


@dataclass(frozen=True, slots=True)
class Subject:
    """A gate under test. name: as reports show it.    digest: SHA-256 of what it is made from.    without: checks left out."""

    name: str
    digest: str
    judge: Judge
    without: frozenset[str] = frozenset()


def gate_subject(*, without: Iterable[str] = (), tiers: int = 2) -> Subject:
    """The gate as it runs in the shop: rules and classifier. tiers: 1 for the rules alone.

    without: checks whose findings are ignored, to show that the suite would notice. Raises CallerMistake for an unknown check.
    """
    ignored = frozenset(without)
    judge: Judge = run_checks if tiers == 1 else open_gate()
    if unknown := sorted(ignored - CHECKS.keys()):
        raise CallerMistake(
            f"no check {unknown[0]!r}",
            ja=f"検査「{unknown[0]}」はありません。次から選んでください: {'、'.join(CHECKS)}",
        )
    name = ("rules" if tiers == 1 else "gate") + "".join(f" -{check}" for check in sorted(ignored))
    digest = hashlib.sha256(f"{gate_digest()} {name}".encode()).hexdigest()
    if not ignored:
        return Subject(name, digest, judge)
    return Subject(name, digest, _Without(judge, ignored), ignored)


@dataclass(frozen=True, slots=True)
class _Without:
    judge: Judge
    ignored: frozenset[str]

    def __call__(self, context: MessageContext, message: WrittenMessage) -> Verdict:
        return leave_out(self.judge(context, message), self.ignored)


def leave_out(verdict: Verdict, checks: Set[str]) -> Verdict:
    """A verdict as it would be if these checks were gone."""
    return Verdict(tuple(f for f in verdict.findings if f.check not in checks))


@lru_cache(maxsize=1)
def gate_digest() -> str:
    """SHA-256 over every source, rule and table of `evals.checks`: another digest is another gate."""
    root = Path(evals.checks.__file__).parent
    total = hashlib.sha256()
    for file in sorted(root.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            total.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()
