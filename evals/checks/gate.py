"""Run every check on a final text: the gate before a person sees a draft, after an edit, and before it leaves."""

from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Protocol

from agent.domain.finding import Finding, Verdict
from agent.domain.message import MessageContext, WrittenMessage
from evals.checks import (
    creepy_surveillance,
    guilt_or_sarcasm_in_winback,
    invented_offer_or_changed_terms,
    invented_product_attribute,
    keigo_error,
    keihyouhou_claim,
    missing_honorific,
    missing_optout_or_sender,
    mojibake_or_machine_dependent,
    other_customer_data,
    placeholder_or_template_residue,
    prompt_leak_or_meta,
    pushy_discount_when_vip_or_complaint,
    stealth_review_incentive,
    tone_mismatch_service_recovery,
    too_casual_or_rude,
    too_long_for_channel,
    unsafe_link,
    wrong_fact_customer,
    wrong_language_or_mixed,
    wrong_name,
    wrong_price,
    wrong_stock_or_delivery_promise,
    yakkihou_claim,
)
from evals.checks.reading import Reading, read
from evals.checks.rewrites import with_rewrites
from evals.checks.told_once import told_once

Check = Callable[[Reading], Iterable[Finding]]

_MODULES: tuple[ModuleType, ...] = (
    wrong_name,
    missing_honorific,
    wrong_fact_customer,
    wrong_price,
    wrong_stock_or_delivery_promise,
    invented_product_attribute,
    invented_offer_or_changed_terms,
    yakkihou_claim,
    keihyouhou_claim,
    stealth_review_incentive,
    missing_optout_or_sender,
    keigo_error,
    too_casual_or_rude,
    guilt_or_sarcasm_in_winback,
    pushy_discount_when_vip_or_complaint,
    creepy_surveillance,
    other_customer_data,
    placeholder_or_template_residue,
    prompt_leak_or_meta,
    unsafe_link,
    too_long_for_channel,
    wrong_language_or_mixed,
    tone_mismatch_service_recovery,
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
    found = told_once(reading, _by_rules(reading))
    return Verdict.of(with_rewrites(context, message, reading, found, _by_rules))


def _by_rules(reading: Reading) -> list[Finding]:
    return [finding for check in CHECKS.values() for finding in check(reading)]


class SecondTier(Protocol):
    """Looks at what the rules leave open (`evals.checks.second.classifier.SecondTier`)."""

    def find(self, reading: Reading, told: Sequence[Finding]) -> Iterable[Finding]:
        """More findings. told: what the rules found. Never raises on any text."""
        ...


class Gate:
    """The tiers as one call: rules, then the second tier where one is given."""

    def __init__(self, second: SecondTier | None = None) -> None:
        self._second = second

    def __call__(self, context: MessageContext, message: WrittenMessage) -> Verdict:
        """Judge a final text as `run_checks` does, and ask the second tier about the rest."""
        reading = read(context, message)
        told = _by_rules(reading)
        more = self._second.find(reading, told) if self._second else ()
        found = told_once(reading, [*told, *more])
        return Verdict.of(with_rewrites(context, message, reading, found, _by_rules))
