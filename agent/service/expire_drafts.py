"""Take drafts whose time is over out of the queue, with the reason; they are never sent."""

from agent.ports import UnitsOfWork
from agent.service.expiry import said_late

BY = "okaeri"
AT_A_TIME = 200
"""Drafts expired in one transaction, so that people who decide never wait long."""


class ExpireDrafts:
    """Writes down what every page already shows: an undecided draft past its end is expired."""

    def __init__(self, *, units: UnitsOfWork) -> None:
        self._units = units

    def run(self) -> int:
        """Expire everything that is due; how many there were. Safe beside other workers and people at the desk."""
        expired = 0
        while found := self._some():
            expired += found
        return expired

    def _some(self) -> int:
        with self._units(read_only=True) as unit:
            if not unit.drafts.overdue_now():
                return 0
        with self._units() as unit:
            late = unit.drafts.overdue(limit=AT_A_TIME)
            for one in late:
                why = said_late(one.occasion, one.expires_at)
                unit.drafts.expire(one.draft_id, by=BY, why=why)
                unit.audit.record(
                    actor=BY,
                    action="expired",
                    object_kind="draft",
                    object_id=one.draft_id,
                    detail={"expires_at": one.expires_at.isoformat(), "reason": why},
                )
            unit.commit()
        return len(late)
