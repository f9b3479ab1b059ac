"""Refuse what must not become a house rule: words the gate stops, rules against each other, against the shop's own guide."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from agent.domain.finding import Finding, Severity, Verdict
from agent.domain.follow_rule import apply_rule
from agent.domain.house_rule import HouseRule, RuleKind, RuleRefused
from agent.domain.message import Addressee, MessageContext, ShopIdentity, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.domain.voice import ShopGuide

Gate = Callable[[MessageContext, WrittenMessage], Verdict]
_NOBODY = ShopIdentity("当店", "当店", "", "", "", "")
_WORDED = frozenset({RuleKind.REPHRASE, RuleKind.REWORD, RuleKind.CUT, RuleKind.DROP})


def sort_out(
    rules: Sequence[HouseRule],
    *,
    accepted: Sequence[HouseRule],
    guide: ShopGuide,
    gate: Gate,
    today: date,
    where: Mapping[str, tuple[Occasion, Channel]] | None = None,
) -> tuple[tuple[HouseRule, ...], tuple[RuleRefused, ...]]:
    """The rules that may be proposed, and those that may not, each with the reason.

    rules: surest first.    accepted: rules in force.    where: occasion and channel of each example's draft, for the gate.
    """
    kept: list[HouseRule] = []
    refused: list[RuleRefused] = []
    known = {rule.rule_id for rule in accepted}
    for rule in rules:
        if rule.rule_id in known:
            kept.append(rule)
            continue
        why = _against_guide(rule, guide) or _against_gate(rule, gate, today, where or {})
        why = why or _against_accepted(rule, accepted) or _against_each_other(rule, rules)
        if why:
            refused.append(RuleRefused(rule, why))
        else:
            kept.append(rule)
    return tuple(kept), tuple(refused)


def conflict(rule: HouseRule, accepted: Iterable[HouseRule]) -> str:
    """Why a rule cannot hold beside accepted ones; empty when it can."""
    return _against_accepted(rule, [other for other in accepted if other.rule_id != rule.rule_id])


def gate_objection(
    rule: HouseRule, gate: Gate, *, today: date, where: Mapping[str, tuple[Occasion, Channel]] | None = None
) -> str:
    """What the gate would find in a text that follows the rule and not in one that does not; empty for nothing."""
    return _against_gate(rule, gate, today, where or {})


def _against_gate(
    rule: HouseRule, gate: Gate, today: date, where: Mapping[str, tuple[Occasion, Channel]]
) -> str:
    texts = (
        [example.before for example in rule.examples] if rule.kind in _WORDED else ["ありがとうございます。"]
    )
    places = [where.get(e.draft_id) for e in rule.examples] or [None]
    for number, before in enumerate(texts):
        place = places[number] if number < len(places) else None
        occasion, channel = place or (rule.occasion or Occasion.THANK_YOU, rule.channel or Channel.EMAIL)
        standing = {(f.check, f.quote) for f in _found(before, occasion, channel, gate, today)}
        for finding in _found(apply_rule(rule, before), occasion, channel, gate, today):
            if (finding.check, finding.quote) not in standing and _in_new_words(finding, rule):
                return f"検査で止まる書き方です（{finding.quote}）。{finding.message}"
    return ""


def _in_new_words(finding: Finding, rule: HouseRule) -> bool:
    """A finding about what the rule brings in, not about the neutral frame the sentence was judged in."""
    return bool(finding.quote) and (finding.quote in rule.after or rule.after.rstrip("。") in finding.quote)


def _found(text: str, occasion: Occasion, channel: Channel, gate: Gate, today: date) -> list[Finding]:
    nobody = Addressee("rule", "", "")
    context = MessageContext("rule", _NOBODY, nobody, (), (), None, occasion, channel, today)
    message = WrittenMessage("rule", "rule", "お知らせ" if channel is Channel.EMAIL else None, text)
    return [f for f in gate(context, message).findings if f.severity is not Severity.NOTE]


def _against_guide(rule: HouseRule, guide: ShopGuide) -> str:
    for word in [*(line.text for line in guide.avoid), *(before for before, _ in guide.say_instead)]:
        if word in rule.after and word not in rule.before:
            return f"お店のガイド（voice.md）で避けている「{word}」を使うことになります。"
    if rule.kind in _WORDED:
        for line in guide.words:
            if line.text in rule.before and line.text not in rule.after:
                return f"お店のガイド（voice.md）で使うことにしている「{line.text}」をなくすことになります。"
        for before, after in guide.say_instead:
            if before == rule.before:
                same = after == rule.after
                said = "と同じことが" if same else f"では「{after}」と書くことが"
                return f"お店のガイド（voice.md）{said}すでに決まっています。"
    return ""


def _against_accepted(rule: HouseRule, accepted: Iterable[HouseRule]) -> str:
    for other in accepted:
        if _undoes(rule, other) or _undoes(other, rule):
            return f"採用中のきまり「{other.ja}」と逆になります。"
        if _same_place(rule, other):
            return f"採用中のきまり「{other.ja}」と重なります。先にそちらを取り消してください。"
    return ""


def _against_each_other(rule: HouseRule, rules: Sequence[HouseRule]) -> str:
    """Both of two rules that undo each other are refused: people disagree. Of two ways for one phrase the surer stays."""
    position = next(n for n, each in enumerate(rules) if each.rule_id == rule.rule_id)
    for number, other in enumerate(rules):
        if other.rule_id == rule.rule_id:
            continue
        if _undoes(rule, other) or _undoes(other, rule):
            return (
                f"直し方が逆のものがあります（{other.short}）。書き方をそろえてから、もう一度お試しください。"
            )
        if number < position and _same_place(rule, other):
            return f"同じ言葉に、より多い直し方があります（{other.short}）。"
    return ""


def _undoes(one: HouseRule, other: HouseRule) -> bool:
    """Whether following `one` after `other` brings back what `other` changed."""
    if one.kind not in _WORDED or other.kind not in _WORDED:
        one_adds = one.kind is RuleKind.CLOSING and other.kind in (RuleKind.CUT, RuleKind.DROP)
        return one_adds and other.before in one.after
    if one.before == other.after and one.after == other.before:
        return True
    for example in other.examples:
        changed = apply_rule(other, example.before)
        if changed != example.before and apply_rule(one, changed) == example.before:
            return True
    return False


def _same_place(one: HouseRule, other: HouseRule) -> bool:
    if one.kind in _WORDED and other.kind in _WORDED:
        return one.before == other.before and one.after != other.after
    same = one.kind is other.kind and one.kind in (RuleKind.SHORTER, RuleKind.FEWER_MARKS)
    return (
        same and (one.occasion, one.channel) == (other.occasion, other.channel) and one.after != other.after
    )
