"""The consent ledger's living side: a customer's no, and the addresses nothing may be sent to any more."""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agent.domain.errors import NotFound
from agent.domain.history import ConsentRecord
from agent.domain.occasion import Channel
from agent.ports import Clock
from agent.store.history_queries import CONSENTS
from agent.store.tables import Consent, Customer, Identity, Suppression

MARKETING = "marketing"
IDENTITY_KIND = {Channel.EMAIL: "email", Channel.LINE: "line"}


def address_hash(channel: Channel, recipient: str) -> str:
    """The key of a suppression: addresses fold as identities do (NFKC, trimmed, casefolded), LINE ids stay as they are."""
    folded = recipient.strip()
    if channel is Channel.EMAIL:
        folded = unicodedata.normalize("NFKC", folded).casefold()
    return hashlib.sha256(f"{channel.value}:{folded}".encode()).hexdigest()


class SqlConsentLedger:
    """`agent.ports.ConsentLedger` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def refuse(self, customer_id: str, channel: Channel | None, *, source: str) -> None:
        """Record a customer's no (None: every channel, for ever) and stop sending to their addresses at once.

        source: one_click, console, line_block…    Raises NotFound.
        """
        customer = self._session.get(Customer, (self._shop, customer_id), with_for_update=True)
        if customer is None:
            raise NotFound(f"no customer {customer_id!r}", ja=f"お客さま {customer_id} は見つかりません。")
        for each in (channel,) if channel else tuple(Channel):
            self._append_no(customer_id, each, source)
            for address in set(self._addresses(customer, each)):
                self.suppress(each, address, reason=source)
        if channel in (None, Channel.EMAIL):
            customer.consent_email = False
        if channel in (None, Channel.LINE):
            customer.consent_line = False
        if channel is None:
            customer.never_contact = True
        self._session.flush()

    def entries(self, customer_id: str) -> list[ConsentRecord]:
        """Every yes and no of a customer with where it was read, newest first."""
        given = {"shop": self._shop, "customer": customer_id}
        rows: Sequence[Sequence[Any]] = self._session.execute(CONSENTS, given).all()
        return [ConsentRecord(*row) for row in rows]

    def suppressed(self, channel: Channel, recipient: str) -> str | None:
        """Why this address must not be written to, or None."""
        row = self._session.get(
            Suppression, (self._shop, channel.value, address_hash(channel, recipient)), populate_existing=True
        )
        return row.reason if row else None

    def suppress(self, channel: Channel, recipient: str, *, reason: str) -> None:
        """Stop an address (bounce, opt-out, block). The first reason stays."""
        if self.suppressed(channel, recipient) is not None:
            return
        row = Suppression(
            shop_id=self._shop,
            channel=channel.value,
            address_hash=address_hash(channel, recipient),
            reason=reason,
            at=self._clock.now(),
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return  # somebody else stopped the same address a moment ago

    # -- inside

    def _append_no(self, customer_id: str, channel: Channel, source: str) -> None:
        self._session.add(
            Consent(
                shop_id=self._shop,
                consent_id=f"c_{uuid4().hex}",
                customer_id=customer_id,
                channel=channel.value,
                purpose=MARKETING,
                state=False,
                source=source,
                recorded_at=self._clock.now(),
            )
        )

    def _addresses(self, customer: Customer, channel: Channel) -> Iterator[str]:
        """Every address of the customer we know, former ones included."""
        current = customer.email if channel is Channel.EMAIL else customer.line_user_id
        if current:
            yield current
        yield from self._session.scalars(
            select(Identity.value).where(
                Identity.shop_id == self._shop,
                Identity.customer_id == customer.customer_id,
                Identity.kind == IDENTITY_KIND[channel],
            )
        )
