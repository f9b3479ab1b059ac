"""The questions charts ask about the past, built once: making such an expression takes longer than the answer."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    cast,
    distinct,
    func,
    or_,
    select,
)

from agent.domain.event import EventKind
from agent.store.tables import Consent, Customer, Event, ExpectedValue, Fact, Import, Order, Suppression

PERSON = (
    Customer.customer_id,
    Customer.email,
    Customer.line_user_id,
    Customer.family_name,
    Customer.given_name,
    Customer.name_damaged,
    Customer.birthday,
    Customer.withdrawn,
    Customer.never_contact,
    Customer.consent_email,
    Customer.consent_line,
)
"""Columns in the order of PersonRecord's fields."""

NUMBERS: tuple[ColumnElement[Any], ...] = (
    func.count(Order.customer_id),  # not order_id: ix_orders_customer covers all of these
    func.count(distinct(Order.ordered_on)),
    cast(func.coalesce(func.sum(case((Order.currency == "JPY", Order.net_yen), else_=0)), 0), BigInteger),
    func.min(Order.ordered_on),
    func.max(Order.ordered_on),
    func.min(Order.ordered_at),
    func.max(Order.ordered_at),
)
"""Aggregates in the order of OrderTally's fields after the customer id."""


def counted(until: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """Revenue orders up to the end of a day in Asia/Tokyo."""
    return Order.is_revenue.is_(True), Order.ordered_on <= until


_SHOP: BindParameter[str] = bindparam("shop")
_CUSTOMER: BindParameter[str] = bindparam("customer")
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_UNTIL: BindParameter[date] = bindparam("until", type_=Date)
REVISION = (
    select(Import.state, func.count(), func.max(Import.sequence), func.max(Import.finished_at))
    .where(Import.shop_id == _SHOP)
    .group_by(Import.state)
    .order_by(Import.state)
)
PEOPLE: Select[*tuple[Any, ...]] = (
    select(*PERSON, *NUMBERS)
    .outerjoin(
        Order,
        and_(Order.shop_id == Customer.shop_id, Order.customer_id == Customer.customer_id, *counted(_UNTIL)),
    )
    .where(Customer.shop_id == _SHOP)
    .group_by(Customer.shop_id, Customer.customer_id)
    .order_by(Customer.customer_id)
)
PEOPLE_OF = PEOPLE.where(Customer.customer_id.in_(_IDS))
ORDERS = (
    select(Order.order_id, Order.ordered_on, Order.ordered_at, Order.net_yen, Order.currency)
    .where(Order.shop_id == _SHOP, Order.customer_id == _CUSTOMER, *counted(_UNTIL))
    .order_by(Order.ordered_at.desc(), Order.order_id.desc())
    .limit(bindparam("newest"))
)
NOTES = select(Fact.fact_id, Fact.kind, Fact.text, Fact.source, Fact.at, Fact.author, Fact.quote).where(
    Fact.shop_id == _SHOP,
    Fact.customer_id == _CUSTOMER,
    Fact.struck_at.is_(None),
    or_(Fact.at.is_(None), Fact.at < bindparam("end")),
)
CONSENTS = (
    select(
        Consent.consent_id,
        Consent.channel,
        Consent.state,
        Consent.source,
        Consent.source_file,
        Consent.source_row,
        Consent.source_column,
        Consent.source_value,
        Consent.recorded_at,
        Consent.purpose,
    )
    .where(Consent.shop_id == _SHOP, Consent.customer_id == _CUSTOMER)
    .order_by(Consent.recorded_at.desc(), Consent.consent_id)
)
STOPPED = select(Suppression.address_hash).where(
    Suppression.shop_id == _SHOP, Suppression.address_hash.in_(bindparam("hashes", expanding=True))
)
BROUGHT = (
    select(Event.customer_id, Event.kind, func.count())
    .where(
        Event.shop_id == _SHOP,
        Event.customer_id.in_(_IDS),
        Event.kind.in_((EventKind.REVIEW.value, EventKind.REFERRAL.value)),
        Event.happened_on <= _UNTIL,
    )
    .group_by(Event.customer_id, Event.kind)
)
EXPECTED = select(ExpectedValue.customer_id, ExpectedValue.ltv_yen).where(
    ExpectedValue.shop_id == _SHOP, ExpectedValue.customer_id.in_(_IDS), ExpectedValue.as_of <= _UNTIL
)
