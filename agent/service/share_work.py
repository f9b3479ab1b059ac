"""Who looks after which draft, and who has it open right now? Words between colleagues: nothing is locked by them."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from agent.domain.draft import DraftState
from agent.domain.errors import CallerMistake
from agent.domain.staff import Right, StaffMember
from agent.ports import Clock, UnitsOfWork
from agent.ports.desk_people import Assignment

OPEN = frozenset({DraftState.WAITING, DraftState.HELD})
LOOK_SECONDS = 60.0
"""A page says every twenty seconds that it is open; after three silences nobody is there."""


@dataclass(frozen=True, slots=True)
class AroundDraft:
    """The people around one draft. looking: others who have it open; may_take: who could look after it."""

    assignment: Assignment | None
    looking: tuple[str, ...]
    may_take: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How many open drafts a person looks after."""

    member: StaffMember
    drafts: int


class ShareWork:
    """Assign, release, look. real_now: real seconds; presence does not move with the business clock."""

    def __init__(
        self, *, units: UnitsOfWork, clock: Clock, real_now: Callable[[], float] = time.time
    ) -> None:
        self._units, self._clock, self._real_now = units, clock, real_now

    def around(self, draft_id: str, *, me: str, looking_now: bool = False) -> AroundDraft:
        """The people around a draft. looking_now: note that I have it open. Raises NotFound."""
        now = self._real_now()
        with self._units(read_only=not looking_now) as unit:
            unit.drafts.trigger_of(draft_id)  # raises where there is no such draft
            if looking_now:
                unit.people.look(draft_id, me, seen=now, forget_before=now - 10 * LOOK_SECONDS)
                unit.commit()
            return AroundDraft(
                assignment=unit.people.assignments([draft_id]).get(draft_id),
                looking=tuple(n for n in unit.people.looking(draft_id, since=now - LOOK_SECONDS) if n != me),
                may_take=tuple(m.name for m in unit.staff.members() if m.may(Right.WRITE)),
            )

    def assign(self, draft_id: str, to: str, *, by: str) -> None:
        """Put a draft into somebody's hands; an empty name puts it into nobody's. Raises NotFound, CallerMistake."""
        with self._units() as unit:
            unit.drafts.trigger_of(draft_id)
            before = unit.people.assignments([draft_id]).get(draft_id)
            if (before.assignee if before else "") == to:
                return
            if to:
                found = unit.staff.find(to)
                if found is None or not found[0].may(Right.WRITE):
                    raise CallerMistake(
                        f"{to!r} cannot look after drafts",
                        ja="その方には任せられません。手直しのできる方を選んでください。",
                    )
                unit.people.assign(Assignment(draft_id, found[0].name, by, self._clock.now()))
            else:
                unit.people.release(draft_id)
            unit.audit.record(
                actor=by,
                action="assigned" if to else "released",
                object_kind="draft",
                object_id=draft_id,
                detail={"to": to or None, "before": before.assignee if before else None},
            )
            unit.commit()

    def loads(self) -> list[Load]:
        """Everybody who may look after drafts, or still does, fullest hands first."""
        with self._units(read_only=True) as unit:
            counts = unit.people.load(OPEN)
            members = unit.staff.members()
        found = [
            Load(member, counts.get(member.name, 0))
            for member in members
            if member.may(Right.WRITE) or counts.get(member.name)
        ]
        return sorted(found, key=lambda load: (-load.drafts, load.member.name))
