"""Eight weeks of a desk's work, lived through: approvals, a few edits and rejections, switches. For pictures and tests."""

from datetime import timedelta

from agent.clock import FixedClock
from agent.domain.autonomy import ACTOR, Switch
from agent.domain.occasion import Occasion
from tests.support.console_desk import ConsoleDesk

WEEKS = 8
A_WEEK: dict[Occasion, int] = {Occasion.THANK_YOU: 9, Occasion.FOLLOW_UP: 8, Occasion.WIN_BACK: 3}
"""Drafts decided in a week."""


def live_through(desk: ConsoleDesk, clock: FixedClock) -> None:
    """Follow-ups go by themselves, thank-yous have earned it, win-backs had it taken away; ends at the clock's moment."""
    end = clock.moment
    clock.moment = end - timedelta(weeks=WEEKS)
    for week in range(WEEKS):
        clock.moment += timedelta(days=1)
        for occasion, count in A_WEEK.items():
            for number in range(count):
                _decide(desk, occasion, week, number)
            clock.moment += timedelta(days=1)
        if week == WEEKS - 2:
            _turn(desk, clock, Occasion.FOLLOW_UP, on=True)
            _turn(desk, clock, Occasion.WIN_BACK, on=True)
        clock.moment += timedelta(days=3)
    with desk.units() as unit:
        why = "検査を通った下書きが「事実が違う」として却下されたため、自動送信を取り消しました。"
        unit.autonomy.turn(Switch(Occasion.WIN_BACK, False, True, ACTOR, why, clock.now()))
        unit.commit()
    clock.moment = end


def _decide(desk: ConsoleDesk, occasion: Occasion, week: int, number: int) -> None:
    draft_id = f"r{occasion.value[:2]}{week}{number}"
    customer = desk.rows.customer(f"c{draft_id}", line_user_id=f"U{draft_id:0>32}", consent_line=True)
    desk.rows.order(customer, (desk.clock.now() - timedelta(days=40)).date(), net_yen=3_300)
    desk.draft(draft_id, customer=customer, occasion=occasion)
    if (week, number) in {(0, 1), (1, 4), (3, 0)} and occasion is not Occasion.FOLLOW_UP:
        desk.decide.reject(draft_id, by="mori", reason="tone")
        return
    if occasion is Occasion.WIN_BACK and (week, number) == (WEEKS - 1, 2):
        desk.decide.reject(draft_id, by="mori", reason="facts")
        return
    decided = desk.decide.approve(draft_id, by="mori")
    assert decided.refusal is None, decided.refusal


def _turn(desk: ConsoleDesk, clock: FixedClock, occasion: Occasion, *, on: bool) -> None:
    with desk.units() as unit:
        unit.autonomy.turn(Switch(occasion, on, False, "oono", "オーナーが自動にしました", clock.now()))
        unit.commit()
