"""Write a draft anew when the world has moved on: today's facts, stock, prices and rewards; the old text stays on record."""

import hashlib
from typing import Protocol

from agent.domain.draft import STATE_JA, Draft, DraftState
from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal
from agent.domain.occasion import Channel, Occasion
from agent.domain.staff import ROLE_JA, Right
from agent.ports import UnitOfWork, UnitsOfWork
from agent.service.audit_text import text_sealed

REDRAFTED = frozenset({DraftState.HELD, DraftState.WAITING, DraftState.EXPIRED})
"""States in which a new text may take the draft's place."""


class Composer(Protocol):
    """Writes a draft by the normal chain (`agent.service.compose_draft.ComposeDraft`)."""

    async def __call__(
        self,
        *,
        customer: str,
        occasion: Occasion,
        channel: Channel,
        trigger: str,
        supersede: str | None,
        draft_id: str | None,
    ) -> Draft: ...


class Redraft:
    """Replaces a draft by a new one for today. The same text is redrafted once: a second press shows the same new draft."""

    def __init__(self, *, units: UnitsOfWork, composer: Composer) -> None:
        self._units, self._compose = units, composer

    async def __call__(self, draft_id: str, *, by: str) -> Draft:
        """The new draft: waiting, held, or without a text when nothing should be sent any more.

        Raises NotFound for an unknown draft, person or customer, PolicyRefusal without the right to write, CallerMistake when
        the draft was answered already.
        """
        with self._units() as unit:
            _require_writer(unit, by)
            old = unit.drafts.get(draft_id, lock=True)
            following = successor(old)
            if (there := _find(unit, following)) is not None:
                return there
            if old.state not in REDRAFTED:
                raise CallerMistake(
                    f"draft {draft_id} is {old.state}",
                    ja=f"この下書きは「{STATE_JA[old.state]}」のため、書き直せません。画面を更新してご確認ください。",
                )
            trigger = unit.drafts.trigger_of(draft_id)
            unit.audit.record(
                actor=by,
                action="redraft_asked",
                object_kind="draft",
                object_id=draft_id,
                detail={**text_sealed(old), "becomes": following},
            )
            unit.commit()
        new = await self._compose(
            customer=old.customer_id,
            occasion=old.occasion,
            channel=old.channel,
            trigger=trigger,
            supersede=draft_id,
            draft_id=following,
        )
        with self._units() as unit:
            unit.audit.record(
                actor=by,
                action="redrafted",
                object_kind="draft",
                object_id=new.draft_id,
                detail={"replaces": draft_id, **text_sealed(new, before=old)},
            )
            unit.commit()
        return new


def successor(draft: Draft) -> str:
    """The id of the draft that will replace this very text."""
    number = draft.version.number if draft.version else 0
    return "d" + hashlib.sha256(f"{draft.draft_id}.{number}".encode()).hexdigest()[:11]


def _find(unit: UnitOfWork, draft_id: str) -> Draft | None:
    try:
        return unit.drafts.get(draft_id)
    except NotFound:
        return None


def _require_writer(unit: UnitOfWork, by: str) -> None:
    found = unit.staff.find(by)
    if found is None:
        raise NotFound(f"no member of staff {by!r}", ja=f"担当者「{by}」は登録されていません。")
    member = found[0]
    if not member.may(Right.WRITE):
        raise PolicyRefusal(
            f"{by} ({member.role}) may not write",
            ja=f"「{by}」さんの権限（{ROLE_JA[member.role]}）では、この操作はできません。",
        )
