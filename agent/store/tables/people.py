"""Customers: as the files stated them, as persons, and what they told or allowed us."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.search_places import search_indexes
from agent.store.tables.base import Base, ShopRow


class CustomerRecord(ShopRow, Base):
    """A customer row as a shop's file stated it; people are resolved from these and from the orders' buyers.

    customer_id: the person the row was resolved to.
    """

    __tablename__ = "customer_records"
    __table_args__ = (Index("ix_customer_records_customer", "shop_id", "customer_id"),)
    record_key: Mapped[str] = mapped_column(String(400), primary_key=True)
    platform: Mapped[str]
    import_id: Mapped[str] = mapped_column(String(40), index=True)
    content_hash: Mapped[str]
    customer_id: Mapped[str | None] = mapped_column(String(60))
    external_id: Mapped[str | None]
    email: Mapped[str | None]
    email_key: Mapped[str | None] = mapped_column(Text, index=True)
    line_user_id: Mapped[str | None]
    family_name: Mapped[str | None]
    given_name: Mapped[str | None]
    family_kana: Mapped[str | None]
    given_kana: Mapped[str | None]
    name_damaged: Mapped[bool] = mapped_column(Boolean)
    phone: Mapped[str | None]
    postal_code: Mapped[str | None]
    prefecture: Mapped[str | None]
    address: Mapped[str | None]
    birthday: Mapped[date | None]
    accepts_email: Mapped[bool | None]
    accepts_line: Mapped[bool | None]
    withdrawn: Mapped[bool] = mapped_column(Boolean)
    registered_at: Mapped[datetime | None]
    note: Mapped[str | None]
    source: Mapped[dict[str, Any]]


class Customer(ShopRow, Base):
    """A person after identity resolution. consent_*: True, False, or None for unknown (never sendable)."""

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_email_key", "shop_id", "email_key"),
        Index("ix_customers_line", "shop_id", "line_user_id"),
        *search_indexes(),
    )
    customer_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    platform: Mapped[str]
    email: Mapped[str | None]
    email_key: Mapped[str | None]
    line_user_id: Mapped[str | None]
    family_name: Mapped[str | None]
    given_name: Mapped[str | None]
    family_kana: Mapped[str | None]
    given_kana: Mapped[str | None]
    name_damaged: Mapped[bool] = mapped_column(Boolean)
    phone: Mapped[str | None]
    prefecture: Mapped[str | None]
    birthday: Mapped[date | None]
    withdrawn: Mapped[bool] = mapped_column(Boolean)
    never_contact: Mapped[bool] = mapped_column(Boolean)
    consent_email: Mapped[bool | None]
    consent_line: Mapped[bool | None]
    registered_at: Mapped[datetime | None]


class Identity(ShopRow, Base):
    """A name somebody is known by: kind is email, line, shopify_customer, eccube_member or former_id; value is the folded key."""

    __tablename__ = "identities"
    __table_args__ = (
        Index("ix_identities_customer", "shop_id", "customer_id"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.customer_id"], ondelete="CASCADE"
        ),
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(400), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))


class Consent(ShopRow, Base):
    """The consent ledger: who said what, where it was read, append-only but for an import's undo.

    state: True yes, False no.    source: import, one_click, console, line_block….    email_key / line_user_id: whose address,
    kept beside customer_id because an address outlives a merge.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_customer", "shop_id", "customer_id"),
        Index("ix_consents_import", "shop_id", "import_id"),
    )
    consent_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str]
    purpose: Mapped[str]
    state: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str]
    import_id: Mapped[str | None] = mapped_column(String(40))
    source_file: Mapped[str | None]
    source_row: Mapped[int | None]
    source_column: Mapped[str | None]
    source_value: Mapped[str | None]
    recorded_at: Mapped[datetime]


class Fact(ShopRow, Base):
    """A fact somebody told us or wrote down (note, chat, survey). Computed facts are not stored; they are read off orders.

    author: who of the staff wrote it down, None for a file's note.    quote: the customer's own words.    struck_*: set when
    staff struck it out; it stays, and nothing uses it.
    """

    __tablename__ = "facts"
    __table_args__ = (
        Index("ix_facts_customer", "shop_id", "customer_id"),
        Index("ix_facts_import", "shop_id", "import_id"),
    )
    fact_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    import_id: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime | None]
    author: Mapped[str | None]
    quote: Mapped[str | None]
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[str | None]
    struck_reason: Mapped[str | None]
