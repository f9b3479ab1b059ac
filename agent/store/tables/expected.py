"""What each customer is expected to bring, as of the last night's scoring."""

from datetime import date

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class ExpectedValue(ShopRow, Base):
    """Net revenue expected of a customer within a year, kept so that a rank is the same wherever it is read.

    as_of: the last day the scoring saw. Computed, not history: it may be deleted and computed again.
    """

    __tablename__ = "expected_values"
    __table_args__ = (
        Index("ix_expected_values_best", "shop_id", "ltv_yen"),
        {"sqlite_with_rowid": False},
    )
    customer_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    as_of: Mapped[date]
    ltv_yen: Mapped[int] = mapped_column(BigInteger)
