"""A run sums up what the gate did; a run made worse fails, and noise does not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agent.domain.errors import CallerMistake, OperatorMustFix
from agent.domain.finding import Finding, Severity, Verdict
from agent.domain.message import Addressee, MessageContext, ShopIdentity, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from evals.suite.batches import Case, Kind, Label, Quoted, Split
from evals.suite.compare import Recorded, compare, examples_of, read_recorded, write_recorded
from evals.suite.floors import Floor, hold, read_floors
from evals.suite.intervals import share
from evals.suite.outcome import Outcome, outcome_of
from evals.suite.scorecard import NOTHING, score_outcomes
from evals.suite.subject import gate_subject

SHOP = ShopIdentity("茶の間", "茶の間", "東京都", "a@t.example", "https://t.example/u", "t.example")


def case(
    number: int,
    kind: Kind = Kind.DEFECT,
    checks: tuple[str, ...] = ("wrong_name",),
    also_ok: tuple[str, ...] = (),
) -> Case:
    context = MessageContext(
        f"c{number}",
        SHOP,
        Addressee("k", "石田", "薫"),
        (),
        (),
        None,
        Occasion.THANK_YOU,
        Channel.LINE,
        date(2026, 11, 20),
    )
    message = WrittenMessage(f"d{number}", f"c{number}", None, "石井様、ありがとうございます。")
    right = checks if kind is Kind.DEFECT else ()
    quotes = (Quoted(field="body", quote="石井様"),) if right else ()
    label = Label(draft_id=f"d{number}", kind=kind, checks=right, also_ok=also_ok, quotes=quotes)
    return Case("b1", Split.DEV, context, message, label)


def fired(check: str, span: tuple[int, int] = (0, 2), severity: Severity = Severity.BLOCK) -> Verdict:
    return Verdict((Finding(check, severity, "body", span, "石井様"[slice(*span)], "理由"),))


def judged(what: Case, verdict: Verdict) -> Outcome:
    return outcome_of(what, verdict, seconds=0.001)


CAUGHT = fired("wrong_name")
PASSED = Verdict(())


def outcomes(caught: int, missed: int, passed: int = 0, stopped: int = 0) -> list[Outcome]:
    defects = [judged(case(n), CAUGHT if n < caught else PASSED) for n in range(caught + missed)]
    clean = [
        judged(case(1000 + n, Kind.CLEAN), PASSED if n < passed else CAUGHT) for n in range(passed + stopped)
    ]
    return defects + clean


# -- one outcome


def test_an_expected_check_at_the_labelled_words_is_named_and_located() -> None:
    found = judged(case(1), CAUGHT)
    assert (found.blocked, found.named, found.located, found.right) == (True, True, True, True)


def test_an_equally_right_name_counts_as_named() -> None:
    found = judged(case(1, also_ok=("missing_honorific",)), fired("missing_honorific"))
    assert (found.named, found.wrongly_fired) == (True, ())


def test_another_check_blocks_without_being_named() -> None:
    found = judged(case(1), fired("keigo_error"))
    assert (found.blocked, found.named, found.located, found.wrongly_fired) == (
        True,
        False,
        None,
        ("keigo_error",),
    )


def test_a_finding_elsewhere_is_not_located() -> None:
    assert judged(case(1), fired("wrong_name", (5, 9))).located is False


def test_advice_blocks_nothing() -> None:
    assert not judged(case(1), fired("wrong_name", severity=Severity.REVIEW)).blocked


# -- the scorecard


def test_shares_count_what_was_caught_and_wrongly_stopped() -> None:
    card = score_outcomes(outcomes(caught=8, missed=2, passed=3, stopped=1))
    assert (card.block_recall.hits, card.block_recall.of) == (8, 10)
    assert (card.clean_blocked.hits, card.clean_blocked.of) == (1, 4)
    assert card.hard_negative_blocked.value is None
    assert card.measure("recall.wrong_name").value == 0.8
    assert card.measure("precision.wrong_name").value == pytest.approx(8 / 9)


def test_f1_is_the_harmonic_mean() -> None:
    card = score_outcomes(outcomes(caught=8, missed=2, passed=3, stopped=1))
    score = {one.check: one for one in card.checks}["wrong_name"]
    assert score.f1 == pytest.approx(2 * 0.8 * (8 / 9) / (0.8 + 8 / 9))


def test_the_confusion_shows_what_fired_instead_and_what_did_not() -> None:
    card = score_outcomes(
        [judged(case(1), CAUGHT), judged(case(2), fired("keigo_error")), judged(case(3), PASSED)]
    )
    assert card.confusion == {"wrong_name": {"wrong_name": 1, "keigo_error": 1, NOTHING: 1}}


def test_epochs_count_once_and_show_how_steady_the_verdict_is() -> None:
    first = outcomes(caught=3, missed=1)
    again = [
        replace(o, epoch=2, blocked=False, fired=()) if o.id == "d0" else replace(o, epoch=2) for o in first
    ]
    card = score_outcomes([*first, *again])
    assert (card.cases, card.block_recall.hits) == (4, 3)
    assert (card.consistency.hits, card.consistency.of) == (3, 4)


# -- floors


def floor(**changed: object) -> Floor:
    return Floor.model_validate(
        {"measure": "block_recall", "at_least": 0.95, "by": "interval", "reason": "r", **changed}
    )


def broken(found: Sequence[Outcome], limit: Floor) -> bool | None:
    return hold([limit], score_outcomes(found).measure)[0].broken


def test_a_floor_by_interval_breaks_only_on_evidence() -> None:
    assert broken(outcomes(caught=9, missed=1), floor()) is False
    assert broken(outcomes(caught=80, missed=20), floor()) is True


def test_a_floor_by_value_breaks_at_once() -> None:
    assert broken(outcomes(caught=9, missed=1), floor(by="value")) is True


def test_a_ceiling_breaks_when_too_much_is_stopped() -> None:
    limit = floor(measure="clean_blocked", at_least=None, at_most=0.03)
    assert broken(outcomes(caught=1, missed=0, passed=20, stopped=20), limit) is True
    assert broken(outcomes(caught=1, missed=0, passed=40), limit) is False


def test_a_floor_without_cases_is_neither_held_nor_broken() -> None:
    assert broken(outcomes(caught=3, missed=0), floor(measure="clean_blocked")) is None


def test_short_of_an_aim_is_told_and_breaks_nothing() -> None:
    low = Floor(measure="m", at_least=0.8, by="value", aim=0.95, reason="r")
    high = Floor(measure="m", at_most=0.4, by="value", aim=0.05, reason="r")
    (first,) = hold([low], lambda _: share(9, 10))
    (second,) = hold([high], lambda _: share(3, 10))
    (reached,) = hold([low], lambda _: share(96, 100))
    assert [(one.broken, one.short_of_aim) for one in (first, second, reached)] == [
        (False, True),
        (False, True),
        (False, False),
    ]
    assert first.document()["aim"] == 0.95


def test_the_shipped_floors_can_be_measured_and_say_why() -> None:
    card = score_outcomes(outcomes(caught=3, missed=0))
    floors = [one for one in read_floors() if not one.measure.startswith("letters")]
    assert len(hold(floors, card.measure)) >= 8


def test_a_floor_on_an_unknown_measure_is_refused() -> None:
    with pytest.raises(OperatorMustFix):
        hold([floor(measure="recall.no_such")], score_outcomes(outcomes(1, 0)).measure)


@pytest.mark.parametrize("text", ["floors:\n- {measure: x, by: value, reason: r}\n", "nothing: 1\n", "- ["])
def test_unreadable_floors_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "floors.yaml").write_text(text)
    with pytest.raises(OperatorMustFix):
        read_floors(tmp_path / "floors.yaml")


# -- comparison


def test_a_gate_that_misses_many_more_has_really_dropped() -> None:
    found = compare(examples_of(outcomes(40, 0)), examples_of(outcomes(28, 12)))
    assert "defects_blocked" in found.real_drops
    assert sum(not change.better for change in found.changed if change.measure == "defects_blocked") == 12


def test_one_more_miss_is_noise() -> None:
    found = compare(examples_of(outcomes(40, 0)), examples_of(outcomes(39, 1)))
    assert found.real_drops == []
    assert {change.id for change in found.changed} == {"d39"}


def test_stopping_good_messages_is_a_drop_too() -> None:
    found = compare(
        examples_of(outcomes(1, 0, passed=40)), examples_of(outcomes(1, 0, passed=28, stopped=12))
    )
    assert found.real_drops == ["good_passed"]


def test_only_common_examples_are_compared() -> None:
    found = compare(examples_of(outcomes(4, 0)), examples_of(outcomes(6, 0)))
    assert (found.differences["defects_blocked"].pairs, found.unpaired) == (4, 2)


def test_a_recorded_run_can_be_read_again(tmp_path: Path) -> None:
    made = Recorded(split="dev", data="d", subject="s", examples=examples_of(outcomes(2, 1, 1)))
    write_recorded(made, tmp_path / "base" / "dev.json")
    assert read_recorded(tmp_path / "base" / "dev.json") == made


def test_a_damaged_baseline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text("{")
    with pytest.raises(CallerMistake):
        read_recorded(tmp_path / "dev.json")


# -- the subject


def test_a_gate_without_a_check_lets_its_defects_through() -> None:
    what = case(1)
    whole, poorer = gate_subject(), gate_subject(without=["wrong_name"])
    assert whole.judge(what.context, what.message).blocked
    assert not any(f.check == "wrong_name" for f in poorer.judge(what.context, what.message).findings)
    assert whole.digest != poorer.digest


def test_leaving_out_an_unknown_check_is_refused() -> None:
    with pytest.raises(CallerMistake):
        gate_subject(without=["wrong_nam"])


def test_the_rules_alone_are_another_subject() -> None:
    rules, both = gate_subject(tiers=1), gate_subject(tiers=2)
    assert (rules.name, both.name) == ("rules", "gate")
    assert rules.digest != both.digest
    what = case(1)
    assert rules.judge(what.context, what.message).blocked
