"""Show what a rule would change before anybody accepts it: texts changed, before and after, findings before and after."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from agent.domain.finding import Severity
from agent.domain.follow_rule import apply_rule
from agent.domain.house_rule import HouseRule, RuleKind
from agent.domain.message import MessageContext, WrittenMessage
from agent.service.refuse_rules import Gate
from agent.service.reviewed_text import split_body

SHOWN = 3
_IN_SUBJECTS = frozenset({RuleKind.REPHRASE, RuleKind.CUT, RuleKind.FEWER_MARKS})


@dataclass(frozen=True, slots=True)
class TrialText:
    """A text to try a rule on, with what the gate compares it with."""

    draft_id: str
    context: MessageContext
    message: WrittenMessage


@dataclass(frozen=True, slots=True)
class Changed:
    """One text that would read otherwise: its middle before and after."""

    draft_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NewFinding:
    """Something the gate would find only in the changed text."""

    draft_id: str
    check: str
    severity: Severity
    quote: str
    message: str


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """of: texts the rule holds for.    changed: texts that would read otherwise; for a rule on length, texts that are longer.

    shown: at most three of them.    before, after: findings by severity over the changed texts.    new: findings that would come.
    """

    rule: HouseRule
    of: int
    changed: int
    shown: tuple[Changed, ...]
    before: dict[str, int]
    after: dict[str, int]
    new: tuple[NewFinding, ...]


def rule_effect(rule: HouseRule, texts: Iterable[TrialText], *, gate: Gate) -> RuleEffect:
    """Follow the rule in every text it holds for, by replacing words, and judge both."""
    held = [t for t in texts if rule.holds_for(t.context.occasion, t.context.channel)]
    if rule.kind is RuleKind.SHORTER:
        return _longer(rule, held)
    shown: list[Changed] = []
    before, after, new, changed = Counter[str](), Counter[str](), list[NewFinding](), 0
    for text in held:
        message = follow(rule, text)
        if message == text.message:
            continue
        changed += 1
        if len(shown) < SHOWN:
            shown.append(Changed(text.draft_id, _middle(text, text.message), _middle(text, message)))
        standing, coming = gate(text.context, text.message).findings, gate(text.context, message).findings
        before.update(f.severity.value for f in standing)
        after.update(f.severity.value for f in coming)
        known = {(f.check, f.quote) for f in standing}
        new += [
            NewFinding(text.draft_id, f.check, f.severity, f.quote, f.message)
            for f in coming
            if (f.check, f.quote) not in known
        ]
    return RuleEffect(rule, len(held), changed, tuple(shown), dict(before), dict(after), tuple(new))


def follow(rule: HouseRule, text: TrialText) -> WrittenMessage:
    """The message as the rule wants it: greeting and footer stay."""
    head, middle, tail = split_body(text.message.body, text.context)
    body = f"{head}{apply_rule(rule, middle)}{tail}"
    subject = text.message.subject
    if subject and rule.kind in _IN_SUBJECTS:
        subject = apply_rule(rule, subject)
    same = body == text.message.body.replace("\r\n", "\n")
    return replace(text.message, subject=subject, body=text.message.body if same else body)


def _middle(text: TrialText, message: WrittenMessage) -> str:
    middle = split_body(message.body, text.context)[1].strip()
    return f"件名: {message.subject}\n{middle}" if message.subject else middle


def _longer(rule: HouseRule, texts: list[TrialText]) -> RuleEffect:
    middles = [(t, split_body(t.message.body, t.context)[1].strip()) for t in texts]
    long = [(t, middle) for t, middle in middles if len(middle.replace("\n", "")) > int(rule.after)]
    shown = tuple(Changed(t.draft_id, middle, "") for t, middle in long[:SHOWN])
    return RuleEffect(rule, len(texts), len(long), shown, {}, {}, ())
