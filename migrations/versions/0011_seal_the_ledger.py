"""Seal the ledger: one entry says all that a request did, and batches chain entries so that no change goes unseen.

What was written before stays as it is, and is sealed by the next worker that runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ledger_entry") as batch_op:
        batch_op.add_column(sa.Column("besides", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("asked", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("batch", sa.BigInteger(), nullable=True))
        batch_op.drop_index("ix_ledger_entry_person")
        batch_op.create_index("ix_ledger_entry_person", ["person_id", "at", "id"])
        batch_op.create_index("ix_ledger_entry_batch", ["batch", "id"])
    op.create_table(
        "ledger_batch",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_signature", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_batch")),
        sa.UniqueConstraint("previous", name=op.f("uq_ledger_batch_previous")),
    )
    op.create_table(
        "ledger_anchor",
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", "number", name=op.f("pk_ledger_anchor")),
    )
    op.create_index("ix_ledger_anchor_batch", "ledger_anchor", ["batch"])


def downgrade() -> None:
    op.drop_table("ledger_anchor")
    op.drop_table("ledger_batch")
    with op.batch_alter_table("ledger_entry") as batch_op:
        batch_op.drop_index("ix_ledger_entry_batch")
        batch_op.drop_index("ix_ledger_entry_person")
        batch_op.create_index("ix_ledger_entry_person", ["organization_id", "person_id", "at"])
        batch_op.drop_column("batch")
        batch_op.drop_column("asked")
        batch_op.drop_column("besides")
