"""Put a few customers, orders and products straight into the store, for tests that read them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from agent.clock import TOKYO
from agent.domain.occasion import Channel
from agent.store.consents import address_hash
from agent.store.tables import (
    Base,
    Consent,
    Customer,
    Fact,
    Identity,
    Import,
    Order,
    OrderLine,
    Product,
    Suppression,
    Variant,
)

Bought = tuple[str | None, str, int, int]
"""SKU, title, quantity, unit price in yen."""


class ShopRows:
    """Writes rows of one shop; every call commits."""

    def __init__(self, engine: Engine, shop_id: str = "default") -> None:
        self._engine, self.shop_id = engine, shop_id
        self._orders = 0

    def customer(self, customer_id: str, **fields: Any) -> str:
        """A customer who can be written to, unless the fields say otherwise."""
        known: dict[str, Any] = {
            "platform": "shopify",
            "email": f"{customer_id}@example.com",
            "email_key": f"{customer_id}@example.com",
            "family_name": "佐藤",
            "given_name": "花子",
            "name_damaged": False,
            "withdrawn": False,
            "never_contact": False,
            "consent_email": True,
        }
        self._add(Customer(shop_id=self.shop_id, customer_id=customer_id, **(known | fields)))
        return customer_id

    def identity(self, kind: str, value: str, customer_id: str) -> None:
        """Another name the customer goes by."""
        self._add(Identity(shop_id=self.shop_id, kind=kind, value=value, customer_id=customer_id))

    def order(
        self,
        customer_id: str | None,
        on: date,
        *,
        net_yen: int = 1_000,
        lines: Sequence[Bought] = (),
        order_id: str | None = None,
        at: time = time(12),
        is_revenue: bool = True,
        currency: str = "JPY",
        line_discount_yen: int = 0,
        discount_yen: int = 0,
        refunded_yen: int = 0,
        fulfilled_at: datetime | None = None,
        note: str | None = None,
    ) -> str:
        """An order placed on a day (and hour) in Tokyo, with product lines."""
        self._orders += 1
        order_id = order_id or f"shopify:#{1000 + self._orders}"
        placed = datetime.combine(on, at, TOKYO).astimezone(UTC)
        order = Order(
            shop_id=self.shop_id,
            order_id=order_id,
            platform="shopify",
            number=order_id.rsplit(":", 1)[-1],
            import_id="i1",
            content_hash="-",
            customer_id=customer_id,
            buyer_name_damaged=False,
            ordered_at=placed,
            ordered_on=on,
            status="paid" if is_revenue else "pending",
            is_revenue=is_revenue,
            currency=currency,
            total_yen=net_yen,
            refunded_yen=refunded_yen,
            fulfilled_at=fulfilled_at,
            note=note,
            net_yen=net_yen if is_revenue else 0,
            discount_yen=discount_yen,
            source_file="orders.csv",
            source_row=self._orders,
        )
        rows = [
            OrderLine(
                shop_id=self.shop_id,
                order_id=order_id,
                line_no=number,
                sku=sku,
                title=title,
                quantity=quantity,
                unit_price_yen=price,
                discount_yen=line_discount_yen,
            )
            for number, (sku, title, quantity, price) in enumerate(lines, start=1)
        ]
        self._add(order)
        self._add(*rows)
        return order_id

    def product(
        self, title: str, *variants: tuple[str | None, str | None, int], category: str | None = None
    ) -> str:
        """A product with its variants (SKU, variant title, price); stock is 7."""
        product_id = f"product:{title}"
        self._add(
            Product(
                shop_id=self.shop_id,
                product_id=product_id,
                platform="shopify",
                import_id="i1",
                content_hash="-",
                title=title,
                description="",
                category=category,
                tags=[],
                product_class="other",
                published=True,
            )
        )
        self._add(
            *(
                Variant(
                    shop_id=self.shop_id,
                    variant_id=sku or f"{product_id}#{position}",
                    product_id=product_id,
                    position=position,
                    sku=sku,
                    title=name,
                    price_yen=price,
                    stock=7,
                )
                for position, (sku, name, price) in enumerate(variants)
            )
        )
        return product_id

    def note(self, customer_id: str, text: str, **fields: Any) -> None:
        """Something staff wrote down."""
        known: dict[str, Any] = {"fact_id": f"f-{text}", "kind": "note", "source": "imports:i1#2"}
        self._add(Fact(shop_id=self.shop_id, customer_id=customer_id, text=text, **(known | fields)))

    def consent(
        self, customer_id: str, state: bool, *, recorded_at: datetime, channel: str = "email", **fields: Any
    ) -> None:
        """An entry of the consent ledger, read from a customers file."""
        known: dict[str, Any] = {
            "consent_id": f"c-{customer_id}-{channel}-{recorded_at:%Y%m%d}",
            "purpose": "marketing",
            "source": "import",
            "source_file": "customers.csv",
            "source_row": 2,
            "source_column": "Accepts Email Marketing",
            "source_value": "yes" if state else "no",
        }
        self._add(
            Consent(
                shop_id=self.shop_id,
                customer_id=customer_id,
                channel=channel,
                state=state,
                recorded_at=recorded_at,
                **(known | fields),
            )
        )

    def suppress(self, channel: Channel, address: str) -> None:
        """An address that must not be written to."""
        self._add(
            Suppression(
                shop_id=self.shop_id,
                channel=channel.value,
                address_hash=address_hash(channel, address),
                reason="bounced",
                at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )

    def imported(self, sequence: int, state: str = "done") -> None:
        """A finished import."""
        moment = datetime(2026, 1, sequence, tzinfo=UTC)
        self._add(
            Import(
                shop_id=self.shop_id,
                import_id=f"i{sequence}",
                sequence=sequence,
                platform="shopify",
                files=[],
                report={},
                state=state,
                rests_on=[],
                started_at=moment,
                finished_at=moment,
            )
        )

    def _add(self, *rows: Base) -> None:
        with Session(self._engine) as session:
            session.add_all(rows)
            session.commit()
