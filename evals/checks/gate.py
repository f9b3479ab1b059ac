"""Run every check on a final text: the gate before a person sees a draft, after an edit, and before it leaves."""

from collections.abc import Callable, Iterable
from types import ModuleType

from agent.domain.finding import Finding, Verdict
from agent.domain.message import MessageContext, WrittenMessage
from evals.checks import (
    keihyouhou_claim,
    missing_honorific,
    missing_optout_or_sender,
    mojibake_or_machine_dependent,
    placeholder_or_template_residue,
    prompt_leak_or_meta,
    stealth_review_incentive,
    too_long_for_channel,
    unsafe_link,
    wrong_name,
    yakkihou_claim,
)
from evals.checks.reading import Reading, read

Check = Callable[[Reading], Iterable[Finding]]

_MODULES: tuple[ModuleType, ...] = (
    wrong_name,
    missing_honorific,
    yakkihou_claim,
    keihyouhou_claim,
    stealth_review_incentive,
    missing_optout_or_sender,
    placeholder_or_template_residue,
    prompt_leak_or_meta,
    unsafe_link,
    too_long_for_channel,
    mojibake_or_machine_dependent,
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
