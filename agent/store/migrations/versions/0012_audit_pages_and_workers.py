"""looking things up in the audit log, drafts whose time is over, signs of life of workers"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_drafts_expiry", "drafts", ["shop_id", "state", "expires_at"])
    op.create_index("ix_audit_actor", "audit", ["shop_id", "actor", "sequence"])
    op.create_index("ix_audit_action", "audit", ["shop_id", "action", "sequence"])
    op.create_index("ix_audit_object", "audit", ["shop_id", "object_id", "sequence"])
    op.create_index("ix_audit_at", "audit", ["shop_id", "at", "sequence"])
    op.create_table(
        "workers",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "worker"),
    )


def downgrade() -> None:
    op.drop_table("workers")
    for name, table in (
        ("ix_audit_at", "audit"),
        ("ix_audit_object", "audit"),
        ("ix_audit_action", "audit"),
        ("ix_audit_actor", "audit"),
        ("ix_drafts_expiry", "drafts"),
    ):
        op.drop_index(name, table_name=table)
