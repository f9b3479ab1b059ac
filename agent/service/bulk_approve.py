"""Approve many drafts that need no second look: chosen, one of them read, each approved by itself."""

import hashlib
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import timedelta

from agent.domain.draft import Draft
from agent.domain.errors import CallerMistake, NotFound, OkaeriError, OperatorMustFix, PolicyRefusal
from agent.domain.occasion import Occasion
from agent.domain.occasion_brief import TWO_PEOPLE
from agent.ports import Clock, UnitOfWork, UnitsOfWork
from agent.ports.selections import OneApproved, Selection
from agent.service.bulk_rules import ONE_BY_ONE, not_together
from agent.service.decide_draft import DecideDraft

MOST = 50
"""Drafts in one selection: what a person can still look through by name."""
PER_DRAFT = timedelta(seconds=1)
"""What approving one draft takes at most; the first of many must still be there when the last is approved."""


class BulkApprove:
    """Select, open the sample, approve, undo. What was approved is remembered: a second press tells the same and changes nothing."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        decisions: DecideDraft,
        clock: Clock,
        two_people: Set[Occasion] = TWO_PEOPLE,
    ) -> None:
        self._units, self._decisions, self._clock = units, decisions, clock
        self.alone = frozenset(ONE_BY_ONE | two_people)

    def eligible(self, unit: UnitOfWork, *, occasion: Occasion | None = None) -> list[Draft]:
        """The oldest waiting drafts that may be approved together, at most `MOST`."""
        ids = unit.day.green(barred=self.alone, occasion=occasion, limit=MOST)
        drafts = [unit.drafts.get(draft_id) for draft_id in ids]
        return [draft for draft in drafts if not_together(draft, draft.findings, alone=self.alone) is None]

    def select(self, draft_ids: Sequence[str], *, by: str) -> Selection:
        """Remember what a person wants to approve. Drafts that do not belong here are left out. Raises CallerMistake for none or too
        many."""
        wanted = sorted(set(draft_ids))
        if len(wanted) > MOST:
            raise CallerMistake(
                f"{len(wanted)} drafts, at most {MOST}",
                ja=f"一度に承認できるのは{MOST}件までです。数を減らしてください。",
            )
        with self._units() as unit:
            items = tuple(self._item(unit, draft_id) for draft_id in wanted)
            kept = tuple(item for item in items if item is not None)
            if not kept:
                raise CallerMistake(
                    "nothing to approve",
                    ja="まとめて承認できる下書きが選ばれていません。お便りを選んでから、もう一度押してください。",
                )
            selection = self._fresh(unit, kept, by=by)
            unit.selections.add(selection)
            unit.audit.record(
                actor=by,
                action="bulk_selected",
                object_kind="selection",
                object_id=selection.selection_id,
                detail={"drafts": [draft_id for draft_id, _ in kept], "sample": selection.sample_id},
            )
            unit.commit()
        return selection

    def read(self, selection_id: str, *, by: str) -> Selection:
        """A person's own selection. Raises NotFound for an unknown one and for somebody else's."""
        with self._units(read_only=True) as unit:
            return _own(unit, selection_id, by)

    def open_sample(self, selection_id: str, *, by: str) -> Selection:
        """The person looks at the sample. Raises NotFound."""
        with self._units() as unit:
            selection = _own(unit, selection_id, by)
            if selection.opened_at is None:
                unit.selections.opened(selection_id, at=self._clock.now())
                unit.audit.record(
                    actor=by,
                    action="bulk_sample_opened",
                    object_kind="selection",
                    object_id=selection_id,
                    detail={"draft_id": selection.sample_id},
                )
                unit.commit()
            return _own(unit, selection_id, by)

    def approve(self, selection_id: str, *, by: str, hold: timedelta) -> Selection:
        """Approve each draft in a transaction of its own, with the very text that was offered. hold: how long all may still be undone.

        Raises NotFound, PolicyRefusal before the sample was opened, and OperatorMustFix without sender settings.
        """
        selection = self.read(selection_id, by=by)
        if selection.done_at is not None:
            return selection
        if selection.opened_at is None:
            raise PolicyRefusal(
                f"the sample of {selection_id} was not opened",
                ja="見本をまだ開いていません。見本の文面を確かめてから承認してください。",
            )
        results = []
        for position, (draft_id, digest) in enumerate(selection.items):
            rest = PER_DRAFT * (len(selection.items) - position)
            results.append(self._one(draft_id, digest, by=by, hold=hold + rest))
        with self._units() as unit:
            if _own(unit, selection_id, by).done_at is None:
                unit.selections.finished(selection_id, results, at=self._clock.now())
                unit.audit.record(
                    actor=by,
                    action="bulk_approved",
                    object_kind="selection",
                    object_id=selection_id,
                    detail={
                        "approved": [one.draft_id for one in results if one.approved],
                        "refused": {one.draft_id: one.reason for one in results if not one.approved},
                    },
                )
                unit.commit()
            return _own(unit, selection_id, by)

    def undo(self, selection_id: str, *, by: str) -> Selection:
        """Take back whatever nobody has begun to send. Raises NotFound, PolicyRefusal (role)."""
        selection = self.read(selection_id, by=by)
        results = []
        for one in selection.results or ():
            if one.approved and not one.undone:
                one = replace(one, undone=self._decisions.undo_approval(one.draft_id, by=by))
            results.append(one)
        with self._units() as unit:
            if selection.results is not None:
                unit.selections.finished(selection_id, results, at=self._clock.now())
                unit.audit.record(
                    actor=by,
                    action="bulk_undone",
                    object_kind="selection",
                    object_id=selection_id,
                    detail={"undone": [one.draft_id for one in results if one.undone]},
                )
                unit.commit()
            return _own(unit, selection_id, by)

    # -- inside

    def _item(self, unit: UnitOfWork, draft_id: str) -> tuple[str, str] | None:
        try:
            draft = unit.drafts.get(draft_id)
        except NotFound:
            return None
        if draft.version is None or not_together(draft, draft.findings, alone=self.alone):
            return None
        return draft_id, draft.version.digest(channel=draft.channel, recipient=draft.recipient)

    def _fresh(self, unit: UnitOfWork, items: tuple[tuple[str, str], ...], *, by: str) -> Selection:
        """The same drafts chosen again by the same person are the same selection, until it was approved."""
        for turn in range(1000):
            sealed = hashlib.sha256("\n".join([by, str(turn), *map(str, items)]).encode()).hexdigest()
            known = unit.selections.find(f"bs_{sealed[:24]}")
            if known is None or known.done_at is None:
                break
        sample = items[int(sealed, 16) % len(items)][0]
        return known or Selection(f"bs_{sealed[:24]}", by, items, sample, self._clock.now())

    def _one(self, draft_id: str, digest: str, *, by: str, hold: timedelta) -> OneApproved:
        try:
            decided = self._decisions.approve(
                draft_id, by=by, expected_digest=digest, hold=hold, together=self.alone
            )
        except OperatorMustFix:
            raise
        except OkaeriError as error:
            return OneApproved(draft_id, False, error.ja)
        if decided.refusal:
            return OneApproved(draft_id, False, decided.refusal.reason)
        if decided.repeated and decided.decision and decided.decision.by != by:
            return OneApproved(draft_id, False, f"{decided.decision.by}さんが、先に承認しました。")
        return OneApproved(draft_id, True)


def _own(unit: UnitOfWork, selection_id: str, by: str) -> Selection:
    found = unit.selections.find(selection_id)
    if found is None or found.actor != by:
        raise NotFound(
            f"no selection {selection_id!r} of {by}",
            ja="この選択は見つかりません。「まとめて承認」から選び直してください。",
        )
    return found
