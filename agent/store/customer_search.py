"""Which customers go by what somebody typed: a name, its reading, an address, a telephone, an order number?"""

import unicodedata
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Engine, Select, func, literal, or_, select

from agent.ports.customer_search import FoundCustomer
from agent.store.engine import READ_ONLY
from agent.store.tables import Customer, Identity, Order

FEWEST_DIGITS = 4
"""A telephone is looked for from four digits on; fewer match half the shop."""


class SqlCustomerSearch:
    """Looks where the words may stand, the surest places first, and stops as soon as there is enough."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine = engine.execution_options(**{READ_ONLY: True})
        self.shop_id = shop_id

    def search(self, text: str, *, limit: int) -> list[FoundCustomer]:
        """Customers without repeats, best match first; nothing for blank words.

        Width is folded, kana found in either script; a name may be typed with or without a space, an address or a name by its
        beginning, a telephone by its last digits.
        """
        words = unicodedata.normalize("NFKC", text).strip().lstrip("'#")
        found: dict[str, FoundCustomer] = {}
        if not words or limit < 1:
            return []
        with self._engine.connect() as connection:
            for query in self._places(words):
                for customer_id, matched in connection.execute(query.limit(limit)):
                    found.setdefault(customer_id, FoundCustomer(customer_id, matched))
                if len(found) >= limit:
                    break
        return list(found.values())[:limit]

    def _places(self, words: str) -> Iterator[Select[str, str]]:
        folded = words.casefold()
        yield self._people(Customer.customer_id, Customer.customer_id == words)
        yield self._known(Identity.value.in_({words, folded}))
        yield self._orders(words)
        if "@" in words or words.isascii():
            yield self._people(Customer.email, Customer.email_key.startswith(folded, autoescape=True))
        digits = "".join(sign for sign in words if sign.isdigit())
        if len(digits) >= FEWEST_DIGITS and not any(sign.isalpha() for sign in words):
            bare = func.replace(func.replace(func.replace(Customer.phone, "-", ""), " ", ""), "+81", "0")
            yield self._people(Customer.phone, bare.endswith(digits, autoescape=True))
        joined = "".join(words.split())
        if joined and not joined.isdigit():
            names = [(Customer.family_name, Customer.given_name), (Customer.family_kana, Customer.given_kana)]
            for family, given in names:
                whole = func.coalesce(family, "") + func.coalesce(given, "")
                begins = [whole.startswith(each, autoescape=True) for each in _scripts(joined)]
                begins += [given.startswith(each, autoescape=True) for each in _scripts(joined)]
                shown = func.coalesce(family, "") + literal(" ") + func.coalesce(given, "")
                yield self._people(shown, or_(*begins))

    def _people(self, matched: object, where: ColumnElement[bool]) -> Select[str, str]:
        query = select(Customer.customer_id, matched).where(Customer.shop_id == self.shop_id, where)  # type: ignore[call-overload]
        ordered: Select[str, str] = query.order_by(Customer.customer_id)
        return ordered

    def _known(self, where: ColumnElement[bool]) -> Select[str, str]:
        query = select(Identity.customer_id, Identity.value).where(Identity.shop_id == self.shop_id, where)
        return query.order_by(Identity.customer_id)

    def _orders(self, words: str) -> Select[str, str]:
        numbers = {words, f"#{words}"}
        query = select(Order.customer_id, Order.number).where(
            Order.shop_id == self.shop_id, Order.customer_id.is_not(None), Order.number.in_(numbers)
        )
        return query.order_by(Order.customer_id)  # type: ignore[return-value]


def _scripts(text: str) -> set[str]:
    """The words as typed, in katakana and in hiragana."""
    katakana = "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in text)
    hiragana = "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in text)
    return {text, katakana, hiragana}
