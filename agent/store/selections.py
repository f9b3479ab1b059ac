"""Drafts approved together, in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agent.ports.selections import OneApproved, Selection
from agent.store.tables import BulkSelectionRow


class SqlSelections:
    """`agent.ports.selections.SelectionStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def add(self, selection: Selection) -> None:
        """Store a selection; nothing happens when it is there already (a double click)."""
        row = BulkSelectionRow(
            shop_id=self._shop,
            selection_id=selection.selection_id,
            actor=selection.actor,
            items=[list(item) for item in selection.items],
            sample_id=selection.sample_id,
            created_at=selection.created_at,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return

    def find(self, selection_id: str) -> Selection | None:
        """The selection as it stands now, or None."""
        row = self._session.get(BulkSelectionRow, (self._shop, selection_id), populate_existing=True)
        if row is None:
            return None
        results = None if row.results is None else tuple(OneApproved(**one) for one in row.results)
        items = tuple((str(draft_id), str(digest)) for draft_id, digest in row.items)
        return Selection(
            row.selection_id,
            row.actor,
            items,
            row.sample_id,
            row.created_at,
            row.opened_at,
            row.done_at,
            results,
        )

    def opened(self, selection_id: str, *, at: datetime) -> None:
        """Its sample was opened."""
        row = self._session.get_one(BulkSelectionRow, (self._shop, selection_id))
        row.opened_at = row.opened_at or at
        self._session.flush()

    def finished(self, selection_id: str, results: Sequence[OneApproved], *, at: datetime) -> None:
        """What became of it; told again after an undo."""
        row = self._session.get_one(BulkSelectionRow, (self._shop, selection_id))
        row.results, row.done_at = [asdict(one) for one in results], row.done_at or at
        self._session.flush()
