"""Every table of the store. One schema for SQLite and PostgreSQL; every row belongs to a shop.

Money is integer yen. Moments are UTC. A day column (`Date`) is a calendar day in Asia/Tokyo. JSON columns hold documents we
only read whole. Nothing that says what happened is ever overwritten: versions, findings, decisions, deliveries, audit.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Utc(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, timestamptz on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of all tables."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own hook
        datetime: Utc(),
        date: Date(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        str: Text(),
    }


class Shop(Base):
    """A shop; one default row on a fresh install."""

    __tablename__ = "shops"
    shop_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str | None]
    created_at: Mapped[datetime]


class ShopRow:
    """Mixin: part of the key of every table below."""

    shop_id: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-1)


class Import(ShopRow, Base):
    """One run of `okaeri import`. rests_on: earlier imports whose rows this run found unchanged or replaced."""

    __tablename__ = "imports"
    import_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int]
    platform: Mapped[str]
    files: Mapped[list[Any]]
    report: Mapped[dict[str, Any]]
    state: Mapped[str]
    rests_on: Mapped[list[Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ReplacedRecord(ShopRow, Base):
    """What a row was before an import replaced it; `import undo` puts it back."""

    __tablename__ = "replaced_records"
    import_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_key: Mapped[str] = mapped_column(String(400), primary_key=True)
    payload: Mapped[dict[str, Any]]


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


class Order(ShopRow, Base):
    """An order with its buyer as the file stated it. net_yen: what counts as revenue, 0 unless is_revenue.

    ordered_on: the day in Asia/Tokyo.    customer_id: None for orders that belong to nobody.    currency other than JPY:
    kept, never summed: every yen column is 0 and stated_total holds the amount as written.    consent_words: where accepts_* was
    read, `column<tab>cell` for e-mail and, after a line feed, for LINE.
    """

    __tablename__ = "orders"
    __table_args__ = (
        Index(  # covers the charts' reading of everybody's numbers: 40 % less CPU at 400,000 orders
            "ix_orders_customer",
            "shop_id",
            "customer_id",
            "ordered_at",
            "is_revenue",
            "ordered_on",
            "currency",
            "net_yen",
        ),
        Index("ix_orders_import", "shop_id", "import_id"),
    )
    order_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    platform: Mapped[str]
    number: Mapped[str]
    import_id: Mapped[str] = mapped_column(String(40))
    content_hash: Mapped[str]
    customer_id: Mapped[str | None] = mapped_column(String(60))
    buyer_external_id: Mapped[str | None]
    buyer_email: Mapped[str | None]
    buyer_email_key: Mapped[str | None]
    buyer_line_user_id: Mapped[str | None]
    buyer_family_name: Mapped[str | None]
    buyer_given_name: Mapped[str | None]
    buyer_name_damaged: Mapped[bool] = mapped_column(Boolean)
    buyer_phone: Mapped[str | None]
    accepts_email: Mapped[bool | None]
    accepts_line: Mapped[bool | None]
    consent_words: Mapped[str | None]
    ordered_at: Mapped[datetime]
    ordered_on: Mapped[date]
    status: Mapped[str]
    is_revenue: Mapped[bool] = mapped_column(Boolean)
    currency: Mapped[str] = mapped_column(String(8))
    stated_total: Mapped[str | None]
    total_yen: Mapped[int] = mapped_column(BigInteger)
    refunded_yen: Mapped[int] = mapped_column(BigInteger)
    net_yen: Mapped[int] = mapped_column(BigInteger)
    discount_yen: Mapped[int] = mapped_column(BigInteger)
    discount_code: Mapped[str | None]
    fulfilled_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    note: Mapped[str | None]
    source_file: Mapped[str]
    source_row: Mapped[int]


class OrderLine(ShopRow, Base):
    """A product line of an order (送料, 手数料 and 割引 are not lines). unit_price_yen: list price before line discount."""

    __tablename__ = "order_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "order_id"], ["orders.shop_id", "orders.order_id"], ondelete="CASCADE"
        ),
        {"sqlite_with_rowid": False},  # the key alone orders the rows: one tree less to write
    )
    order_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    sku: Mapped[str | None]
    product_id: Mapped[str | None]
    title: Mapped[str]
    variant: Mapped[str | None]
    quantity: Mapped[int]
    unit_price_yen: Mapped[int | None] = mapped_column(BigInteger)
    discount_yen: Mapped[int] = mapped_column(BigInteger)


class Product(ShopRow, Base):
    """A product of the catalogue. product_class: cosmetic, quasi_drug, food, alcohol or other."""

    __tablename__ = "products"
    product_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    platform: Mapped[str]
    import_id: Mapped[str] = mapped_column(String(40), index=True)
    content_hash: Mapped[str]
    handle: Mapped[str | None]
    title: Mapped[str]
    description: Mapped[str]
    vendor: Mapped[str | None]
    category: Mapped[str | None]
    tags: Mapped[list[Any]]
    product_class: Mapped[str]
    published: Mapped[bool] = mapped_column(Boolean)
    url: Mapped[str | None]


class Variant(ShopRow, Base):
    """What can be bought: a SKU with price and stock. variant_id is the SKU where there is one. stock: None when not tracked."""

    __tablename__ = "variants"
    __table_args__ = (
        Index("ix_variants_sku", "shop_id", "sku"),
        ForeignKeyConstraint(
            ["shop_id", "product_id"], ["products.shop_id", "products.product_id"], ondelete="CASCADE"
        ),
    )
    variant_id: Mapped[str] = mapped_column(String(300), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    sku: Mapped[str | None]
    title: Mapped[str | None]
    price_yen: Mapped[int | None] = mapped_column(BigInteger)
    compare_at_yen: Mapped[int | None] = mapped_column(BigInteger)
    stock: Mapped[int | None]
    stock_text: Mapped[str | None]


class Policy(ShopRow, Base):
    """A shop policy (returns, shipping, points …) as Markdown."""

    __tablename__ = "policies"
    policy_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    path: Mapped[str | None]
    content_hash: Mapped[str]
    updated_at: Mapped[datetime]


class IndexedDocument(ShopRow, Base):
    """What the vector index holds of a document, so that re-indexing touches only what changed."""

    __tablename__ = "indexed_documents"
    document_id: Mapped[str] = mapped_column(String(300), primary_key=True)
    kind: Mapped[str]
    content_hash: Mapped[str]
    passage_ids: Mapped[list[Any]]
    indexed_at: Mapped[datetime]


class IndexedPassage(ShopRow, Base):
    """A passage's text and lexical tokens; its vector lives in Chroma under the same id."""

    __tablename__ = "indexed_passages"
    __table_args__ = (Index("ix_indexed_passages_document", "shop_id", "document_id"),)
    passage_id: Mapped[str] = mapped_column(String(320), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(300))
    position: Mapped[int]
    sku: Mapped[str | None]
    title: Mapped[str]
    text: Mapped[str]
    tokens: Mapped[str]


