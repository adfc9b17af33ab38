"""Keep the card of an offering: what the rules look at, in fixed width, so that a million are read in seconds.

`described_in` says as of which version of the directory all but an offering's room is what it is; a card names the one
that it was made from. Every offering counts as described when it changed last, so all cards are made once by the
worker.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("offering") as batch_op:
        batch_op.add_column(sa.Column("described_in", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE offering SET described_in = changed_in")
    with op.batch_alter_table("offering") as batch_op:
        batch_op.alter_column("described_in", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "offering_card",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("described_in", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("sites", sa.LargeBinary(), nullable=False),
        sa.Column("week", sa.LargeBinary(), nullable=False),
        sa.Column("tongues", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"],
            ["offering.id"],
            name=op.f("fk_offering_card_offering_id_offering"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offering_id", name=op.f("pk_offering_card")),
    )


def downgrade() -> None:
    op.drop_table("offering_card")
    with op.batch_alter_table("offering") as batch_op:
        batch_op.drop_column("described_in")
