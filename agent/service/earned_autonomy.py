"""Let an occasion send by itself after it has earned it, show a part to people all the same, and stop at the first bad sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from agent.domain.autonomy import (
    ACTOR,
    STANDING_JA,
    Autonomy,
    Standing,
    Switch,
    is_sampled,
    may_go_alone,
    standing_of,
)
from agent.domain.draft import Draft, DraftState, Recommendation
from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal, StaleVersion
from agent.domain.finding import Severity
from agent.domain.label import Label
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.domain.staff import ROLE_JA, Right, Role
from agent.ports import Clock, UnitOfWork, UnitsOfWork
from agent.service.approve_draft import ApproveDraft

BATCH = 200
"""Waiting drafts looked at in one run; the rest in the next."""

TAKE_BACK = 10_000
"""Scheduled drafts looked through when everything is stopped."""


@dataclass(frozen=True, slots=True)
class WentAlone:
    """What a run did. approved: draft ids.    sampled: kept for people.    refused: id and reason of what the world forbade."""

    approved: tuple[str, ...]
    sampled: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    lost: tuple[str, ...]


class EarnedAutonomy:
    """Standings, switches, and the approvals nobody gives."""

    def __init__(self, *, units: UnitsOfWork, approve: ApproveDraft, clock: Clock) -> None:
        self._units, self._approve, self._clock = units, approve, clock

    def standings(self) -> list[Autonomy]:
        """Every occasion's standing today, and nothing changed by looking."""
        with self._units(read_only=True) as unit:
            return self._judge(unit, unit.labels.labels())

    def history(self) -> Sequence[Switch]:
        """Who turned what, newest first."""
        with self._units(read_only=True) as unit:
            return unit.autonomy.all()

    def labels(self) -> Sequence[Label]:
        """The shop's own labels, newest first."""
        with self._units(read_only=True) as unit:
            return unit.labels.labels()

    # -- switches

    def turn(self, occasion: Occasion, *, on: bool, by: str) -> Autonomy:
        """Switch an occasion to automatic (owners only, and only when earned), or back (whoever may decide).

        Raises NotFound for an unknown person, PolicyRefusal when the role or the record forbids it.
        """
        with self._units() as unit:
            unit.autonomy.lock()
            self._require(unit, by, owner=on)
            before = self._of(unit, occasion)
            if on and before.standing in (Standing.ON, Standing.STOPPED) and self._is_on(unit, occasion):
                return before
            if on and before.standing is not Standing.EARNED:
                raise PolicyRefusal(
                    f"{occasion} is {before.standing}, not earned",
                    ja=f"「{OCCASION_JA[occasion]}」は自動にできません（{STANDING_JA[before.standing]}）。{before.why}",
                )
            if not on and not self._is_on(unit, occasion):
                return before
            why = "オーナーが自動にしました" if on else "人が確認する形に戻しました"
            self._turn(unit, Switch(occasion, on, False, by, why, self._clock.now()))
            found = self._of(unit, occasion)
            unit.commit()
        return found

    def stop_all(self, *, by: str, why: str = "") -> None:
        """The kill switch: nothing goes by itself any more, and what went to the outbox by itself and was not claimed comes back.

        Whoever may decide may stop. A second stop changes nothing.
        """
        self._turn_all(on=False, by=by, why=why or "すべて停止")

    def resume_all(self, *, by: str, why: str = "") -> None:
        """Take the kill switch back; owners only."""
        self._turn_all(on=True, by=by, why=why or "停止を解除")

    # -- sending by itself

    def run(self) -> WentAlone:
        """Approve what may go without a person. Each draft in its own transaction: approved whole, or not at all.

        A standing that must be lost is lost first, in a transaction of its own, with an entry in the audit log.
        """
        lost = self._lose()
        approved: list[str] = []
        sampled: list[str] = []
        refused: list[tuple[str, str]] = []
        with self._units(read_only=True) as unit:
            if not any(switch.on for occasion, switch in unit.autonomy.newest().items() if occasion):
                return WentAlone((), (), (), lost)
            on = {a.occasion: a for a in self._judge(unit, unit.labels.labels()) if a.standing is Standing.ON}
            waiting = unit.drafts.listed({DraftState.WAITING}, limit=BATCH) if on else []
            candidates = [
                (draft, unit.drafts.trigger_of(draft.draft_id)) for draft in waiting if draft.occasion in on
            ]
        for draft, trigger in candidates:
            if not may_go_alone(on[draft.occasion], trigger=trigger, spotless=_spotless(draft)):
                continue
            if is_sampled(draft.draft_id):
                sampled.append(draft.draft_id)
                continue
            refusal = self._send_alone(draft)
            if refusal is None:
                approved.append(draft.draft_id)
            elif refusal:
                refused.append((draft.draft_id, refusal))
        return WentAlone(tuple(approved), tuple(sampled), tuple(refused), lost)

    def _send_alone(self, draft: Draft) -> str | None:
        """None when approved, the reason when the world forbids it, empty when somebody else was quicker."""
        assert draft.version is not None  # noqa: S101 - waiting drafts have a text
        digest = draft.version.digest(channel=draft.channel, recipient=draft.recipient)
        with self._units() as unit:
            unit.autonomy.lock()
            now = unit.autonomy.newest()
            switch, stopped = now.get(draft.occasion), now.get(None)
            if switch is None or not switch.on or (stopped is not None and not stopped.on):
                return ""
            try:
                decided = self._approve.approve(
                    unit,
                    draft.draft_id,
                    by=ACTOR,
                    reason="実績により自動で承認",
                    expected_digest=digest,
                    hold=timedelta(0),
                )
            except (StaleVersion, CallerMistake):
                return ""
            if decided.repeated:
                return ""
            if decided.refusal is None and any(
                f.severity is not Severity.NOTE for f in decided.findings or ()
            ):
                return "いまの検査で気になる点が見つかったため、人の確認を待ちます。"
            unit.commit()
        return decided.refusal.reason if decided.refusal else None

    def _lose(self) -> tuple[str, ...]:
        with self._units(read_only=True) as unit:
            if not any(switch.on for occasion, switch in unit.autonomy.newest().items() if occasion):
                return ()  # the usual case of a shop where people look at everything: no label is read
            if not any(a.lost_because for a in self._judge(unit, unit.labels.labels())):
                return ()
        lost = []
        with self._units() as unit:
            unit.autonomy.lock()
            for autonomy in self._judge(unit, unit.labels.labels()):
                if autonomy.lost_because:
                    self._turn(
                        unit,
                        Switch(
                            autonomy.occasion, False, True, ACTOR, autonomy.lost_because, self._clock.now()
                        ),
                    )
                    lost.append(autonomy.occasion.value)
                    self._take_back(unit, {autonomy.occasion}, by=ACTOR, why="自動送信の取り消し")
            unit.commit()
        return tuple(lost)

    # -- inside

    def _judge(self, unit: UnitOfWork, labels: Sequence[Label]) -> list[Autonomy]:
        switches, now = unit.autonomy.newest(), self._clock.now()
        return [
            standing_of(occasion, labels, switch=switches.get(occasion), stopped=switches.get(None), now=now)
            for occasion in Occasion
        ]

    def _of(self, unit: UnitOfWork, occasion: Occasion) -> Autonomy:
        return next(a for a in self._judge(unit, unit.labels.labels()) if a.occasion is occasion)

    def _is_on(self, unit: UnitOfWork, occasion: Occasion) -> bool:
        switch = unit.autonomy.newest().get(occasion)
        return switch is not None and switch.on

    def _turn_all(self, *, on: bool, by: str, why: str) -> None:
        with self._units() as unit:
            unit.autonomy.lock()
            self._require(unit, by, owner=on)
            standing = unit.autonomy.newest().get(None)
            if on == (standing is None or standing.on):
                return
            self._turn(unit, Switch(None, on, False, by, why, self._clock.now()))
            if not on:
                self._take_back(unit, set(Occasion), by=by, why="自動送信の停止")
            unit.commit()

    def _turn(self, unit: UnitOfWork, switch: Switch) -> None:
        unit.autonomy.turn(switch)
        action = "autonomy_on" if switch.on else ("autonomy_lost" if switch.lost else "autonomy_off")
        unit.audit.record(
            actor=switch.by,
            action=action,
            object_kind="autonomy",
            object_id=switch.occasion.value if switch.occasion else "all",
            detail={"why": switch.why},
        )

    def _take_back(self, unit: UnitOfWork, occasions: set[Occasion], *, by: str, why: str) -> None:
        """Nobody looked at these, and no worker has claimed them yet: people shall look now."""
        for draft in unit.drafts.listed({DraftState.SCHEDULED}, limit=TAKE_BACK):
            given = unit.drafts.decisions(draft.draft_id)
            if draft.occasion not in occasions or not given or given[-1].by != ACTOR:
                continue
            if unit.outbox.cancel(draft.draft_id, reason=why):
                unit.drafts.move(draft.draft_id, DraftState.WAITING, by=by, why=why)

    def _require(self, unit: UnitOfWork, by: str, *, owner: bool) -> None:
        found = unit.staff.find(by)
        if found is None:
            raise NotFound(f"no such user: {by}", ja=f"「{by}」という利用者がいません。")
        member = found[0]
        if not member.may(Right.DECIDE) or (owner and member.role is not Role.OWNER):
            needed = "オーナー" if owner else "承認者かオーナー"
            raise PolicyRefusal(
                f"{by} ({member.role}) may not do this",
                ja=f"この操作ができるのは{needed}です（{member.name}さんは{ROLE_JA[member.role]}）。",
            )


def _spotless(draft: Draft) -> bool:
    """Recommended, written by the machine and unchanged, and nothing found that asks for a look."""
    return (
        draft.recommendation is Recommendation.SEND
        and draft.version is not None
        and draft.version.number == 1
        and not any(f.severity in (Severity.BLOCK, Severity.REVIEW) for f in draft.findings)
    )
