"""What models cost, one row a day and task: added up in place, so that a cap costs one short transaction a call."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import Date, bindparam, func, select, text
from sqlalchemy.orm import Session

from agent.ports.model_calls import Spent
from agent.store.tables import ModelSpendRow

ALL = "all"
"""The row of the whole day: what is counted against the cap, held money included."""


_SUMS = ("micro_yen", "calls", "unpriced", "prompt_tokens", "completion_tokens")
_INTO = f"insert into model_spend (shop_id, day, task, {', '.join(_SUMS)}) values "
_ROW = f"(:shop_id, :day, :task, {', '.join(f':{name}' for name in _SUMS)})"
_WHOLE_DAY = f"(:shop_id, :day, :all, :rest, {', '.join(f':{name}' for name in _SUMS[1:])})"
_SUMMED = " on conflict (shop_id, day, task) do update set " + ", ".join(
    f"{name} = model_spend.{name} + excluded.{name}" for name in _SUMS
)
_DAY = bindparam("day", type_=Date)
_ADD = text(f"{_INTO}{_ROW}{_SUMMED} returning micro_yen").bindparams(_DAY)
_ADD_TWICE = text(f"{_INTO}{_WHOLE_DAY}, {_ROW}{_SUMMED}").bindparams(_DAY)
"""Written out: built from parts at every call, it cost more than the rest of the transaction."""


class SqlSpendLedger:
    """`agent.ports.model_calls.SpendLedger` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def hold(self, day: date, micro_yen: int, *, cap_micro_yen: int) -> bool:
        """Add to the day's sum and look: the row stays locked until the commit, so two callers cannot both be the last."""
        total = self._add(day, Spent(ALL, micro_yen, 0, 0, 0, 0))
        if total <= cap_micro_yen:
            return True
        self._add(day, Spent(ALL, -micro_yen, 0, 0, 0, 0))
        return False

    def settle(self, day: date, spent: Spent, *, held_micro_yen: int) -> None:
        """Count a call under its task and in the sum."""
        given = {"shop_id": self._shop, "day": day, **asdict(spent)}
        given |= {"all": ALL, "rest": spent.micro_yen - held_micro_yen}
        self._session.connection().execute(_ADD_TWICE, given)

    def between(self, first: date, last: date) -> list[Spent]:
        """Per task, in the order of their names."""
        row = ModelSpendRow
        sums = (row.micro_yen, row.calls, row.unpriced, row.prompt_tokens, row.completion_tokens)
        query = (
            select(row.task, *(func.sum(column) for column in sums))
            .where(row.shop_id == self._shop, row.day >= first, row.day <= last)
            .group_by(row.task)
            .order_by(row.task)
        )
        return [Spent(task, *map(int, numbers)) for task, *numbers in self._session.execute(query)]

    def _add(self, day: date, spent: Spent) -> int:
        """Add to a row, made when missing; returns its micro_yen afterwards."""
        given = {"shop_id": self._shop, "day": day, **asdict(spent)}
        return int(self._session.connection().execute(_ADD, given).scalar_one())
