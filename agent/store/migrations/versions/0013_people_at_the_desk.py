"""who looks after a draft, who is looking at it, drafts approved together, notices to staff, staff's mail addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("email", sa.Text(), nullable=True))
    op.create_index("ix_drafts_occasion", "drafts", ["shop_id", "occasion", "state"])
    op.create_index("ix_expected_values_best", "expected_values", ["shop_id", "ltv_yen"])
    op.create_index("ix_outbox_done", "outbox", ["shop_id", "done_at"])
    op.create_index("ix_deliveries_at", "deliveries", ["shop_id", "at"])
    op.create_table(
        "assignments",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("assignee", sa.String(length=80), nullable=False),
        sa.Column("assigned_by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "draft_id"),
    )
    op.create_index("ix_assignments_assignee", "assignments", ["shop_id", "assignee"])
    op.create_table(
        "draft_looks",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("user_name", sa.String(length=80), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "draft_id", "user_name"),
    )
    op.create_index("ix_draft_looks_seen", "draft_looks", ["shop_id", "seen"])
    op.create_table(
        "bulk_selections",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("selection_id", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("sample_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "selection_id"),
    )
    op.create_table(
        "notices",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("notice_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("medium", sa.String(length=20), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("retry_at", sa.Double(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "notice_id"),
    )
    op.create_index("ix_notices_state", "notices", ["shop_id", "state"])
    op.create_index("ix_notices_draft", "notices", ["shop_id", "draft_id"])


def downgrade() -> None:
    for table in ("notices", "bulk_selections", "draft_looks", "assignments"):
        op.drop_table(table)
    op.drop_index("ix_deliveries_at", table_name="deliveries")
    op.drop_index("ix_outbox_done", table_name="outbox")
    op.drop_index("ix_expected_values_best", table_name="expected_values")
    op.drop_index("ix_drafts_occasion", table_name="drafts")
    op.drop_column("users", "email")
