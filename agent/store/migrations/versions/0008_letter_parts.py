"""preheader and layout of a letter, and the steps it was written in"""

from alembic import op
import sqlalchemy as sa


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("preheader", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("layout", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("steps", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("draft_versions", schema=None) as batch_op:
        batch_op.drop_column("steps")
        batch_op.drop_column("layout")
        batch_op.drop_column("preheader")
