"""customers' accumulators, who changed since, and fitted models"""

from alembic import op
import sqlalchemy as sa

from agent.store.tables import Utc


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_features",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("definition", sa.String(length=40), nullable=False),
        sa.Column("seen_before", sa.Date(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "customer_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "changed_customers",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "customer_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shop_models",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "kind", "number"),
    )
    op.execute(
        "insert into changed_customers (shop_id, customer_id, mark) select shop_id, customer_id, 'upgraded' from customers"
    )


def downgrade() -> None:
    op.drop_table("shop_models")
    op.drop_table("changed_customers")
    op.drop_table("customer_features")
