"""What was shown to a model, call by call."""

import time
from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from agent.ports import Clock, ModelCallMade
from agent.store.tables import ModelCall

_INSERT = insert(ModelCall.__table__)  # type: ignore[arg-type]


class SqlModelCalls:
    """`agent.ports.ModelCalls` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def record(
        self, calls: Iterable[ModelCallMade], *, draft_id: str | None, customer_id: str | None
    ) -> list[str]:
        """Append calls without a row, in order; returns the new rows' ids."""
        fresh = [call for call in calls if call.call_id is None]
        if not fresh:
            return []
        at = self._clock.now()
        begun = time.time_ns()  # real time: the business clock may stand still, and rows keep their order
        rows = [
            {
                "shop_id": self._shop,
                "call_id": f"m{position:020d}_{uuid4().hex[:16]}",
                "draft_id": draft_id,
                "customer_id": customer_id,
                "step": call.step,
                "prompt_name": call.prompt_name,
                "prompt_version": call.prompt_version,
                "prompt_digest": call.prompt_digest,
                "model": call.model,
                "method": call.method,
                "request": [{"role": role, "content": content} for role, content in call.messages],
                "response": call.response,
                "error": call.error,
                "prompt_tokens": call.prompt_tokens,
                "completion_tokens": call.completion_tokens,
                "duration_ms": call.duration_ms,
                "at": at,
                "task": call.task,
                "draft_version": call.draft_version,
                "request_digest": call.request_digest,
                "cost_micro_yen": call.cost_micro_yen,
                "region": call.region,
            }
            for position, call in enumerate(fresh, start=begun)
        ]
        self._session.connection().execute(_INSERT, rows)  # past the ORM, which costs more than the row
        return [str(row["call_id"]) for row in rows]

    def of_draft(self, draft_id: str) -> list[ModelCallMade]:
        """All calls for a draft, oldest first."""
        query = (
            select(ModelCall)
            .where(ModelCall.shop_id == self._shop, ModelCall.draft_id == draft_id)
            .order_by(ModelCall.call_id)
        )
        return [_made(row) for row in self._session.scalars(query)]

    def of_customer(self, customer_id: str) -> list[tuple[ModelCallMade, datetime]]:
        """All calls about a customer, oldest first."""
        query = (
            select(ModelCall)
            .where(ModelCall.shop_id == self._shop, ModelCall.customer_id == customer_id)
            .order_by(ModelCall.call_id)
        )
        return [(_made(row), row.at) for row in self._session.scalars(query)]

    def cost_of(self, draft_id: str) -> int | None:
        """The sum, None when nothing was asked or a call that was answered has no price."""
        query = select(
            func.count(), func.count(ModelCall.cost_micro_yen), func.sum(ModelCall.cost_micro_yen)
        ).where(
            ModelCall.shop_id == self._shop, ModelCall.draft_id == draft_id, ModelCall.response.is_not(None)
        )
        answered, priced, total = self._session.execute(query).one()
        return int(total or 0) if answered and answered == priced else None


def _made(row: ModelCall) -> ModelCallMade:
    return ModelCallMade(
        step=row.step,
        prompt_name=row.prompt_name,
        prompt_version=row.prompt_version,
        prompt_digest=row.prompt_digest,
        model=row.model,
        method=row.method,
        messages=tuple((m["role"], m["content"]) for m in row.request),
        response=row.response,
        error=row.error,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        duration_ms=row.duration_ms,
        task=row.task,
        draft_version=row.draft_version,
        request_digest=row.request_digest,
        cost_micro_yen=row.cost_micro_yen,
        region=row.region,
        call_id=row.call_id,
    )
