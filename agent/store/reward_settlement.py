"""What becomes of a draft's reward when the draft takes a step? Kept, given, released to the pool, or void."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from agent.domain.draft import DraftState
from agent.ports import Clock
from agent.store.rewards import FREE, GIVEN, RELEASED, RESERVED, VOID
from agent.store.tables import DeliveryRow, DraftVersionRow, OutboxRow, RewardCode, RewardGrant

_ENDED = frozenset(
    {
        DraftState.REJECTED,
        DraftState.EXPIRED,
        DraftState.SUPERSEDED,
        DraftState.SUPPRESSED,
        DraftState.BOUNCED,
    }
)
_LEFT = frozenset({DraftState.DELIVERED, DraftState.UNKNOWN})


class RewardSettlement:
    """Runs inside the transaction of the step itself."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def settle(self, draft_id: str, after: DraftState, *, version: int) -> None:
        """Follow a draft into `after`. version: number of the text it has now.

        A code that may have been seen outside (an attempt was made) is void, never free again. A code that an editor took
        out of the text was not given: it goes back to the pool.
        """
        if after not in _ENDED and after not in _LEFT:
            return
        grant = self._session.get(RewardGrant, (self._shop, draft_id), populate_existing=True)
        if grant is None or grant.state in (RELEASED, VOID):
            return
        if after in _LEFT and self._says(draft_id, version, grant.code):
            state, code_state = GIVEN, GIVEN
        elif grant.state == GIVEN or self._was_tried(draft_id, but=1 if after in _LEFT else 0):
            state, code_state = VOID, VOID
        else:
            state, code_state = RELEASED, FREE
        grant.state, grant.changed_at = state, self._clock.now()
        self._session.execute(
            update(RewardCode)
            .where(
                RewardCode.shop_id == self._shop,
                RewardCode.draft_id == draft_id,
                RewardCode.state.in_((RESERVED, GIVEN)),
            )
            .values(state=code_state, draft_id=None if code_state == FREE else draft_id)
            .execution_options(synchronize_session=False)
        )
        self._session.flush()

    def _says(self, draft_id: str, version: int, code: str | None) -> bool:
        if code is None:
            return True
        row = self._session.get(DraftVersionRow, (self._shop, draft_id, version))
        return row is not None and code in row.body

    def _was_tried(self, draft_id: str, *, but: int) -> bool:
        """True after more than `but` answered attempts, or after an attempt whose worker died before the answer."""
        answered = self._session.scalar(
            select(func.count()).where(DeliveryRow.shop_id == self._shop, DeliveryRow.draft_id == draft_id)
        )
        claimed = self._session.scalar(
            select(func.max(OutboxRow.attempts)).where(
                OutboxRow.shop_id == self._shop, OutboxRow.draft_id == draft_id
            )
        )
        return (answered or 0) > but or (claimed or 0) > 1
