"""finding a customer by the beginning of a name, a reading or an address, and by the end of a telephone"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BARE = "replace(replace(replace(replace(replace(phone, '-', ''), ' ', ''), '(', ''), ')', ''), '+81', '0')"
_SQLITE = {
    "ix_customers_name": "lower(coalesce(family_name, '') || coalesce(given_name, ''))",
    "ix_customers_kana": "lower(coalesce(family_kana, '') || coalesce(given_kana, ''))",
    "ix_customers_given": "lower(given_name)",
    "ix_customers_given_kana": "lower(given_kana)",
    "ix_customers_telephone": f"substr({_BARE}, -4)",
}
_POSTGRESQL = {
    "ix_customers_name": "lower((coalesce(family_name, '') || coalesce(given_name, '')) collate \"C\")",
    "ix_customers_kana": "lower((coalesce(family_kana, '') || coalesce(given_kana, '')) collate \"C\")",
    "ix_customers_given": 'lower(given_name collate "C")',
    "ix_customers_given_kana": 'lower(given_kana collate "C")',
    "ix_customers_mail": 'lower(email_key collate "C")',
    "ix_customers_telephone": f"right({_BARE}, 4)",
}


def upgrade() -> None:
    for name, text in _texts().items():
        op.execute(f"create index {name} on customers (shop_id, ({text}), customer_id)")
    op.create_index("ix_orders_number", "orders", ["shop_id", "number"])


def downgrade() -> None:
    op.drop_index("ix_orders_number", table_name="orders")
    for name in _texts():
        op.execute(f"drop index {name}")


def _texts() -> dict[str, str]:
    return _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE
