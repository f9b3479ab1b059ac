"""What was each customer last expected to bring?"""

from collections.abc import Iterable
from datetime import date
from itertools import islice

from sqlalchemy import Engine, delete, insert

from agent.store.tables import ExpectedValue

ROWS_AT_A_TIME = 5_000


class SqlExpectedValues:
    """`agent.ports.ExpectedValues` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine, self.shop_id = engine, shop_id

    def replace(self, values: Iterable[tuple[str, int]], *, as_of: date) -> int:
        """Put these (customer id, yen) in place of all that were kept, in one transaction; how many there are now."""
        rows = iter(values)
        kept = 0
        with self._engine.begin() as connection:
            connection.execute(delete(ExpectedValue).where(ExpectedValue.shop_id == self.shop_id))
            while some := list(islice(rows, ROWS_AT_A_TIME)):
                connection.execute(
                    insert(ExpectedValue),
                    [
                        {"shop_id": self.shop_id, "customer_id": who, "as_of": as_of, "ltv_yen": yen}
                        for who, yen in some
                    ],
                )
                kept += len(some)
        return kept