class Fact(ShopRow, Base):
    """A fact somebody told us or wrote down (note, chat, survey). Computed facts are not stored; they are read off orders."""

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
    struck_at: Mapped[datetime | None]


class OccasionRow(ShopRow, Base):
    """A reason to write that was noticed. trigger_key: what noticed it (cli, demo, order:ID …); once per customer, occasion, trigger."""

    __tablename__ = "occasions"
    __table_args__ = (UniqueConstraint("shop_id", "customer_id", "occasion", "trigger_key"),)
    occasion_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    occasion: Mapped[str]
    trigger_key: Mapped[str]
    why: Mapped[str]
    noticed_at: Mapped[datetime]


class DraftRow(ShopRow, Base):
    """A draft; its texts are in draft_versions. row_version rises at every step (optimistic locking)."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_state", "shop_id", "state", "created_at"),
        Index("ix_drafts_customer", "shop_id", "customer_id"),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    occasion_id: Mapped[str | None] = mapped_column(String(40))
    occasion: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]
    state: Mapped[str]
    row_version: Mapped[int]
    current_version: Mapped[int]
    recommendation: Mapped[str]
    why: Mapped[str]
    reward: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fallback: Mapped[str | None]
    context: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    later_until: Mapped[datetime | None]


class DraftVersionRow(ShopRow, Base):
    """One immutable text of a draft. gate_round: the newest round of findings on it, of whatever stage."""

    __tablename__ = "draft_versions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "draft_id"], ["drafts.shop_id", "drafts.draft_id"], ondelete="CASCADE"
        ),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    author: Mapped[str]
    subject: Mapped[str | None]
    body: Mapped[str]
    paragraphs: Mapped[list[Any]]
    evidence: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
    prompt_name: Mapped[str | None]
    prompt_version: Mapped[str | None]
    prompt_digest: Mapped[str | None]
    gate_round: Mapped[int]
    created_at: Mapped[datetime]


class DraftStep(ShopRow, Base):
    """A step in a draft's life: from one state to another, who, when and why."""

    __tablename__ = "draft_steps"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "draft_id"], ["drafts.shop_id", "drafts.draft_id"], ondelete="CASCADE"
        ),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    before: Mapped[str | None]
    after: Mapped[str]
    actor: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]


