"""Write a text as a house rule wants it, by replacing words: for trying a rule, and for writers that cannot read."""

import re

from agent.domain.house_rule import HouseRule, RuleKind

SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]+|[^。！？!?\n]+")
"""A sentence with its end, or the rest of a line."""
_QUOTED = re.compile(r"(「[^」\n]*」|『[^』\n]*』)")


def apply_rule(rule: HouseRule, text: str) -> str:
    """A text's middle as the rule wants it; the text itself where nothing is to change. Quoted names are left alone.

    A rule on length cannot be followed by replacing words: the text comes back as it is.
    """
    if rule.kind is RuleKind.REPHRASE:
        return replace_outside_quotes(text, rule.before, rule.after)
    if rule.kind is RuleKind.CUT:
        return _tidy(replace_outside_quotes(text, rule.before, "")) if rule.before in text else text
    if rule.kind in (RuleKind.REWORD, RuleKind.DROP):
        return _tidy(_sentences_replaced(text, rule)) if rule.before in text else text
    if rule.kind is RuleKind.CLOSING:
        core = rule.after.rstrip("。！")
        return text if core in text else f"{text.rstrip()}\n\n{rule.after}"
    if rule.kind is RuleKind.FEWER_MARKS:
        return _calmer(text, int(rule.after))
    return text


def replace_outside_quotes(text: str, before: str, after: str) -> str:
    """Every `before` outside 「…」 and 『…』 as `after`; one that stands in `after` already stays."""
    if not before or before not in text:
        return text
    sign = "\ue0ff"
    kept = bool(after) and before in after

    def in_part(part: str) -> str:
        part = part.replace(after, sign) if kept else part
        return part.replace(before, after).replace(sign, after)

    parts = _QUOTED.split(text)
    return "".join(part if _QUOTED.fullmatch(part) else in_part(part) for part in parts)


def _sentences_replaced(text: str, rule: HouseRule) -> str:
    after = rule.after if rule.kind is RuleKind.REWORD else ""
    return SENTENCE.sub(lambda m: after if rule.before in m.group() else m.group(), text)


def _tidy(text: str) -> str:
    text = re.sub(r"、(?=[、。])", "", text)
    text = re.sub(r"(?m)^[、。]+", "", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _calmer(text: str, allowed: int) -> str:
    """All but the first `allowed` marks become full stops."""
    seen = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return found.group() if seen <= allowed else "。"

    return re.sub(r"[！!]+", mark, text)
