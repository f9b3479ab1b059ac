"""Which customers go by what somebody typed: a name, its reading, an address, a telephone, an order number?"""

import unicodedata
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Engine, Select, String, func, literal, select

from agent.ports.customer_search import FoundCustomer
from agent.store.engine import READ_ONLY
from agent.store.search_places import (
    GIVEN,
    GIVEN_KANA,
    KANA,
    MAIL,
    NAME,
    TELEPHONE,
    TELEPHONE_END,
    bare_telephone,
    place,
)
from agent.store.tables import Customer, Identity, Order

IDENTITIES = ("email", "line", "shopify_customer", "eccube_member", "former_id")
"""Kinds of identities that are names to people; a key on kind and value reaches each."""

LAST = chr(0x10FFFF)
"""Behind every text that begins as another does."""

FEWEST_DIGITS = 4
"""A telephone is looked for from four digits on; fewer match half the shop."""


class SqlCustomerSearch:
    """Looks where the words may stand, the surest places first, and stops as soon as there is enough."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine = engine.execution_options(**{READ_ONLY: True})
        self._dialect = engine.dialect.name
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
        yield self._known({words, folded})
        yield self._orders({words, f"#{words}"})
        if words.isascii():
            yield self._begins(MAIL, Customer.email, folded)
        digits = "".join(sign for sign in words if sign.isdigit())
        if len(digits) >= FEWEST_DIGITS and not any(sign.isalpha() for sign in words):
            yield self._telephones(f"0{digits[2:]}" if words.startswith("+81") else digits)
        joined = "".join(words.split())
        if joined and not joined.isdigit():
            whole = _shown(Customer.family_name, Customer.given_name)
            read = _shown(Customer.family_kana, Customer.given_kana)
            for index, shown in ((NAME, whole), (KANA, read), (GIVEN, whole), (GIVEN_KANA, read)):
                for each in _scripts(joined):
                    yield self._begins(index, shown, _lower(each))

    def _begins(self, index: str, shown: object, text: str) -> Select[str, str]:
        """In the index's own order, so that a common name is read no further than the limit."""
        there = place(index, self._dialect)
        first, last = literal(text, String), literal(text + LAST, String)
        query = select(Customer.customer_id, shown).where(Customer.shop_id == self.shop_id)  # type: ignore[call-overload]
        begun: Select[str, str] = query.where(there >= first, there < last).order_by(
            there, Customer.customer_id
        )
        return begun

    def _telephones(self, digits: str) -> Select[str, str]:
        end = place(TELEPHONE, self._dialect) == literal(digits[-TELEPHONE_END:], String)
        return self._people(Customer.phone, end & bare_telephone().endswith(digits, autoescape=True))

    # Below nothing is ordered: asked for the order of ids, a database reads everybody in it rather than sort the few it found.

    def _people(self, matched: object, where: ColumnElement[bool]) -> Select[str, str]:
        query = select(Customer.customer_id, matched).where(Customer.shop_id == self.shop_id, where)  # type: ignore[call-overload]
        found: Select[str, str] = query
        return found

    def _known(self, values: set[str]) -> Select[str, str]:
        return select(Identity.customer_id, Identity.value).where(
            Identity.shop_id == self.shop_id, Identity.kind.in_(IDENTITIES), Identity.value.in_(values)
        )

    def _orders(self, numbers: set[str]) -> Select[str, str]:
        return select(Order.customer_id, Order.number).where(  # type: ignore[return-value]
            Order.shop_id == self.shop_id, Order.customer_id.is_not(None), Order.number.in_(numbers)
        )


def _shown(family: object, given: object) -> ColumnElement[object]:
    return func.coalesce(family, "") + literal(" ") + func.coalesce(given, "")


def _lower(text: str) -> str:
    """A to Z in small letters, as the indexes hold them; everything else as it is."""
    return "".join(sign.lower() if sign.isascii() else sign for sign in text)


def _scripts(text: str) -> list[str]:
    """The words as typed, in katakana and in hiragana; each once."""
    katakana = "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in text)
    hiragana = "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in text)
    return list(dict.fromkeys((text, katakana, hiragana)))
