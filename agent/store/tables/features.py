"""What was computed of customers and may be computed again at any time: their accumulators, who changed since, fitted models."""

from datetime import date, datetime

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class CustomerFeatures(ShopRow, Base):
    """A customer's accumulators, packed. Not history: deleting the table loses computing time and nothing else.

    definition: which columns stand in `packed`, in which order and computed how; a row of another definition counts as missing.
    seen_before: the cut it was computed at; without a mark it holds at every later cut too.    packed: little-endian doubles, NaN
    for null.
    """

    __tablename__ = "customer_features"
    __table_args__ = ({"sqlite_with_rowid": False},)
    customer_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    definition: Mapped[str] = mapped_column(String(40))
    seen_before: Mapped[date]
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class ChangedCustomer(ShopRow, Base):
    """A customer whose rows changed since their accumulators were computed.

    mark: new with every change, so that a refresh clears only the change it has seen.
    """

    __tablename__ = "changed_customers"
    __table_args__ = ({"sqlite_with_rowid": False},)
    customer_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    mark: Mapped[str] = mapped_column(String(40))


class ShopModel(ShopRow, Base):
    """A fitted model as a document (JSON or npz, never pickle), kept so that another process need not fit again.

    kind: which model.    as_of: the last day it saw.    revision: the history's revision it was fitted on.
    """

    __tablename__ = "shop_models"
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    as_of: Mapped[date]
    revision: Mapped[str]
    document: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
