"""Whose event is it? Joins events to the people their sources named, in SQL, for one shop."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from agent.store.tables import Customer, Event, Identity

OWN_NUMBERS = ("shopify_customer", "eccube_member")
"""Identities that are a shop's own customer numbers."""


def named_person() -> ColumnElement[Any]:
    """The customer an event row names, as an expression correlated to `events`; NULL while nobody is known so.

    The leading name alone counts, as in all imports: the address; without one the LINE id; without that our own id (also a
    former one) or the shop's number, unless two people have that number (two platforms count alike). So the answer depends
    on what is known, never on the order in which it became known.
    """
    by_address = _known_as("email", Event.stated_email_key)
    by_line = _known_as("line", Event.stated_line_user_id)
    ours = select(Customer.customer_id).where(
        Customer.shop_id == Event.shop_id, Customer.customer_id == Event.stated_id
    )
    number = select(
        case((func.count(Identity.customer_id.distinct()) == 1, func.min(Identity.customer_id)))
    ).where(
        Identity.shop_id == Event.shop_id,
        Identity.kind.in_(OWN_NUMBERS),
        Identity.value == Event.stated_id,
    )
    by_id = (ours, _known_as("former_id", Event.stated_id), number)
    return case(
        (Event.stated_email_key.is_not(None), _here(by_address)),
        (Event.stated_line_user_id.is_not(None), _here(by_line)),
        else_=func.coalesce(*map(_here, by_id)),
    )


def _known_as(kind: str, value: Any) -> Select[Any]:
    return select(Identity.customer_id).where(
        Identity.shop_id == Event.shop_id, Identity.kind == kind, Identity.value == value
    )


def _here(query: Select[Any]) -> ColumnElement[Any]:
    """Correlated explicitly: inside an UPDATE of events the table would otherwise be listed again."""
    return query.correlate(Event).scalar_subquery()
