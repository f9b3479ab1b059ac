"""What did a customer allow, in which words, and what of them was shown to a model?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agent.clock import TOKYO
from agent.domain.history import ConsentRecord
from agent.ports import ModelCallMade, UnitOfWork
from agent.service.shown_blocks import shown_blocks

TASKS = ("plan", "write", "judge", "chat", "embed")
CALLS_MOST = 50
"""Newest calls on the page; each carries some pages of text."""


@dataclass(frozen=True, slots=True)
class Said:
    """One yes or no. on: the day in Tokyo."""

    entry: ConsentRecord
    on: date


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """What holds for one channel and purpose, and what was said before, newest first."""

    channel: str
    purpose: str
    now: Said
    before: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One call. task: of `TASKS`, other for what has no name.    blocks: the marked parts of the prompt that held something."""

    call: ModelCallMade
    at: datetime
    task: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """Newest calls first; older: how many are left out."""

    consents: tuple[ConsentLine, ...]
    shown: tuple[Shown, ...]
    older: int


def consent_lines(entries: Sequence[ConsentRecord]) -> tuple[ConsentLine, ...]:
    """The ledger by channel and purpose. entries: newest first; the newest of each is what holds."""
    found: dict[tuple[str, str], list[Said]] = {}
    for entry in entries:
        said = Said(entry, entry.recorded_at.astimezone(TOKYO).date())
        found.setdefault((entry.channel, entry.purpose), []).append(said)
    return tuple(
        ConsentLine(channel, purpose, listed[0], tuple(listed[1:]))
        for (channel, purpose), listed in sorted(found.items())
    )


def read_record(unit: UnitOfWork, customer_id: str) -> CustomerRecord:
    """Everything about one customer."""
    calls = sorted(unit.model_calls.of_customer(customer_id), key=lambda one: one[1], reverse=True)
    shown = tuple(
        Shown(
            call,
            at,
            call.task if call.task in TASKS else "other",
            tuple(shown_blocks(text for _, text in call.messages)),
        )
        for call, at in calls[:CALLS_MOST]
    )
    return CustomerRecord(
        consent_lines(unit.consents.entries(customer_id)), shown, max(0, len(calls) - CALLS_MOST)
    )
