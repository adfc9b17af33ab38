"""Count wrong guesses at return codes over all processes and hosts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guess_count",
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("stretch", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "stretch", name=op.f("pk_guess_count")),
    )


def downgrade() -> None:
    op.drop_table("guess_count")
