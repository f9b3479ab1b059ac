"""Where may a typed word stand in a customer's record, and which index reaches it?

The indexes are on expressions: an importer writes no further column, and what is searched cannot fall behind what is stored.
"""

from typing import Final

from sqlalchemy import ColumnElement, Index, literal_column

TELEPHONE_END: Final = 4
"""Last digits of a telephone that its index holds; of more, the rest is compared in the rows these four lead to."""

NAME: Final = "ix_customers_name"
KANA: Final = "ix_customers_kana"
GIVEN: Final = "ix_customers_given"
GIVEN_KANA: Final = "ix_customers_given_kana"
MAIL: Final = "ix_customers_mail"
TELEPHONE: Final = "ix_customers_telephone"

BARE: Final = (
    "replace(replace(replace(replace(replace(phone, '-', ''), ' ', ''), '(', ''), ')', ''), '+81', '0')"
)
"""A telephone without hyphens, blanks and brackets, as it is dialled in Japan."""

_SQLITE: Final = {
    NAME: "lower(coalesce(family_name, '') || coalesce(given_name, ''))",
    KANA: "lower(coalesce(family_kana, '') || coalesce(given_kana, ''))",
    GIVEN: "lower(given_name)",
    GIVEN_KANA: "lower(given_kana)",
    MAIL: "email_key",
    TELEPHONE: f"substr({BARE}, -{TELEPHONE_END})",
}
_POSTGRESQL: Final = {
    NAME: "lower((coalesce(family_name, '') || coalesce(given_name, '')) collate \"C\")",
    KANA: "lower((coalesce(family_kana, '') || coalesce(given_kana, '')) collate \"C\")",
    GIVEN: 'lower(given_name collate "C")',
    GIVEN_KANA: 'lower(given_kana collate "C")',
    MAIL: 'lower(email_key collate "C")',
    TELEPHONE: f"right({BARE}, {TELEPHONE_END})",
}


def place(index: str, dialect: str) -> ColumnElement[str]:
    """The text an index holds, word for word: with parameters in it, neither database would know it for the same.

    Compared by code points on both databases, and `lower` changes A to Z only.
    """
    return literal_column(f"({(_POSTGRESQL if dialect == 'postgresql' else _SQLITE)[index]})")


def bare_telephone() -> ColumnElement[str]:
    """A whole telephone, comparable with digits."""
    return literal_column(BARE)


def search_indexes() -> tuple[Index, ...]:
    """The indexes as parts of the table of customers, as PostgreSQL has them: Alembic cannot read SQLite's to compare.

    SQLite needs none for addresses: ix_customers_email_key compares by code points there.
    """
    there = "postgresql"
    return tuple(
        Index(name, "shop_id", place(name, there), "customer_id").ddl_if(dialect=there)
        for name in _POSTGRESQL
    )
