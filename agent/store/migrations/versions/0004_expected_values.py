"""what each customer is expected to bring, for ranks"""

from alembic import op
import sqlalchemy as sa


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "expected_values",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("ltv_yen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "customer_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("expected_values")
