"""what customers did, and who wrote or struck a fact"""

from alembic import op
import sqlalchemy as sa

from agent.store.tables import Utc


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=True),
        sa.Column("stated_id", sa.Text(), nullable=True),
        sa.Column("stated_email_key", sa.Text(), nullable=True),
        sa.Column("stated_line_user_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_at", Utc(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.String(length=40), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "event_id"),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_events_answers",
            ["shop_id", "happened_at"],
            unique=False,
            sqlite_where=sa.text("kind = 'nps'"),
            postgresql_where=sa.text("kind = 'nps'"),
        )
        batch_op.create_index("ix_events_customer", ["shop_id", "customer_id", "happened_at"], unique=False)
        batch_op.create_index("ix_events_import", ["shop_id", "import_id"], unique=False)

    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("author", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("quote", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("struck_by", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("struck_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_column("struck_reason")
        batch_op.drop_column("struck_by")
        batch_op.drop_column("quote")
        batch_op.drop_column("author")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_import")
        batch_op.drop_index("ix_events_customer")
        batch_op.drop_index(
            "ix_events_answers",
            sqlite_where=sa.text("kind = 'nps'"),
            postgresql_where=sa.text("kind = 'nps'"),
        )

    op.drop_table("events")
