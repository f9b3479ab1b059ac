"""Following a rule by replacing words: quoted names stay, nothing is replaced twice, sentences go whole."""

import pytest

from agent.domain.follow_rule import apply_rule
from agent.domain.house_rule import HouseRule, RuleKind


def rule(kind: RuleKind, before: str, after: str) -> HouseRule:
    return HouseRule(kind, before, after, 3, 3, 3)


@pytest.mark.parametrize(
    ("kind", "before", "after", "text", "wanted"),
    [
        (RuleKind.REPHRASE, "ご使用", "お使い", "ご使用の『ご使用布』と「ご使用券」", "お使いの『ご使用布』と「ご使用券」"),
        (RuleKind.REPHRASE, "お試し", "よろしければお試し", "お試しを。よろしければお試しを。", "よろしければお試しを。" * 2),
        (RuleKind.REWORD, "ご愛顧", "いつもありがとうございます。", "a。\n日頃のご愛顧に感謝。b。", "a。\nいつもありがとうございます。b。"),
        (RuleKind.CUT, "誠に、", "", "誠に、ありがとう。", "ありがとう。"),
        (RuleKind.DROP, "この機会", "", "a。\n\nこの機会にぜひ！\n\nb。", "a。\n\nb。"),
        (RuleKind.CLOSING, "", "お返事は不要です。", "a。", "a。\n\nお返事は不要です。"),
        (RuleKind.CLOSING, "", "お返事は不要です。", "お返事は不要です！", "お返事は不要です！"),
        (RuleKind.FEWER_MARKS, "！", "1", "a！b！！c!", "a！b。c。"),
        (RuleKind.SHORTER, "", "20", "a" * 50, "a" * 50),
    ],
)  # fmt: skip
def test_a_text_as_the_rule_wants_it(kind: RuleKind, before: str, after: str, text: str, wanted: str) -> None:
    made = rule(kind, before, after)
    assert apply_rule(made, text) == wanted
    assert apply_rule(made, wanted) == wanted


def test_a_rule_keeps_its_id_while_its_counts_grow() -> None:
    early = HouseRule(RuleKind.REPHRASE, "ご使用", "お使い", 3, 4, 3)
    late = HouseRule(RuleKind.REPHRASE, "ご使用", "お使い", 30, 40, 30)
    assert early.rule_id == late.rule_id
    assert late.low > early.low


@pytest.mark.parametrize(
    ("changed", "offered", "drafts", "enough"),
    [(3, 3, 2, True), (3, 3, 1, False), (2, 2, 2, False), (3, 5, 3, False), (6, 10, 6, True), (5, 10, 5, False)],
)  # fmt: skip
def test_how_much_is_enough(changed: int, offered: int, drafts: int, *, enough: bool) -> None:
    assert HouseRule(RuleKind.CUT, "a", "", changed, offered, drafts).frequent is enough
