"""A manager accepts, rejects and undoes rules; nothing is overwritten, and only accepted ones hold."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.errors import NotFound, PolicyRefusal
from agent.domain.finding import Severity
from agent.domain.house_rule import HouseRule, RuleKind, RuleState, RuleStep
from agent.domain.occasion import Channel, Occasion
from agent.domain.voice import NO_GUIDE
from agent.service.house_rules import HouseRules
from evals.checks.gate import run_checks
from tests.support.sending_desk import SendingDesk

OFFERED = "このたびはご購入いただき、ありがとうございました。"
WANTED = "このたびはお求めいただき、ありがとうございました。"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> SendingDesk:
    desk = SendingDesk(engine, clock)
    desk.customer()
    return desk


def rules_of(desk: SendingDesk) -> HouseRules:
    return HouseRules(units=desk.units, clock=desk.clock, gate=run_checks, guide=lambda: NO_GUIDE)


def edited(desk: SendingDesk, draft_id: str, *, by: str = "kaki", after: str = WANTED) -> None:
    """A draft that a writer changed and an approver let go."""
    desk.draft(draft_id, text=OFFERED)
    version = desk.read(draft_id).version
    assert version is not None
    if after != OFFERED:
        desk.decide.edit(draft_id, by=by, text=version.body.replace(OFFERED, after))
    decided = desk.decide.approve(draft_id, by="mori")
    assert decided.refusal is None, decided.refusal


def learned(desk: SendingDesk) -> HouseRule:
    for number in range(3):
        edited(desk, f"d{number}")
    (rule,) = rules_of(desk).propose(by="mori").found
    return rule


def test_edits_of_stored_drafts_become_a_proposal_with_their_counts(desk: SendingDesk) -> None:
    for number in range(3):
        edited(desk, f"d{number}")
    edited(desk, "d9", after=OFFERED)
    found = rules_of(desk).propose(by="mori")
    assert (found.looked, found.edited) == (4, 3)
    (rule,) = found.found
    assert rule.short == "「ご購入」→「お求め」 3/4"
    assert rule.editors == ("kaki",)
    assert {example.draft_id for example in rule.examples} == {"d0", "d1", "d2"}
    assert "佐藤" not in str(rule.examples)


def test_what_a_draft_lost_before_its_approval_by_hand_is_counted_against_the_machines_words(
    desk: SendingDesk,
) -> None:
    desk.draft("d1", text=OFFERED)
    version = desk.read("d1").version
    assert version is not None
    desk.decide.edit("d1", by="kaki", text=version.body.replace(OFFERED, "途中の文です。"))
    desk.decide.edit("d1", by="kaki", text=version.body.replace(OFFERED, WANTED))
    assert desk.decide.approve("d1", by="mori").refusal is None
    with desk.units(read_only=True) as work:
        (looked,) = work.voice.looked_at()
    assert OFFERED in looked.offered.body
    assert WANTED in looked.approved.body


def test_drafts_nobody_decided_or_that_were_rejected_teach_nothing(desk: SendingDesk) -> None:
    desk.draft("d1", text=OFFERED)
    desk.draft("d2", text=OFFERED)
    desk.decide.reject("d2", by="mori", reason="tone")
    assert rules_of(desk).propose(by="mori").looked == 0


def test_proposing_again_adds_no_row_until_the_counts_change(desk: SendingDesk) -> None:
    rule, rules = learned(desk), rules_of(desk)
    assert rules.propose(by="mori").new == ()
    assert len(rules.history(rule.rule_id)) == 1
    edited(desk, "d4")
    rules.propose(by="mori")
    assert [step.rule.changed for step in rules.history(rule.rule_id)] == [3, 4]
    assert len(rules.standing()) == 1


def test_a_life_of_a_rule_is_rows_with_who_and_why(desk: SendingDesk) -> None:
    rule, rules = learned(desk), rules_of(desk)
    rules.decide(rule.rule_id, RuleState.ACCEPTED, by="mori", why="店の言葉です")
    rules.decide(rule.rule_id, RuleState.UNDONE, by="mori")
    rules.decide(rule.rule_id, RuleState.REJECTED, by="mori", why="やめます")
    steps = rules.history(rule.rule_id)
    assert [step.state for step in steps] == [
        RuleState.PROPOSED,
        RuleState.ACCEPTED,
        RuleState.UNDONE,
        RuleState.REJECTED,
    ]
    assert steps[1].by == "mori"
    assert steps[1].why == "店の言葉です"
    rules.propose(by="mori")
    assert len(rules.history(rule.rule_id)) == 4


@pytest.mark.parametrize("who", ["kaki", "mita"])
def test_only_who_decides_on_drafts_decides_on_rules(desk: SendingDesk, who: str) -> None:
    rule, rules = learned(desk), rules_of(desk)
    with pytest.raises(PolicyRefusal):
        rules.decide(rule.rule_id, RuleState.ACCEPTED, by=who)
    with pytest.raises(NotFound):
        rules.decide(rule.rule_id, RuleState.ACCEPTED, by="nobody")
    assert rules.standing()[0].state is RuleState.PROPOSED


def test_an_accepted_rule_cannot_be_accepted_or_rejected_again(desk: SendingDesk) -> None:
    rule, rules = learned(desk), rules_of(desk)
    rules.decide(rule.rule_id, RuleState.ACCEPTED, by="mori")
    for state in (RuleState.ACCEPTED, RuleState.REJECTED):
        with pytest.raises(PolicyRefusal) as refused:
            rules.decide(rule.rule_id, state, by="mori")
        assert "先に取り消してください" in refused.value.ja


def proposed(desk: SendingDesk, rule: HouseRule) -> str:
    with desk.units() as work:
        work.voice.add_step(RuleStep(rule, RuleState.PROPOSED, "okaeri", "", desk.clock.now()))
        work.commit()
    return rule.rule_id


def test_two_rules_for_one_phrase_cannot_both_be_accepted(desk: SendingDesk) -> None:
    rules = rules_of(desk)
    first = proposed(desk, HouseRule(RuleKind.REPHRASE, "ご購入", "お求め", 3, 3, 3))
    second = proposed(desk, HouseRule(RuleKind.REPHRASE, "ご購入", "お買い上げ", 3, 3, 3))
    rules.decide(first, RuleState.ACCEPTED, by="mori")
    with pytest.raises(PolicyRefusal) as refused:
        rules.decide(second, RuleState.ACCEPTED, by="mori")
    assert "重なります" in refused.value.ja
    rules.decide(first, RuleState.UNDONE, by="mori")
    rules.decide(second, RuleState.ACCEPTED, by="mori")


def test_two_managers_at_once_cannot_accept_two_rules_that_exclude_each_other(desk: SendingDesk) -> None:
    wanted = [
        proposed(desk, HouseRule(RuleKind.REPHRASE, "ご購入", after, 3, 3, 3))
        for after in ("お求め", "お買い上げ", "お買い物", "ご注文")
    ]

    def accept(rule_id: str) -> bool:
        try:
            rules_of(desk).decide(rule_id, RuleState.ACCEPTED, by="mori")
        except PolicyRefusal:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(accept, wanted))
    assert done.count(True) == 1
    assert [step.state for step in rules_of(desk).standing()].count(RuleState.ACCEPTED) == 1


def test_what_the_law_forbids_is_not_accepted_however_it_came_to_be_proposed(desk: SendingDesk) -> None:
    rule = proposed(desk, HouseRule(RuleKind.CLOSING, "", "この化粧水でシミが消えます。", 5, 5, 5))
    with pytest.raises(PolicyRefusal) as refused:
        rules_of(desk).decide(rule, RuleState.ACCEPTED, by="mori")
    assert "シミ" in refused.value.ja


def test_the_effect_counts_texts_shows_three_and_judges_both(desk: SendingDesk) -> None:
    rule, rules = learned(desk), rules_of(desk)
    for number in range(4):
        desk.draft(f"w{number}", text=OFFERED)
    desk.draft("w8", text="お届けの品はいかがでしょうか。")
    effect = rules.effect(rule.rule_id)
    assert (effect.of, effect.changed, len(effect.shown)) == (5, 4, 3)
    assert OFFERED in effect.shown[0].before
    assert WANTED in effect.shown[0].after
    assert "西荻" not in effect.shown[0].after
    assert effect.before == effect.after
    assert effect.new == ()
    assert rules.standing()[0].state is RuleState.PROPOSED
    assert OFFERED in (desk.read("w0").version or desk.composed().version).body  # type: ignore[union-attr]


def test_an_effect_names_what_the_gate_would_newly_find(desk: SendingDesk) -> None:
    desk.draft("w1", text=OFFERED)
    bad = proposed(desk, HouseRule(RuleKind.CLOSING, "", "この化粧水でシミが消えます。", 5, 5, 5))
    effect = rules_of(desk).effect(bad)
    assert next(new.severity for new in effect.new) is Severity.BLOCK
    assert effect.after.get("block", 0) > effect.before.get("block", 0)


def test_a_rule_for_another_channel_changes_nothing_here(desk: SendingDesk) -> None:
    desk.draft("w1", text=OFFERED)
    line = HouseRule(
        RuleKind.CLOSING,
        "",
        "お返事はなくて大丈夫です。",
        5,
        5,
        5,
        occasion=Occasion.FOLLOW_UP,
        channel=Channel.LINE,
    )
    effect = rules_of(desk).effect(proposed(desk, line))
    assert (effect.of, effect.changed) == (0, 0)


def test_an_unknown_rule_is_said_to_be_unknown(desk: SendingDesk) -> None:
    for ask in (rules_of(desk).effect, rules_of(desk).history):
        with pytest.raises(NotFound):
            ask("r00000000")
