"""What was shown to a model, call by call."""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.ports import Clock, ModelCallMade
from agent.store.tables import ModelCall


class SqlModelCalls:
    """`agent.ports.ModelCalls` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def record(
        self, calls: Iterable[ModelCallMade], *, draft_id: str | None, customer_id: str | None
    ) -> None:
        """Append calls, in order."""
        at = self._clock.now()
        standing = len(self.of_draft(draft_id)) if draft_id else 0
        for position, call in enumerate(calls, start=standing):
            self._session.add(
                ModelCall(
                    shop_id=self._shop,
                    call_id=f"m{position:06d}_{uuid4().hex[:16]}",
                    draft_id=draft_id,
                    customer_id=customer_id,
                    step=call.step,
                    prompt_name=call.prompt_name,
                    prompt_version=call.prompt_version,
                    prompt_digest=call.prompt_digest,
                    model=call.model,
                    method=call.method,
                    request=[{"role": role, "content": content} for role, content in call.messages],
                    response=call.response,
                    error=call.error,
                    prompt_tokens=call.prompt_tokens,
                    completion_tokens=call.completion_tokens,
                    duration_ms=call.duration_ms,
                    at=at,
                )
            )
        self._session.flush()

    def of_draft(self, draft_id: str) -> list[ModelCallMade]:
        """All calls for a draft, oldest first."""
        query = (
            select(ModelCall)
            .where(ModelCall.shop_id == self._shop, ModelCall.draft_id == draft_id)
            .order_by(ModelCall.call_id)
        )
        return [
            ModelCallMade(
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
            )
            for row in self._session.scalars(query)
        ]
