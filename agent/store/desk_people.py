"""Who looks after a draft and who is looking at it: rows of assignments and draft_looks."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from agent.domain.draft import DraftState
from agent.ports.desk_people import Assignment
from agent.store.tables import AssignmentRow, DraftLookRow, DraftRow


class SqlDeskPeople:
    """`agent.ports.desk_people.DeskPeople` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def assign(self, assignment: Assignment) -> None:
        """Put a draft into somebody's hands, in place of whoever had it."""
        said = {"assignee": assignment.assignee, "assigned_by": assignment.by, "at": assignment.at}
        key: dict[str, object] = {"shop_id": self._shop, "draft_id": assignment.draft_id}
        self._put(AssignmentRow, key, said)

    def release(self, draft_id: str) -> None:
        """Nobody looks after the draft any more; nothing happens when nobody did."""
        row = AssignmentRow
        self._session.execute(delete(row).where(row.shop_id == self._shop, row.draft_id == draft_id))

    def assignments(self, draft_ids: Collection[str]) -> Mapping[str, Assignment]:
        """Who looks after these drafts."""
        row = AssignmentRow
        query = select(row.draft_id, row.assignee, row.assigned_by, row.at).where(
            row.shop_id == self._shop, row.draft_id.in_(list(draft_ids))
        )
        return {found[0]: Assignment(*found) for found in self._session.execute(query)}

    def assigned_to(
        self, name: str, states: Collection[DraftState], *, limit: int, offset: int = 0
    ) -> list[str]:
        """Ids of a person's drafts in these states, oldest first."""
        query = (
            select(DraftRow.draft_id)
            .join(AssignmentRow, self._same_draft())
            .where(AssignmentRow.shop_id == self._shop, AssignmentRow.assignee == name)
            .where(DraftRow.state.in_([state.value for state in states]))
            .order_by(DraftRow.created_at, DraftRow.draft_id)
            .limit(limit)
            .offset(offset)
        )
        return list(self._session.scalars(query))

    def load(self, states: Collection[DraftState]) -> Mapping[str, int]:
        """How many drafts in these states each person looks after."""
        query = (
            select(AssignmentRow.assignee, func.count())
            .join(DraftRow, self._same_draft())
            .where(AssignmentRow.shop_id == self._shop)
            .where(DraftRow.state.in_([state.value for state in states]))
            .group_by(AssignmentRow.assignee)
        )
        return dict(self._session.execute(query).all())

    def look(self, draft_id: str, name: str, *, seen: float, forget_before: float) -> None:
        """Somebody has the draft open now. Rows older than forget_before are swept away."""
        row = DraftLookRow
        self._session.execute(delete(row).where(row.shop_id == self._shop, row.seen < forget_before))
        key = {"shop_id": self._shop, "draft_id": draft_id, "user_name": name}
        self._put(DraftLookRow, key, {"seen": seen})

    def looking(self, draft_id: str, *, since: float) -> list[str]:
        """Who has had the draft open since a real moment, by name."""
        row = DraftLookRow
        query = (
            select(row.user_name)
            .where(row.shop_id == self._shop, row.draft_id == draft_id, row.seen >= since)
            .order_by(row.user_name)
        )
        return list(self._session.scalars(query))

    def _same_draft(self) -> ColumnElement[bool]:
        return and_(DraftRow.shop_id == AssignmentRow.shop_id, DraftRow.draft_id == AssignmentRow.draft_id)

    def _put(
        self,
        table: type[AssignmentRow] | type[DraftLookRow],
        key: Mapping[str, object],
        said: Mapping[str, object],
    ) -> None:
        """Insert, or change in place: two tabs at once must not trip over each other."""
        insert = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        self._session.execute(
            insert(table)
            .values(**key, **said)
            .on_conflict_do_update(index_elements=list(key), set_=dict(said))
        )
