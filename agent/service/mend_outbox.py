"""What a person does about a message that did not leave: try at once, give up, send again, or say what became of it.

Never sent again: what may have arrived (`unknown`), of whatever kind. Sent again only by a new approval, with every check.
"""

from collections.abc import Callable

from agent.domain.draft import STATE_JA, Draft, DraftState
from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal
from agent.domain.staff import ROLE_JA, Right
from agent.ports import UnitOfWork, UnitsOfWork
from agent.service.approve_draft import Decided
from agent.service.audit_text import text_sealed
from agent.service.decide_draft import DecideDraft


class MendOutbox:
    """Each answer is one transaction, needs the right to decide, and is audited. A second press changes nothing."""

    def __init__(self, *, units: UnitsOfWork, decisions: DecideDraft) -> None:
        self._units, self._decisions = units, decisions

    def retry_now(self, draft_id: str, *, by: str) -> bool:
        """Let a message that waits after a passing fault leave at the next run; False when it no longer waits."""
        return self._act(draft_id, by, "retry_now", lambda unit, draft: unit.outbox.retry_now(draft_id))

    def give_up(self, draft_id: str, *, by: str) -> bool:
        """Stop trying; the draft is held and may be approved again. False when somebody is sending it or it is gone."""

        def stop(unit: UnitOfWork, draft: Draft) -> bool:
            if draft.state is not DraftState.SCHEDULED:
                return False
            if not unit.outbox.cancel(draft_id, reason="再送を取りやめました"):
                return False
            unit.drafts.move(draft_id, DraftState.HELD, by=by, why="再送を取りやめました。")
            return True

        return self._act(draft_id, by, "gave_up", stop)

    def send_again(self, draft_id: str, *, by: str) -> Decided:
        """Approve the same text once more after the tries were given up: every check of an approval holds, two people too.

        Raises CallerMistake for anything that may have arrived, and what `DecideDraft.approve` raises.
        """
        with self._units() as unit:
            self._require(unit, by)
            draft = unit.drafts.get(draft_id, lock=True)
            if draft.state is not DraftState.HELD or draft.version is None:
                raise CallerMistake(
                    f"draft {draft_id} is {draft.state}",
                    ja=f"この便りは「{STATE_JA[draft.state]}」のため、送り直せません。届いたかもしれない便りは、二度送りません。",
                )
            digest = draft.version.digest(channel=draft.channel, recipient=draft.recipient)
            self._audit(unit, by, "send_again", draft)
            unit.commit()
        return self._decisions.approve(draft_id, by=by, expected_digest=digest)

    def settle(self, draft_id: str, *, delivered: bool, by: str) -> bool:
        """Say what became of a message whose outcome is unknown; False when somebody said so before."""
        after = DraftState.DELIVERED if delivered else DraftState.BOUNCED

        def say(unit: UnitOfWork, draft: Draft) -> bool:
            if draft.state is not DraftState.UNKNOWN:
                return False
            why = "届いたことを確かめました。" if delivered else "届かなかったことを確かめました。"
            unit.drafts.move(draft_id, after, by=by, why=why)
            return True

        return self._act(draft_id, by, "settled_unknown", say, after=after.value)

    # -- inside

    def _act(
        self,
        draft_id: str,
        by: str,
        action: str,
        do: Callable[[UnitOfWork, Draft], bool],
        **detail: object,
    ) -> bool:
        with self._units() as unit:
            self._require(unit, by)
            draft = unit.drafts.get(draft_id, lock=True)
            if not do(unit, draft):
                return False
            self._audit(unit, by, action, draft, **detail)
            unit.commit()
        return True

    def _audit(self, unit: UnitOfWork, by: str, action: str, draft: Draft, **detail: object) -> None:
        unit.audit.record(
            actor=by,
            action=action,
            object_kind="draft",
            object_id=draft.draft_id,
            detail={**text_sealed(draft), **detail},
        )

    def _require(self, unit: UnitOfWork, by: str) -> None:
        found = unit.staff.find(by)
        if found is None:
            raise NotFound(f"no member of staff {by!r}", ja=f"担当者「{by}」は登録されていません。")
        if not found[0].may(Right.DECIDE):
            raise PolicyRefusal(
                f"{by} ({found[0].role}) may not decide",
                ja=f"「{by}」さんの権限（{ROLE_JA[found[0].role]}）では、この操作はできません。",
            )
