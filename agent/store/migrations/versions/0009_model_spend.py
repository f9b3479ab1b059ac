"""what models cost by day, answers kept for a crash, batches at a provider"""

from alembic import op
import sqlalchemy as sa

from agent.store.tables import Utc


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("model_calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("task", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("draft_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("request_digest", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("cost_micro_yen", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("region", sa.Text(), nullable=True))
    op.create_table(
        "model_spend",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("task", sa.String(length=20), nullable=False),
        sa.Column("micro_yen", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("unpriced", sa.Integer(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "day", "task"),
    )
    op.create_table(
        "model_batches",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("held_micro_yen", sa.BigInteger(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "batch_id"),
    )
    op.create_table(
        "model_batch_requests",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("custom_id", sa.String(length=120), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=True),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("prompt_name", sa.Text(), nullable=False),
        sa.Column("prompt_version", sa.Text(), nullable=False),
        sa.Column("prompt_digest", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "batch_id"], ["model_batches.shop_id", "model_batches.batch_id"]
        ),
        sa.PrimaryKeyConstraint("shop_id", "custom_id"),
    )
    with op.batch_alter_table("model_batch_requests", schema=None) as batch_op:
        batch_op.create_index("ix_model_batch_requests_batch", ["shop_id", "batch_id"], unique=False)
        batch_op.create_index("ix_model_batch_requests_state", ["shop_id", "state"], unique=False)


def downgrade() -> None:
    op.drop_table("model_batch_requests")
    op.drop_table("model_batches")
    op.drop_table("model_spend")
    with op.batch_alter_table("model_calls", schema=None) as batch_op:
        for column in ("region", "cost_micro_yen", "request_digest", "draft_version", "task"):
            batch_op.drop_column(column)
