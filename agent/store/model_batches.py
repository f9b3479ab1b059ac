"""Requests handed to a provider in batches."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Literal, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agent.ports import Clock
from agent.ports.model_batches import Batch, BatchRequest, RequestState
from agent.store.tables import ModelBatchRequestRow, ModelBatchRow


class SqlBatchStore:
    """`agent.ports.model_batches.BatchStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def state_of(self, custom_id: str) -> RequestState | None:
        """Where a request stands."""
        row = self._session.get(ModelBatchRequestRow, (self._shop, custom_id))
        return cast("RequestState", row.state) if row else None

    def put(self, request: BatchRequest) -> None:
        """Add it, open."""
        self._session.add(
            ModelBatchRequestRow(
                shop_id=self._shop, batch_id=None, state="open", made_at=self._clock.now(), **asdict(request)
            )
        )
        self._session.flush()

    def open_requests(self, model: str, *, most: int) -> list[BatchRequest]:
        """Open ones, oldest first."""
        row = ModelBatchRequestRow
        query = (
            select(row)
            .where(row.shop_id == self._shop, row.state == "open", row.model == model)
            .order_by(row.made_at, row.custom_id)
            .limit(most)
        )
        return [_request(found) for found in self._session.scalars(query)]

    def begin(self, batch: Batch, requests: Iterable[BatchRequest]) -> None:
        """One transaction: the batch's row, and its requests no longer open."""
        self._session.add(
            ModelBatchRow(
                shop_id=self._shop, **asdict(batch), why=None, made_at=self._clock.now(), ended_at=None
            )
        )
        self._session.flush()
        row = ModelBatchRequestRow
        for request in requests:
            self._session.execute(
                update(row)
                .where(row.shop_id == self._shop, row.custom_id == request.custom_id, row.state == "open")
                .values(state="sent", batch_id=batch.batch_id)
            )

    def unfinished(self, model: str) -> list[Batch]:
        """Made or running."""
        row = ModelBatchRow
        query = (
            select(row)
            .where(row.shop_id == self._shop, row.model == model, row.state.in_(("made", "running")))
            .order_by(row.made_at, row.batch_id)
        )
        return [
            Batch(
                found.batch_id,
                found.task,
                found.model,
                found.state,
                found.provider_id,
                found.held_micro_yen,
                found.held_on,
            )
            for found in self._session.scalars(query)
        ]

    def requests_of(self, batch_id: str) -> list[BatchRequest]:
        """Those sent and not answered."""
        row = ModelBatchRequestRow
        query = (
            select(row)
            .where(row.shop_id == self._shop, row.batch_id == batch_id, row.state == "sent")
            .order_by(row.custom_id)
        )
        return [_request(found) for found in self._session.scalars(query)]

    def running(self, batch_id: str, *, provider_id: str) -> None:
        """Note the provider's name for it."""
        self._change(batch_id, state="running", provider_id=provider_id)

    def mark(self, custom_id: str, state: RequestState) -> None:
        """Set a request's state."""
        row = ModelBatchRequestRow
        self._session.execute(
            update(row).where(row.shop_id == self._shop, row.custom_id == custom_id).values(state=state)
        )

    def end(self, batch_id: str, *, state: Literal["done", "failed"], why: str | None) -> None:
        """Close it; what was sent and not answered has failed."""
        row = ModelBatchRequestRow
        self._session.execute(
            update(row)
            .where(row.shop_id == self._shop, row.batch_id == batch_id, row.state == "sent")
            .values(state="failed")
        )
        self._change(batch_id, state=state, why=why, ended_at=self._clock.now())

    def _change(self, batch_id: str, **values: object) -> None:
        row = ModelBatchRow
        self._session.execute(
            update(row).where(row.shop_id == self._shop, row.batch_id == batch_id).values(**values)
        )


def _request(row: ModelBatchRequestRow) -> BatchRequest:
    return BatchRequest(**{name: getattr(row, name) for name in BatchRequest.__dataclass_fields__})
