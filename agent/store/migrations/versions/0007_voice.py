"""a shop's voice guide and the house rules learned from edits"""

from alembic import op
import sqlalchemy as sa

from agent.store.tables import Utc


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voice_guides",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "number"),
    )
    op.create_table(
        "house_rule_steps",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "number"),
    )
    op.create_index("ix_house_rule_steps_rule", "house_rule_steps", ["shop_id", "rule_id", "number"])


def downgrade() -> None:
    op.drop_table("house_rule_steps")
    op.drop_table("voice_guides")
