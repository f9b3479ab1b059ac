"""who let which occasion send by itself"""

from alembic import op
import sqlalchemy as sa

from agent.store.tables import Utc


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "autonomy_switches",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=True),
        sa.Column("turned_on", sa.Boolean(), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "number"),
    )


def downgrade() -> None:
    op.drop_table("autonomy_switches")
