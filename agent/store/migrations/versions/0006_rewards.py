"""the rewards a policy may grant, and the codes it gave away"""

from alembic import op
import sqlalchemy as sa

from agent.store.tables import Utc


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reward_codes",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=True),
        sa.Column("added_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "code"),
    )
    op.create_index("ix_reward_codes_pool", "reward_codes", ["shop_id", "campaign", "state"])
    op.create_index("ix_reward_codes_draft", "reward_codes", ["shop_id", "draft_id"])
    op.create_table(
        "reward_grants",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("cost_yen", sa.Integer(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "draft_id"),
    )
    op.create_index("ix_reward_grants_customer", "reward_grants", ["shop_id", "customer_id"])
    op.create_index("ix_reward_grants_month", "reward_grants", ["shop_id", "month"])


def downgrade() -> None:
    op.drop_table("reward_grants")
    op.drop_table("reward_codes")
