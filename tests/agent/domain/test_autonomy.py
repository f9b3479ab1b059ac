"""When an occasion may send by itself, and when it may not any more."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from agent.domain.autonomy import (
    BAR,
    NEEDED,
    SAMPLE,
    Autonomy,
    Standing,
    Switch,
    is_sampled,
    may_go_alone,
    standing_of,
)
from agent.domain.label import Label, Outcome, agreement_of
from agent.domain.occasion import Channel, Occasion

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
THANKS = Occasion.THANK_YOU


def label(
    number: int,
    outcome: Outcome = Outcome.AS_IS,
    *,
    reason: str | None = None,
    blocked: bool = False,
    days_ago: float = 20,
    occasion: Occasion = THANKS,
) -> Label:
    return Label(
        draft_id=f"d{number}",
        occasion=occasion,
        channel=Channel.EMAIL,
        author="embedded",
        prompt_digest=None,
        fired=("wrong_price",) if blocked else (),
        blocked=blocked,
        outcome=outcome,
        reason=reason,
        by="mori",
        decided_at=NOW - timedelta(days=days_ago, seconds=number),
    )


def many(
    count: int, outcome: Outcome = Outcome.AS_IS, *, start: int = 0, days_ago: float = 20
) -> Iterator[Label]:
    return (label(start + i, outcome, days_ago=days_ago) for i in range(count))


def on(days_ago: float = 10) -> Switch:
    return Switch(THANKS, True, False, "owner", "", NOW - timedelta(days=days_ago))


def judged(*labels: Label, switch: Switch | None = None, stopped: Switch | None = None) -> Autonomy:
    return standing_of(THANKS, labels, switch=switch, stopped=stopped, now=NOW)


@pytest.mark.parametrize(
    ("outcome", "reason", "blocked", "agrees"),
    [
        (Outcome.AS_IS, None, False, True),
        (Outcome.AS_IS, None, True, False),
        (Outcome.EDITED, None, False, False),
        (Outcome.EDITED, None, True, True),
        (Outcome.REWRITTEN, None, False, False),
        (Outcome.REJECTED, "facts", False, False),
        (Outcome.REJECTED, "law", True, True),
        (Outcome.REJECTED, "timing", False, None),
        (Outcome.REJECTED, "timing", True, True),
        (Outcome.NEVER, None, False, None),
    ],
)
def test_what_a_decision_says_of_the_gate(
    outcome: Outcome, reason: str | None, blocked: bool, agrees: bool | None
) -> None:
    assert label(1, outcome, reason=reason, blocked=blocked).agrees is agrees


def test_fifty_clean_approvals_earn_it_and_forty_nine_do_not() -> None:
    assert judged(*many(NEEDED - 1)).standing is Standing.LEARNING
    assert "あと1件" in judged(*many(NEEDED - 1)).why
    assert judged(*many(NEEDED)).standing is Standing.EARNED


def test_agreement_must_be_high_even_at_its_lower_end() -> None:
    """50 as they were and 2 edited: 50/52, whose lower bound is under the bar."""
    found = judged(*many(NEEDED), *many(2, Outcome.EDITED, start=100))
    assert found.agreed.low is not None
    assert found.agreed.low < BAR
    assert found.standing is Standing.LEARNING


def test_wilsons_interval_is_the_published_one() -> None:
    """Newcombe 1998, table I, method 3: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611."""
    found = agreement_of(81, 263)
    assert (round(found.low or 0, 4), round(found.high or 0, 4)) == (0.2553, 0.3662)
    assert round(agreement_of(0, 20).high or 0, 4) == 0.1611
    assert agreement_of(0, 0).share is None


@pytest.mark.parametrize("occasion", [Occasion.VIP, Occasion.SERVICE_RECOVERY])
def test_some_occasions_always_need_a_person(occasion: Occasion) -> None:
    labels = [label(i, occasion=occasion) for i in range(200)]
    switch = Switch(occasion, True, False, "owner", "", NOW - timedelta(days=1))
    found = standing_of(occasion, labels, switch=switch, stopped=None, now=NOW)
    assert found.standing is Standing.NEVER
    assert not may_go_alone(found, trigger="order:1", spotless=True)


def test_labels_of_another_occasion_earn_nothing_here() -> None:
    assert judged(*(label(i, occasion=Occasion.WIN_BACK) for i in range(80))).clean == 0


def test_one_rejection_for_facts_loses_it_at_once() -> None:
    bad = label(900, Outcome.REJECTED, reason="facts", days_ago=1)
    found = judged(*many(80), bad, switch=on())
    assert found.standing is Standing.LOST
    assert found.lost_because is not None
    assert "事実が違う" in found.lost_because


@pytest.mark.parametrize(
    ("reason", "blocked", "days_ago"),
    [("tone", False, 1.0), ("facts", True, 1.0), ("facts", False, 11.0)],
)
def test_other_rejections_do_not_lose_it_at_once(reason: str, blocked: bool, days_ago: float) -> None:
    """Tone is no grave matter, the gate had seen it itself, or it happened before the switch was turned."""
    bad = label(900, Outcome.REJECTED, reason=reason, blocked=blocked, days_ago=days_ago)
    assert judged(*many(80), bad, switch=on()).standing is Standing.ON


def test_a_bad_week_is_drift_and_a_bad_day_is_not() -> None:
    bad_day = list(many(3, Outcome.EDITED, start=500, days_ago=1))
    assert judged(*many(80), *bad_day, switch=on()).standing is Standing.ON
    good, bad = many(4, start=600, days_ago=2), many(8, Outcome.EDITED, start=700, days_ago=2)
    found = judged(*many(80), *good, *bad, switch=on())
    assert (found.week.agreed, found.week.of) == (4, 12)
    assert found.standing is Standing.LOST
    assert "4／12件" in (found.lost_because or "")


def test_after_a_loss_only_new_labels_count() -> None:
    lost = Switch(THANKS, False, True, "okaeri:auto", "取り消しました。", NOW - timedelta(days=5))
    found = judged(*many(80), *many(3, start=500, days_ago=1), switch=lost)
    assert (found.standing, found.clean) == (Standing.LOST, 3)
    assert judged(*many(80), *many(NEEDED, start=500, days_ago=1), switch=lost).standing is Standing.EARNED


def test_the_kill_switch_stops_what_is_on_and_drift_is_still_noticed() -> None:
    stop = Switch(None, False, False, "mori", "様子がおかしい", NOW)
    assert judged(*many(80), switch=on(), stopped=stop).standing is Standing.STOPPED
    bad = label(900, Outcome.REJECTED, reason="law", days_ago=1)
    assert judged(*many(80), bad, switch=on(), stopped=stop).lost_because
    resumed = Switch(None, True, False, "owner", "", NOW)
    assert judged(*many(80), switch=on(), stopped=resumed).standing is Standing.ON


@pytest.mark.parametrize("trigger", ["cli", "console", "demo"])
def test_a_draft_somebody_asked_for_waits_for_them(trigger: str) -> None:
    found = judged(*many(80), switch=on())
    assert not may_go_alone(found, trigger=trigger, spotless=True)
    assert may_go_alone(found, trigger="order:1001", spotless=True)
    assert not may_go_alone(found, trigger="order:1001", spotless=False)


def test_one_draft_in_twenty_is_shown_to_a_person_and_always_the_same_one() -> None:
    ids = [f"d{i:011x}" for i in range(20_000)]
    share = sum(map(is_sampled, ids)) / len(ids)
    assert abs(share - SAMPLE) < 0.006, "four standard errors"
    assert [is_sampled(i) for i in ids[:50]] == [is_sampled(i) for i in ids[:50]]
