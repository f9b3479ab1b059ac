"""Run every check on a final text: the gate before a person sees a draft, after an edit, and before it leaves."""

from collections.abc import Callable, Iterable
from types import ModuleType

from agent.domain.finding import Finding, Verdict
from agent.domain.message import MessageContext, WrittenMessage
from evals.checks import missing_optout_or_sender, placeholder_or_template_residue
from evals.checks.reading import Reading, read

Check = Callable[[Reading], Iterable[Finding]]

_MODULES: tuple[ModuleType, ...] = (
    placeholder_or_template_residue,
    missing_optout_or_sender,
)

CHECKS: dict[str, Check] = {module.CHECK: module.find for module in _MODULES}
"""Every check by its name in the command-line contract."""


def run_checks(context: MessageContext, message: WrittenMessage) -> Verdict:
    """Judge a final text by rules alone: no model, no network, no database.

    message: the text as it would leave, subject (None for LINE), greeting and footer included.
    Returns findings with spans in code points of the original text. Never raises on any text.
    """
    reading = read(context, message)
    return Verdict.of(finding for check in CHECKS.values() for finding in check(reading))
