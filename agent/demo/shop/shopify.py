"""How the demo shop's records look in Shopify's customers, orders and products files (dialects of 2025)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from agent.demo.shop.catalogue import Product, Variant
from agent.demo.shop.names import Name
from agent.demo.shop.orders import Order
from agent.demo.shop.outcomes import CARD
from agent.demo.shop.people import PEOPLE, Person
from agent.demo.shop.places import Address

Row = dict[str, str]


def _columns(text: str) -> tuple[str, ...]:
    return tuple(name for line in text.split("\n") for name in line.split(",") if name)


CUSTOMER_COLUMNS: Final = _columns("""
Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,
Default Address Address1,Default Address Address2,Default Address City,
Default Address Province Code,Default Address Country Code,Default Address Zip,
Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags
""")

_ADDRESS: Final = (
    "Name",
    "Street",
    "Address1",
    "Address2",
    "Company",
    "City",
    "Zip",
    "Province",
    "Country",
    "Phone",
)

ORDER_COLUMNS: Final = (
    *_columns("""
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,
Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,
Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,
Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status
"""),
    *(f"Billing {part}" for part in _ADDRESS),
    *(f"Shipping {part}" for part in _ADDRESS),
    *_columns("""
Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,
Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,
Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,
Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,
Payment ID,Payment Terms Name,Next Payment Due At,Payment References
"""),
)

PRODUCT_COLUMNS: Final = _columns("""
Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,
Barcode,Option1 name,Option1 value,Option1 Linked To,Option2 name,Option2 value,Option2 Linked To,
Option3 name,Option3 value,Option3 Linked To,Price,Compare-at price,Cost per item,Charge tax,
Tax code,Unit price total measure,Unit price total measure unit,Unit price base measure,
Unit price base measure unit,Inventory tracker,Inventory quantity,
Continue selling when out of stock,Weight value (grams),Weight unit for display,Requires shipping,
Fulfillment service,Product image URL,Image position,Image alt text,Variant image URL,Gift card,
SEO title,SEO description
""")

_FIRST_CUSTOMER_ID: Final = 7_412_600_001_001
_FIRST_ORDER_ID: Final = 5_908_300_014_027


def _blank(columns: tuple[str, ...], filled: dict[str, str]) -> Row:
    return dict.fromkeys(columns, "") | filled


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _at(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %z") if moment else ""


def customer_id(person: Person) -> int:
    """Shopify's number. Scattered, so that the file's order says nothing about a customer (137 and 500 share no factor)."""
    return _FIRST_CUSTOMER_ID + (person.number * 137 + 211) % PEOPLE * 32_768


def customer_row(person: Person, orders: list[Order]) -> Row:
    """One customer. First Name is 名 and Last Name is 姓. orders: all of theirs, whatever became of them."""
    address = person.address
    filled = {
        "Customer ID": f"'{customer_id(person)}",
        "First Name": person.name.given,
        "Last Name": person.name.family,
        "Email": person.email or "",
        "Accepts Email Marketing": _yes(person.consent),
        "Default Address Address1": address.street,
        "Default Address Address2": address.room,
        "Default Address City": address.city,
        "Default Address Province Code": address.code,
        "Default Address Country Code": "JP",
        "Default Address Zip": f"'{address.zip}",
        "Default Address Phone": f"'{person.phone}",
        "Phone": "" if person.email else f"'{person.phone}",
        "Accepts SMS Marketing": "no",
        "Total Spent": str(sum(order.net_yen for order in orders)),
        "Total Orders": str(len(orders)),
        "Note": person.note,
        "Tax Exempt": "no",
        "Tags": ", ".join(person.tags),
    }
    return _blank(CUSTOMER_COLUMNS, filled)


def _address(prefix: str, name: Name | None, full: str, address: Address, phone: str) -> Row:
    values = {
        "Name": f"{name.given} {name.family}" if name else full,
        "Street": f"{address.street} {address.room}".strip(),
        "Address1": address.street,
        "Address2": address.room,
        "City": address.city,
        "Zip": f"'{address.zip}",
        "Province": address.code,
        "Country": "JP",
        "Phone": phone,
        "Province Name": address.prefecture,
    }
    return {f"{prefix} {part}": value for part, value in values.items()}


def _taxes(order: Order) -> dict[int, int]:
    """Consumption tax already inside the total, by rate in per cent; shipping at the full rate, discount spread evenly."""
    goods = sum(line.yen for line in order.lines)
    shares = {10: float(order.shipping_yen)}
    for line in order.lines:
        rate = line.product.tax_percent
        shares[rate] = shares.get(rate, 0.0) + line.yen * order.subtotal_yen / goods
    return {
        rate: int(yen * rate / (100 + rate)) for rate, yen in sorted(shares.items(), reverse=True) if yen >= 1
    }


def _head(order: Order) -> Row:
    person, outcome = order.person, order.outcome
    taxes = _taxes(order)
    recipient = order.recipient
    shipping = (
        _address("Shipping", None, f"{recipient.given} {recipient.family}", recipient.address, "")
        if recipient
        else _address("Shipping", person.name, "", person.address, f"'{person.phone}")
    )
    filled = {
        "Financial Status": outcome.financial,
        "Paid at": _at(outcome.paid_at),
        "Fulfillment Status": "fulfilled" if outcome.fulfilled_at else "unfulfilled",
        "Fulfilled at": _at(outcome.fulfilled_at),
        "Accepts Marketing": _yes(person.consent_at_checkout),
        "Currency": "JPY",
        "Subtotal": str(order.subtotal_yen),
        "Shipping": str(order.shipping_yen),
        "Taxes": str(sum(taxes.values())),
        "Total": str(order.total_yen),
        "Discount Code": order.code or "",
        "Discount Amount": str(order.discount_yen),
        "Shipping Method": "宅配便",
        "Created at": _at(order.created_at),
        "Notes": " / ".join(note for note in (order.note, outcome.note) if note),
        "Cancelled at": _at(outcome.cancelled_at),
        "Payment Method": "Shopify Payments" if outcome.method == CARD else outcome.method,
        "Refunded Amount": str(outcome.refunded_yen),
        "Outstanding Balance": str(order.total_yen) if outcome.financial == "pending" else "0",
        "Id": str(_FIRST_ORDER_ID + order.number * 32_768),
        "Risk Level": "Low",
        "Source": "web",
        "Phone": "" if person.email else f"'{person.phone}",
    }
    for place, (rate, yen) in enumerate(taxes.items(), start=1):
        filled |= {f"Tax {place} Name": f"CT {rate}%", f"Tax {place} Value": str(yen)}
    return filled | _address("Billing", person.name, "", person.address, f"'{person.phone}") | shipping


def order_rows(order: Order) -> Iterator[Row]:
    """A row a product line; what belongs to the order stands on the first row only, as Shopify does it."""
    head = _head(order)
    for line in order.lines:
        lined = {
            "Name": f"#{order.number}",
            "Email": order.person.email or "",
            "Lineitem quantity": str(line.quantity),
            "Lineitem name": line.product.line_name(line.variant),
            "Lineitem price": str(line.variant.price_yen),
            "Lineitem sku": line.variant.sku,
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "true",
            "Lineitem fulfillment status": "fulfilled" if order.outcome.fulfilled_at else "pending",
            "Vendor": line.product.vendor,
            "Lineitem discount": "0",
        }
        yield _blank(ORDER_COLUMNS, head | lined)
        head = {}


def _variant(product: Product, variant: Variant, today: date) -> Row:
    values = variant.name.split(" / ") if variant.name else ["Default Title"]
    names = product.options or ("Title",)
    options = {f"Option{n} value": value for n, value in enumerate(values, start=1)}
    options |= {f"Option{n} name": name for n, name in enumerate(names, start=1)}
    return options | {
        "SKU": variant.sku,
        "Price": str(variant.price_yen),
        "Charge tax": "TRUE",
        "Inventory tracker": "shopify",
        "Inventory quantity": str(product.stock_in(today.month, variant)),
        "Continue selling when out of stock": "DENY",
        "Weight value (grams)": str(variant.grams),
        "Weight unit for display": "g",
        "Requires shipping": "TRUE",
        "Fulfillment service": "manual",
    }


def product_rows(product: Product, today: date) -> Iterator[Row]:
    """A row a variant, new dialect; what belongs to the product stands on the first row only. today: a date in Tokyo."""
    parent = {
        "Title": product.title,
        "Description": product.html(),
        "Vendor": product.vendor,
        "Product category": product.category,
        "Type": product.type,
        "Tags": ", ".join(product.tags),
        "Published on online store": "TRUE",
        "Status": "active",
        "Gift card": "FALSE",
    }
    for variant in product.variants:
        row = {"URL handle": product.handle} | _variant(product, variant, today) | parent
        yield _blank(PRODUCT_COLUMNS, row)
        parent = {}