class FindingRow(ShopRow, Base):
    """A finding on one version. stage: compose, edit, approve or dispatch; round: which run of the gate at that stage."""

    __tablename__ = "findings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "draft_id"], ["drafts.shop_id", "drafts.draft_id"], ondelete="CASCADE"
        ),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    check_name: Mapped[str]
    severity: Mapped[str]
    field: Mapped[str]
    span_from: Mapped[int]
    span_to: Mapped[int]
    quote: Mapped[str]
    message: Mapped[str]
    suggestion: Mapped[str | None]
    at: Mapped[datetime]


class DecisionRow(ShopRow, Base):
    """What a person decided on one exact text."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_draft", "shop_id", "draft_id"),)
    decision_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    draft_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    verb: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str | None]
    digest: Mapped[str | None]
    at: Mapped[datetime]


class OutboxRow(ShopRow, Base):
    """A message that will leave, written in the approval's transaction; once per draft.

    payload is the exact message and payload_digest its seal.    due_at and expires_at: business clock.    lease_until, retry_at
    and first_tried_at: real time, seconds since the epoch.    fence rises at every claim; an update with an old fence changes nothing.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("shop_id", "draft_id"),
        UniqueConstraint("shop_id", "message_id"),
        Index("ix_outbox_due", "shop_id", "state", "due_at"),
    )
    outbox_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    draft_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    channel: Mapped[str]
    recipient: Mapped[str]
    payload: Mapped[dict[str, Any]]
    payload_digest: Mapped[str]
    message_id: Mapped[str] = mapped_column(String(200))
    retry_key: Mapped[str] = mapped_column(String(40))
    state: Mapped[str]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int]
    fence: Mapped[int]
    owner: Mapped[str | None]
    lease_until: Mapped[float | None]
    retry_at: Mapped[float | None]
    first_tried_at: Mapped[float | None]
    detail: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class DeliveryRow(ShopRow, Base):
    """One attempt to send and what became of it."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_outbox", "shop_id", "outbox_id"),)
    delivery_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    outbox_id: Mapped[str] = mapped_column(String(40))
    draft_id: Mapped[str] = mapped_column(String(40))
    fence: Mapped[int]
    outcome: Mapped[str]
    detail: Mapped[str]
    provider_id: Mapped[str | None]
    place: Mapped[str | None]
    at: Mapped[datetime]


class Suppression(ShopRow, Base):
    """An address that must not be written to, kept as a hash so that it survives erasure."""

    __tablename__ = "suppressions"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]


class ModelCall(ShopRow, Base):
    """One request to a model: exactly what left the machine (tokens instead of names) and what came back."""

    __tablename__ = "model_calls"
    __table_args__ = (
        Index("ix_model_calls_draft", "shop_id", "draft_id"),
        Index("ix_model_calls_customer", "shop_id", "customer_id"),
    )
    call_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    draft_id: Mapped[str | None] = mapped_column(String(40))
    customer_id: Mapped[str | None] = mapped_column(String(60))
    step: Mapped[str]
    prompt_name: Mapped[str]
    prompt_version: Mapped[str]
    prompt_digest: Mapped[str]
    model: Mapped[str]
    method: Mapped[str]
    request: Mapped[list[Any]]
    response: Mapped[str | None]
    error: Mapped[str | None]
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    duration_ms: Mapped[int]
    at: Mapped[datetime]


class AuditRow(ShopRow, Base):
    """Who did what, chained: each row's hash covers the one before it."""

    __tablename__ = "audit"
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class User(ShopRow, Base):
    """A member of staff. role: owner, approver, writer or viewer."""

    __tablename__ = "users"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffSession(ShopRow, Base):
    """A log-in. token_hash: SHA-256 of the cookie; times are real seconds since the epoch."""

    __tablename__ = "staff_sessions"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_name: Mapped[str] = mapped_column(String(80), index=True)
    csrf: Mapped[str]
    started: Mapped[float]
    last_seen: Mapped[float]


class LoginAttempt(ShopRow, Base):
    """Failed log-ins per account and address; survives a restart. key: `user:NAME` or `ip:ADDRESS`; times are real seconds."""

    __tablename__ = "login_attempts"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    failures: Mapped[int]
    last_failure: Mapped[float]


class KeptValueRow(ShopRow, Base):
    """Small values the program keeps for itself (secrets for signed links, remembered model abilities, the send switch)."""

    __tablename__ = "kept_values"
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[dict[str, Any]]
