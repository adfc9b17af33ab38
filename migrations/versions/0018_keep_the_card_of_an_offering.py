"""Keep the card of an offering: what the rules look at, in fixed width, so that a million are read in seconds.

`described_in` says as of which version of the directory all but an offering's room is what it is; a card names the one
that it was made from. For what is there already that is nought: it has no card yet, and the worker makes one. The
default stands in the database, so that neither of the two has to write a million rows anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offering", sa.Column("described_in", sa.Integer(), nullable=False, server_default="0"))
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
    op.drop_column("offering", "described_in")
