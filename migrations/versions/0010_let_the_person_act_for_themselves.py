"""Let the person act for themselves: entries say whose hand it was, and moves need no application.

Whom an exception of the law tells (42 CFR 2.51) is rarely in the directory, so a disclosure need not name a provider.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

HAND = sa.Enum("application", "person", "house", name="hand", native_enum=False, length=64)


def upgrade() -> None:
    entry = sa.table("ledger_entry", sa.column("hand"), sa.column("application_id"))
    with op.batch_alter_table("ledger_entry") as batch_op:
        batch_op.add_column(sa.Column("hand", HAND, nullable=True))
    op.execute(sa.update(entry).values(hand=sa.case((entry.c.application_id.is_(None), "house"), else_="application")))
    with op.batch_alter_table("ledger_entry") as batch_op:
        batch_op.alter_column("hand", existing_type=HAND, nullable=False)
    with op.batch_alter_table("referral_move") as batch_op:
        batch_op.alter_column("application_id", existing_type=sa.Uuid(), nullable=True)
    with op.batch_alter_table("disclosure") as batch_op:
        batch_op.alter_column("recipient_provider_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    disclosure = sa.table("disclosure", sa.column("recipient_provider_id"))
    move = sa.table("referral_move", sa.column("application_id"))
    op.execute(sa.delete(disclosure).where(disclosure.c.recipient_provider_id.is_(None)))
    op.execute(sa.delete(move).where(move.c.application_id.is_(None)))
    with op.batch_alter_table("disclosure") as batch_op:
        batch_op.alter_column("recipient_provider_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("referral_move") as batch_op:
        batch_op.alter_column("application_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("ledger_entry") as batch_op:
        batch_op.drop_column("hand")
