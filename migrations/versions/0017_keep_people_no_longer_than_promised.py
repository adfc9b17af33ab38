"""Keep people no longer than their organization promised, and the record of what was told no shorter than six years."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organization") as batch_op:
        batch_op.add_column(sa.Column("people_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("records_years", sa.Integer(), nullable=False, server_default="6"))
    with op.batch_alter_table("organization") as batch_op:
        batch_op.alter_column("records_years", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("organization") as batch_op:
        batch_op.drop_column("records_years")
        batch_op.drop_column("people_days")
